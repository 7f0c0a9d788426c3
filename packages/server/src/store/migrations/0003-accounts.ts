import { type Kysely, type Migration, sql } from 'kysely';

/**
 * By whom and for whom something was granted is asked at every visit of the page of grants, and when a person ends; what
 * a client did last, when one is shown.
 */
export const accounts: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    // Without what belongs to nobody. PostgreSQL sees by itself that nothing is equal to null.
    await sql`create index oauth_records_account on oauth_records ((payload->>'accountId'))
      where payload->>'accountId' is not null`.execute(db);
    await sql`create index audit_client on audit (client, id) where client is not null`.execute(db);
  },
};
