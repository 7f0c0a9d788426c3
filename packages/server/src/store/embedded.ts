import { rm } from 'node:fs/promises';

import { PGlite } from '@electric-sql/pglite';
import { PostgresDialect } from 'kysely';

import { makePrivateFolder } from '../private-file.ts';
import { createSync, syncTree } from './durable.ts';
import { createPgliteHints, createPglitePool } from './pglite-pool.ts';
import { openStore, type Store } from './store.ts';
import { readStoreRecord, storeFolders, writeStoreRecord } from './version.ts';

/**
 * Opens the store within the data folder, making it on the first start. The caller holds the folder's lock.
 * Throws `ServerError` `STORE_UNKNOWN` with nothing changed, or `STORE_UNUSABLE`.
 */
export async function openEmbeddedStore(data: string): Promise<Store> {
  const found = await readStoreRecord(data);
  const { folder, database } = storeFolders(data);
  if (found?.state !== 'ready') {
    // A first start that broke off left at most a half-made database, in which nobody was promised anything.
    await makePrivateFolder(folder);
    await rm(database, { recursive: true, force: true });
    await writeStoreRecord(data, 'creating');
  }
  const pglite = await PGlite.create(database);
  const dialect = new PostgresDialect({ pool: createPglitePool(pglite) });
  const store = await openStore({
    dialect,
    sync: createSync(database),
    hints: createPgliteHints(pglite),
  });
  await writeStoreRecord(data, 'ready');
  return {
    ...store,
    async close(): Promise<void> {
      await store.close();
      await syncTree(database);
    },
  };
}
