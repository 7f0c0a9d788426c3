import { type Kysely, type Migration, Migrator, sql } from 'kysely';

import { ServerError } from '../../errors.ts';
import type { Tables } from '../tables.ts';
import { tokens } from './0001-tokens.ts';
import { authority } from './0002-authority.ts';
import { accounts } from './0003-accounts.ts';

/** Every step from an empty database to the form of this release, in order. A step that was released never changes. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-tokens': tokens,
  '0002-authority': authority,
  '0003-accounts': accounts,
};

const RECORDS = 'kysely_migration';

/** Brings the tables to the newest form. Throws `ServerError`: `STORE_UNUSABLE` when a step fails, see `migrateTo`. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  await migrateTo(db, Object.keys(MIGRATIONS).length);
}

/**
 * Brings the tables up to the form of one version, in one transaction and under a lock. Throws `ServerError`:
 * `STORE_UNUSABLE` when a step fails, and all of them are then undone; `STORE_UNKNOWN` for tables of a newer release.
 */
export async function migrateTo(
  db: Kysely<Tables>,
  version: number,
  migrations: Readonly<Record<string, Migration>> = MIGRATIONS,
): Promise<void> {
  const before = await storeVersion(db, migrations);
  if (before >= version) return;
  const name = Object.keys(migrations)[version - 1];
  if (name === undefined) throw new Error(`there is no store version ${version}`);
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...migrations }) } });
  const { error, results } = await migrator.migrateTo(name);
  if (error === undefined) return;
  if (error instanceof ServerError) throw error;
  // Another node may have gone further in the meantime.
  if ((await storeVersion(db, migrations)) >= version) return;
  const reason = error instanceof Error ? error.message : String(error);
  const step = results?.find(({ status }) => status === 'Error')?.migrationName;
  throw new ServerError(
    'STORE_UNUSABLE',
    `The store could not be brought to the form of this release${step === undefined ? '' : `: the step ${step} failed`}: ${reason}. It is as it was before.`,
    'The release that was used before still opens it.',
  );
}

/** Of which version the tables are, 0 where there are none. Throws `ServerError` `STORE_UNKNOWN` for a newer one. */
export async function storeVersion(
  db: Kysely<Tables>,
  migrations: Readonly<Record<string, Migration>> = MIGRATIONS,
): Promise<number> {
  const found = await sql<{ at: string | null }>`select to_regclass(${RECORDS})::text as at`.execute(db);
  if (!found.rows[0]?.at) return 0;
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(RECORDS)} order by name`.execute(
    db,
  );
  const known = Object.keys(migrations);
  const foreign = rows.find(({ name }, index) => name !== known[index]);
  if (foreign === undefined) return rows.length;
  throw new ServerError(
    'STORE_UNKNOWN',
    `The store cannot be opened: its tables are of the step ${foreign.name}, which this release does not know. Nothing was changed.`,
    'Use the newer release that wrote it.',
  );
}

/** Forgets which steps were done, where the tables that they made are gone. */
export async function forgetMigrations(db: Kysely<Tables>): Promise<void> {
  for (const table of [RECORDS, `${RECORDS}_lock`]) await db.schema.dropTable(table).ifExists().execute();
}
