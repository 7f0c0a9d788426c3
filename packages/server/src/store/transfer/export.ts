import { type Kysely, sql } from 'kysely';

import { storeVersion } from '../migrations/migrate.ts';
import type { Tables } from '../tables.ts';
import { type ExportHeader, ExportLines, tablesOf, totalOf } from './format.ts';

const AT_ONCE = 500;

/** Told of rows that are done and of how many there are. */
export type Progress = (done: number, total: number) => void;

/**
 * Writes every table, as all of them were at one moment, a line at a time. Changes nothing, also not the version of
 * the store. Gives what the header says.
 */
export function exportStore(
  db: Kysely<Tables>,
  write: (line: string) => Promise<void> | void,
  progress: Progress,
): Promise<ExportHeader> {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute(async (snapshot) => {
      const header = await headerOf(snapshot);
      const total = totalOf(header.counts);
      const lines = new ExportLines();
      await write(lines.header(header));
      let done = 0;
      for (const table of tablesOf(header.store)) {
        for await (const row of rowsOf(snapshot, table)) {
          await write(lines.row(table, row));
          done += 1;
          progress(done, total);
        }
      }
      await write(lines.end());
      return header;
    });
}

async function headerOf(db: Kysely<Tables>): Promise<ExportHeader> {
  const store = await storeVersion(db);
  const counts: Record<string, number> = {};
  for (const table of tablesOf(store)) {
    const { rows } = await sql<{ n: string }>`select count(*) as n from ${sql.table(table)}`.execute(db);
    counts[table] = Number(rows[0]?.n);
  }
  return { store, made: new Date().toISOString(), counts };
}

/** The rows of a table as JSON texts, a few at a time: a table may be larger than the memory. */
async function* rowsOf(db: Kysely<Tables>, table: keyof Tables): AsyncGenerator<string> {
  await sql`declare export_rows no scroll cursor for select to_jsonb(t)::text as row from ${sql.table(table)} t`.execute(
    db,
  );
  for (;;) {
    const { rows } = await sql<{ row: string }>`fetch forward ${sql.lit(AT_ONCE)} from export_rows`.execute(
      db,
    );
    if (rows.length === 0) break;
    for (const { row } of rows) yield row;
  }
  await sql`close export_rows`.execute(db);
}
