import { type Kysely, sql } from 'kysely';

import { ServerError, systemCode } from '../../errors.ts';
import { forgetMigrations, migrate, migrateTo, storeVersion } from '../migrations/migrate.ts';
import type { Tables } from '../tables.ts';
import type { Progress } from './export.ts';
import { type CheckedExport, type ExportedRow, readExport, tablesOf, totalOf } from './format.ts';

const AT_ONCE = 500;

/**
 * Loads an export into an empty store, in the form of the version that it was made of, and then brings that up to
 * date. The rows come all or not at all. Throws `ServerError`: `EXPORT_INVALID`, `STORE_NOT_EMPTY`, `STORE_UNKNOWN`,
 * `STORE_UNUSABLE`.
 */
export async function importStore(
  db: Kysely<Tables>,
  path: string,
  checked: CheckedExport,
  progress: Progress,
): Promise<void> {
  await requireEmpty(db);
  await remakeTables(db, checked.store);
  await db.transaction().execute(async (transaction) => {
    const tables = tablesOf(checked.store);
    // A server that starts meanwhile waits, and finds the store as it was imported.
    await sql`lock table ${sql.join(tables.map((table) => sql.table(table)))} in share row exclusive mode`.execute(
      transaction,
    );
    await requireEmpty(transaction);
    await load(transaction, path, checked, progress);
    for (const table of tables) await continueNumbers(transaction, table);
  });
  await migrate(db);
}

/** Throws `ServerError` `STORE_NOT_EMPTY` where any table holds a row. */
export async function requireEmpty(db: Kysely<Tables>): Promise<void> {
  for (const table of tablesOf(await storeVersion(db))) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db);
    if (rows.length === 0) continue;
    throw new ServerError(
      'STORE_NOT_EMPTY',
      'The store to import into is not empty; two stores are not mixed. Nothing was changed.',
      'Import into a new data folder or a new database, in which no server was started yet.',
    );
  }
}

// They are empty, so nothing is lost; what else is in the database is not ours and stays.
async function remakeTables(db: Kysely<Tables>, version: number): Promise<void> {
  const found = await storeVersion(db);
  if (found > version) {
    await db.transaction().execute(async (transaction) => {
      for (const table of [...tablesOf(found)].reverse()) await transaction.schema.dropTable(table).execute();
      await forgetMigrations(transaction);
    });
  }
  await migrateTo(db, version);
}

async function load(
  db: Kysely<Tables>,
  path: string,
  { sha256, counts }: CheckedExport,
  progress: Progress,
): Promise<void> {
  let waiting: ExportedRow[] = [];
  let done = 0;
  const flush = async (): Promise<void> => {
    const [first] = waiting;
    if (first === undefined) return;
    await insert(db, first.table, waiting);
    done += waiting.length;
    progress(done, totalOf(counts));
    waiting = [];
  };
  const read = await readExport(path, async (row) => {
    if (waiting.length === AT_ONCE || (waiting[0] && waiting[0].table !== row.table)) await flush();
    waiting.push(row);
  });
  await flush();
  if (read.sha256 === sha256) return;
  throw new ServerError('EXPORT_INVALID', 'The file was changed while it was read. Nothing was imported.');
}

// PostgreSQL reads what PostgreSQL wrote: no value passes through a type of ours.
async function insert(db: Kysely<Tables>, table: keyof Tables, rows: readonly ExportedRow[]): Promise<void> {
  const json = `[${rows.map(({ row }) => row).join(',')}]`;
  const into = sql.table(table);
  await sql`insert into ${into} select * from jsonb_populate_recordset(null::${into}, ${json}::text::jsonb)`
    .execute(db)
    .catch((error: unknown) => {
      // Classes 22 and 23 of PostgreSQL's codes: the data is wrong, not the store.
      if (!/^2[23]/.test(systemCode(error) ?? '')) throw error;
      throw new ServerError(
        'EXPORT_INVALID',
        `The file has a row of the table ${table} that no store can hold (${systemCode(error)}). Nothing was imported.`,
      );
    });
}

// Rows came with their numbers; the next one has to be above them.
async function continueNumbers(db: Kysely<Tables>, table: keyof Tables): Promise<void> {
  const { rows } = await sql<{ column: string }>`
    select attname as column from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped
      and pg_get_serial_sequence(${table}, attname) is not null`.execute(db);
  for (const { column } of rows) {
    await sql`
      select setval(pg_get_serial_sequence(${table}, ${column}), greatest(max(${sql.ref(column)}), 1), max(${sql.ref(column)}) is not null)
      from ${sql.table(table)}`.execute(db);
  }
}
