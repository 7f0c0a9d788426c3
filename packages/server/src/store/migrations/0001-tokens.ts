import type { Kysely, Migration } from 'kysely';

/** Personal tokens and the check values of root keys: the store of the first release. */
export const tokens: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await db.schema
      .createTable('tokens')
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('id_hash', 'text', (column) => column.notNull().unique())
      .addColumn('key_id', 'integer', (column) => column.notNull())
      .addColumn('name', 'text', (column) => column.notNull())
      .addColumn('subject', 'text')
      .addColumn('client', 'text')
      .addColumn('grants', 'jsonb', (column) => column.notNull())
      .addColumn('created_at', 'timestamptz', (column) => column.notNull())
      .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
      .addColumn('revoked_at', 'timestamptz')
      .addColumn('created_by', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('root_key_checks')
      .addColumn('key_id', 'integer', (column) => column.primaryKey())
      .addColumn('check_value', 'text', (column) => column.notNull())
      .execute();
  },
};
