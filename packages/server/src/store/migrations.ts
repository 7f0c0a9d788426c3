import { type Kysely, type Migration, Migrator } from 'kysely';

import { ServerError } from '../errors.ts';
import type { Tables } from './tables.ts';

const tokens: Migration = {
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

/** Brings the tables to the newest form. Throws `ServerError` `STORE_UNUSABLE` when a step fails; it is then undone. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ '0001-tokens': tokens }) },
  });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const reason = error instanceof Error ? error.message : String(error);
  throw new ServerError(
    'STORE_UNUSABLE',
    `The store could not be brought to the form of this release: ${reason}.`,
  );
}
