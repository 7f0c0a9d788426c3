import { type Authority, createAuthority, type Refusal } from './authority.ts';
import type { Config } from './config.ts';
import { type Engine, loadEngine } from './engine.ts';
import type { Log } from './log.ts';
import { checkStore, type OpenStore, openConfiguredStore } from './openstore.ts';
import type { Store } from './store/store.ts';

export interface OpenParts {
  readonly log: Log;
  /** Told what is being done, a sentence at a time. */
  readonly progress: (line: string) => void;
  /** How schema and rules are compiled; for tests. */
  readonly loadEngine?: ((config: Config) => Promise<Engine>) | undefined;
}

/** The authority with all that it stands on, held by this process until `close`. */
export interface OpenAuthority {
  readonly engine: Engine;
  readonly authority: Authority;
  readonly store: Store;
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
  await checkStore(config);
  const opened = await openConfiguredStore(config, parts);
  try {
    return {
      engine,
      authority: await authorityOn(opened, parts.log, engine),
      store: opened.store,
      close: () => opened.close(),
    };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

function authorityOn({ store, feed, rootKeys }: OpenStore, log: Log, engine: Engine): Promise<Authority> {
  return createAuthority({
    store,
    feed,
    rootKeys,
    checkGrants: (grants) => engine.checkGrants(grants),
    onCreated: ({ id, name, expiresAt }) => log.info({ token: id, name, expiresAt }, 'token created'),
    onRevoked: (id) => log.info({ token: id }, 'token revoked'),
    onRefused: (reason, id) => logRefusal(log, reason, id),
  });
}

// What never was a token of ours has no name worth keeping, and whoever sends it could fill the log with it.
function logRefusal(log: Log, reason: Refusal, id: string | undefined): void {
  if (id === undefined || reason === 'forged') log.debug({ reason }, 'token refused');
  else log.info({ token: id, reason }, 'token refused');
}
