import type { Config } from './config.ts';
import { type Feed, openLocalFeed, openSharedFeed, SHARED_FEED } from './feed/feed.ts';
import { keepPruned } from './feed/prune.ts';
import type { Log } from './log.ts';
import { makePrivateFolder } from './private-file.ts';
import { loadRootKeys, type RootKeys } from './rootkey.ts';
import { openEmbeddedStore } from './store/embedded.ts';
import { lockFolder } from './store/lock.ts';
import type { DatabaseConfig } from './store/postgres/config.ts';
import { placeOf } from './store/postgres/connection.ts';
import { openPostgresStore } from './store/postgres/open.ts';
import type { Store } from './store/store.ts';
import { readStoreRecord } from './store/version.ts';

export interface OpenStoreParts {
  readonly log: Log;
  /** Told what is being done, a sentence at a time. */
  readonly progress: (line: string) => void;
  /** How the store in a data folder is opened; for tests. */
  readonly openStore?: ((data: string) => Promise<Store>) | undefined;
  /** Asked about a store in a database before anything is made for it; where it rejects, nothing is. */
  readonly refuseStore?: ((store: Store) => Promise<void>) | undefined;
}

/** A store with its keys and what this process hears of it. */
export interface OpenStore {
  readonly store: Store;
  readonly feed: Feed;
  readonly rootKeys: RootKeys;
  close(): Promise<void>;
}

/** Throws `ServerError` for a store that this release may not touch, having changed nothing. */
export async function checkStore(config: Config): Promise<void> {
  if (config.database === undefined) await readStoreRecord(config.data);
}

/**
 * Opens the configured store: PostgreSQL, or the one in the data folder, which this process alone has until `close`.
 * Throws `ServerError` about the store or the root key, with nothing left open.
 */
export function openConfiguredStore(config: Config, parts: OpenStoreParts): Promise<OpenStore> {
  return config.database === undefined
    ? openInFolder(config, parts)
    : openShared(config, config.database, parts);
}

async function openInFolder(
  config: Config,
  { log, progress, openStore = openEmbeddedStore }: OpenStoreParts,
): Promise<OpenStore> {
  await makePrivateFolder(config.data);
  const lock = await lockFolder(config.data);
  try {
    const record = await readStoreRecord(config.data);
    progress(
      record === undefined
        ? `making a new store in ${config.data}, which takes some seconds`
        : `opening the store in ${config.data}`,
    );
    // Before the store is made: a key that is lost or unsafe leaves no trace of a start.
    const rootKeys = await loadRootKeys({
      data: config.data,
      fromEnvironment: config.rootKey,
      storeExists: record?.state === 'ready',
    });
    const store = await openStore(config.data);
    return await complete(store, rootKeys, openLocalFeed, log, () => lock.release());
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openShared(
  config: Config,
  database: DatabaseConfig,
  { log, progress, refuseStore }: OpenStoreParts,
): Promise<OpenStore> {
  const { host, port, database: name } = placeOf(database);
  progress(`opening the store in the database ${name} at ${host}:${port}`);
  const store = await openPostgresStore(database);
  try {
    await refuseStore?.(store);
    await makePrivateFolder(config.data);
    const rootKeys = await loadRootKeys({
      data: config.data,
      fromEnvironment: config.rootKey,
      storeExists: (await store.keys.checks()).size + (await store.keys.withdrawn()).size > 0,
      database: `${name} at ${host}:${port}`,
    });
    const openFeed = (from: Store): Promise<Feed> => openSharedFeed(from, SHARED_FEED);
    return await complete(store, rootKeys, openFeed, log, async () => undefined);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function complete(
  store: Store,
  rootKeys: RootKeys,
  openFeed: (store: Store) => Promise<Feed>,
  log: Log,
  release: () => Promise<void>,
): Promise<OpenStore> {
  try {
    const feed = await openFeed(store);
    const pruning = keepPruned(store, log);
    return {
      store,
      feed,
      rootKeys,
      async close(): Promise<void> {
        try {
          await pruning.stop();
          await feed.close();
          await store.close();
        } finally {
          await release();
        }
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}
