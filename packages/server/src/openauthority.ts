import { RateLimits } from './authority/ratelimits.ts';
import { type Authority, createAuthority, type Refusal } from './authority.ts';
import type { Config } from './config.ts';
import { type Engine, loadEngine } from './engine.ts';
import type { Feed } from './feed/feed.ts';
import { refuseUnusableSets } from './foreign/check-mapping.ts';
import type { Log } from './log.ts';
import { type Clients, createClients, hasOwnWords } from './oauth/clients.ts';
import { checkStore, type OpenStore, type OpenStoreParts, openConfiguredStore } from './openstore.ts';
import type { Store } from './store/store.ts';

export interface OpenParts extends OpenStoreParts {
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
  /** Counts requests for everything that has a limit here. */
  readonly limits: RateLimits;
  close(): Promise<void>;
}

/**
 * Compiles the rules and opens the store. Rejects with `AmbitError` for wrong rules and
 * `ServerError` for everything else that somebody has to change, with nothing left open.
 */
export async function openAuthority(config: Config, parts: OpenParts): Promise<OpenAuthority> {
  // First what changes nothing: wrong rules or a store that we do not know must leave the folder as it is.
  parts.progress('reading the schema and its rules');
  const engine = await (parts.loadEngine ?? loadEngine)(config);
  refuseUnusableSets(config, (grants) => engine.checkGrants(grants));
  await checkStore(config);
  const opened = await openConfiguredStore(config, parts);
  const limits = new RateLimits();
  try {
    const authority = await authorityOn({ ...opened, limits }, config, parts.log, engine);
    return {
      engine,
      authority,
      store: opened.store,
      feed: opened.feed,
      limits,
      clients: clientsOf(opened, config, engine),
      async close(): Promise<void> {
        try {
          await authority.close();
        } finally {
          await opened.close();
        }
      },
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function authorityOn(
  { store, feed, rootKeys, limits }: OpenStore & { readonly limits: RateLimits },
  config: Config,
  log: Log,
  engine: Engine,
): Promise<Authority> {
  return createAuthority({
    store,
    feed,
    rootKeys,
    limits,
    checkGrants: (grants) => engine.checkGrants(grants),
    narrow: engine.narrow,
    policy: config.tokens,
    onCreated: ({ id, name, expiresAt }) => log.info({ token: id, name, expiresAt }, 'token created'),
    onRevoked: (id) => log.info({ token: id }, 'token revoked'),
    onRefused: (reason, id, address) => logRefusal(log, reason, id, address),
    onIgnoredKey: (key) =>
      log.warn({ key }, 'a root key is there that was withdrawn and is not used; take its line out'),
    onFailure: (error) => log.warn({ reason: reasonOf(error) }, 'the store did not take what it was told'),
  });
}

function clientsOf(
  { store, feed }: OpenStore,
  { oauth, scopes }: Config,
  engine: Engine,
): Clients | undefined {
  if (oauth === undefined) return undefined;
  return createClients({
    store,
    feed,
    checkGrants: (grants) => engine.checkGrants(grants),
    isDescribed: (scope) => Object.hasOwn(scopes, scope) || hasOwnWords(scope),
  });
}

// What never was a token of ours has no name worth keeping, and whoever sends it could fill the log with it.
function logRefusal(log: Log, reason: Refusal, id: string | undefined, address: string | undefined): void {
  if (id === undefined || reason === 'forged') log.debug({ reason }, 'token refused');
  else if (reason === 'elsewhere') log.info({ token: id, reason, address }, 'token refused');
  else log.info({ token: id, reason }, 'token refused');
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
