import { PGlite } from '@electric-sql/pglite';
import { PostgresDialect } from 'kysely';

import { createPglitePool } from './pglite-pool.ts';
import { openStore, type Store } from './store.ts';

/** A store that is gone with its process, and what empties it. */
export interface MemoryStore extends Store {
  clear(): Promise<void>;
}

const TABLES =
  'tokens, root_key_checks, changes, revoked_tails, audit, oauth_clients, oauth_records, people, sign_ins';

/** The same database, tables and statements as everywhere, without a folder. For tests. */
export async function openMemoryStore(): Promise<MemoryStore> {
  const database = await PGlite.create();
  const dialect = new PostgresDialect({ pool: createPglitePool(database) });
  const store = await openStore({ dialect, sync: async () => undefined });
  return {
    ...store,
    async clear() {
      await database.exec(`truncate ${TABLES}`);
    },
  };
}
