import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { PGlite } from '@electric-sql/pglite';
import { PostgresDialect } from 'kysely';

import { createPgliteHints, createPglitePool } from './pglite-pool.ts';
import { openStore, type Store } from './store.ts';
import { TABLE_SINCE } from './tables.ts';

/** A store that is gone with its process, and what empties it. */
export interface MemoryStore extends Store {
  clear(): Promise<void>;
}

/** The same database, tables and statements as everywhere, without a folder. For tests. */
export async function openMemoryStore(): Promise<MemoryStore> {
  const database = await openEmpty(process.env['AMBIT_TEST_FOLDER']);
  const dialect = new PostgresDialect({ pool: createPglitePool(database) });
  const store = await openStore({ dialect, sync: async () => undefined, hints: createPgliteHints(database) });
  return {
    ...store,
    async clear() {
      await database.exec(`truncate ${Object.keys(TABLE_SINCE).join(', ')}`);
    },
  };
}

// An empty database is always the same, and making one takes a second: the first of a run of tests leaves it to others.
async function openEmpty(folder: string | undefined): Promise<PGlite> {
  if (folder === undefined) return PGlite.create();
  const file = join(folder, 'empty.tar');
  const kept = await readFile(file).catch(() => undefined);
  if (kept !== undefined) return PGlite.create({ loadDataDir: new Blob([kept]) });
  const made = await PGlite.create();
  const bytes = await (await made.dumpDataDir('none')).arrayBuffer();
  await writeFile(`${file}.${process.pid}`, new Uint8Array(bytes));
  await rename(`${file}.${process.pid}`, file);
  return made;
}
