import { rm } from 'node:fs/promises';

import { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect } from 'kysely';

import { makePrivateFolder } from '../private-file.ts';
import { createSync, type Sync, syncTree } from './durable.ts';
import type { Hints } from './hints.ts';
import { migrate } from './migrations/migrate.ts';
import { createPgliteHints, createPglitePool } from './pglite-pool.ts';
import { type Store, storeOn } from './store.ts';
import type { Tables } from './tables.ts';
import { readStoreRecord, storeFolders, writeStoreRecord } from './version.ts';

/** The database within the data folder, whatever its tables. */
export interface EmbeddedDatabase {
  readonly db: Kysely<Tables>;
  readonly sync: Sync;
  readonly hints: Hints;
  /** Everything that was written is on disk when it is fulfilled. */
  close(): Promise<void>;
}

/**
 * Opens the store within the data folder, making it on the first start. The caller holds the folder's lock.
 * Throws `ServerError` `STORE_UNKNOWN` with nothing changed, or `STORE_UNUSABLE`.
 */
export async function openEmbeddedStore(data: string): Promise<Store> {
  const { db, sync, hints, close } = await openEmbeddedDatabase(data);
  try {
    await migrate(db);
    await sync();
    await writeStoreRecord(data, 'ready');
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
  return { ...storeOn(db, { sync, hints }), close };
}

/** The same without touching its tables. A database that is made here is `creating` until the caller says it is ready. */
export async function openEmbeddedDatabase(data: string): Promise<EmbeddedDatabase> {
  const found = await readStoreRecord(data);
  const { folder, database } = storeFolders(data);
  if (found?.state !== 'ready') {
    // A first start that broke off left at most a half-made database, in which nobody was promised anything.
    await makePrivateFolder(folder);
    await rm(database, { recursive: true, force: true });
    await writeStoreRecord(data, 'creating');
  }
  const pglite = await PGlite.create(database);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: createPglitePool(pglite) }) });
  return {
    db,
    sync: createSync(database),
    hints: createPgliteHints(pglite),
    async close() {
      await db.destroy();
      await syncTree(database);
    },
  };
}
