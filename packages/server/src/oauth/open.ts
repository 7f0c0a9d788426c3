import type { AddressOf } from '../clientaddress.ts';
import type { Config } from '../config.ts';
import type { Log } from '../log.ts';
import type { OpenAuthority } from '../openauthority.ts';
import type { Pages } from '../pages/open.ts';
import { confirmNotGivenUp, type GivenUpParts, watchGivenUp } from './given-up.ts';
import { loadOAuthKeys, type OAuthKeys } from './keys.ts';
import { type KeysWatchParts, watchKeys } from './keys-watch.ts';
import { createOAuth, type OAuth } from './oauth.ts';
import { confirmOAuthKeys, noteOAuthKeys } from './shared-keys.ts';

/** What else of the server it needs. */
interface Inside {
  readonly pages: Pages;
  readonly addressOf: AddressOf;
}

/** The authorization server, where the configuration has one. Throws `ServerError` `OAUTH_KEYS_UNSAFE`, `OAUTH_KEYS_INVALID`. */
export async function openOAuth(
  { oauth, scopes, tokens, data, oauthKeys, database }: Config,
  { store, feed, engine, authority, limits, pages, addressOf }: OpenAuthority & Inside,
  log: Log,
): Promise<OAuth | undefined> {
  if (oauth === undefined) return undefined;
  const keys = await loadOAuthKeys(data, oauthKeys);
  // In a data folder the keys are beside the store; lost ones are made anew there, and only leaked ones are refused.
  const confirm = async (found: OAuthKeys): Promise<void> => {
    if (database !== undefined) return confirmOAuthKeys(store, found);
    await confirmNotGivenUp(store, found);
    await noteOAuthKeys(store, found);
  };
  await confirm(keys);
  const opened = createOAuth({
    config: oauth,
    scopes,
    keys,
    store,
    feed,
    narrow: engine.narrow,
    policy: tokens,
    limits,
    checkGrants: (grants) => engine.checkGrants(grants),
    recognise: (token, from) => authority.authenticate(token, from),
    words: engine,
    page: pages.page,
    findPerson: pages.findPerson,
    addressOf,
    log,
  });
  return watching(opened, { data, keys, log, store, isFile: !oauthKeys, confirm });
}

interface WatchingParts extends Omit<KeysWatchParts, 'take'>, Pick<GivenUpParts, 'store' | 'log'> {
  readonly log: Log;
  /** Whether the keys are in a file, and not in the environment. */
  readonly isFile: boolean;
  readonly confirm: (keys: OAuthKeys) => Promise<void>;
}

/** The same, which takes up what becomes of its file of keys, and lets go of keys that leaked. */
function watching(oauth: OAuth, { store, isFile, confirm, ...parts }: WatchingParts): OAuth {
  let current = parts.keys;
  const take = async (found: OAuthKeys): Promise<void> => {
    await confirm(found);
    current = found;
    oauth.takeKeys(found);
  };
  const stops = [
    watchGivenUp({ store, current: () => current, suspend: oauth.dropKeys, log: parts.log }),
    ...(isFile ? [watchKeys({ ...parts, take })] : []),
  ];
  return {
    ...oauth,
    close() {
      for (const stop of stops) stop();
      oauth.close();
    },
  };
}
