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
  const database = await PGlite.create();
  const dialect = new PostgresDialect({ pool: createPglitePool(database) });
  const store = await openStore({ dialect, sync: async () => undefined, hints: createPgliteHints(database) });
  return {
    ...store,
    async clear() {
      await database.exec(`truncate ${Object.keys(TABLE_SINCE).join(', ')}`);
    },
  };
}
