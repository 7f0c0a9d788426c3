import { type Authority, createAuthority } from './authority.ts';
import type { Config } from './config.ts';
import { type Engine, loadEngine } from './engine.ts';
import { type Feed, openLocalFeed } from './feed/feed.ts';
import type { Log } from './log.ts';
import { type Clients, createClients, hasOwnWords } from './oauth/clients.ts';
import { makePrivateFolder } from './private-file.ts';
import type { Refusal } from './recognise.ts';
import { loadRootKeys } from './rootkey.ts';
import { openEmbeddedStore } from './store/embedded.ts';
import { lockFolder } from './store/lock.ts';
import type { Store } from './store/store.ts';
import { readStoreRecord } from './store/version.ts';
import { MemoryRevokedTails } from './tokens/revokedtails.ts';

export interface OpenParts {
  readonly log: Log;
  /** Told what is being done, a sentence at a time. */
  readonly progress: (line: string) => void;
  /** Opens the store; for tests that need no folder. */
  readonly openStore?: ((data: string) => Promise<Store>) | undefined;
  /** How schema and rules are compiled; for tests. */
  readonly loadEngine?: ((config: Config) => Promise<Engine>) | undefined;
}

/** The authority with all that it stands on, held by this process until `close`. */
export interface OpenAuthority {
  readonly engine: Engine;
  readonly authority: Authority;
  /** OAuth clients, where there is an authorization server. */
  readonly clients: Clients | undefined;
  readonly store: Store;
  readonly feed: Feed;
  close(): Promise<void>;
}

/**
 * Compiles the rules, takes the folder's lock and opens the store. Rejects with `AmbitError` for wrong rules and
 * `ServerError` for everything else that somebody has to change, with the lock released.
 */
export async function openAuthority(config: Config, parts: OpenParts): Promise<OpenAuthority> {
  // First what changes nothing: wrong rules or a store that we do not know must leave the folder as it is.
  parts.progress('reading the schema and its rules');
  const engine = await (parts.loadEngine ?? loadEngine)(config);
  await readStoreRecord(config.data);
  await makePrivateFolder(config.data);
  const lock = await lockFolder(config.data);
  try {
    const opened = await openStoreAndKeys(config, parts, engine);
    const { store } = opened;
    return {
      engine,
      ...opened,
      async close(): Promise<void> {
        try {
          await store.close();
        } finally {
          await lock.release();
        }
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openStoreAndKeys(
  config: Config,
  { log, progress, openStore = openEmbeddedStore }: OpenParts,
  engine: Engine,
): Promise<Omit<OpenAuthority, 'engine' | 'close'>> {
  const record = await readStoreRecord(config.data);
  progress(
    record === undefined ? `making a new store in ${config.data}` : `opening the store in ${config.data}`,
  );
  const rootKeys = await loadRootKeys({
    data: config.data,
    fromEnvironment: config.rootKey,
    storeExists: record?.state === 'ready',
  });
  const store = await openStore(config.data);
  try {
    const feed = await openLocalFeed(store);
    const authority = await createAuthority({
      store,
      feed,
      rootKeys,
      revokedTails: new MemoryRevokedTails(),
      checkGrants: (grants) => engine.checkGrants(grants),
      onCreated: ({ id, name, expiresAt }) => log.info({ token: id, name, expiresAt }, 'token created'),
      onRevoked: (id) => log.info({ token: id }, 'token revoked'),
      onRefused: (reason, id) => logRefusal(log, reason, id),
    });
    const clients =
      config.oauth === undefined
        ? undefined
        : createClients({
            store,
            feed,
            checkGrants: (grants) => engine.checkGrants(grants),
            isDescribed: (scope) => Object.hasOwn(config.scopes, scope) || hasOwnWords(scope),
          });
    return { store, feed, authority, clients };
  } catch (error) {
    await store.close();
    throw error;
  }
}

// What never was a token of ours has no name worth keeping, and whoever sends it could fill the log with it.
function logRefusal(log: Log, reason: Refusal, id: string | undefined): void {
  if (id === undefined || reason === 'forged') log.debug({ reason }, 'token refused');
  else log.info({ token: id, reason }, 'token refused');
}
