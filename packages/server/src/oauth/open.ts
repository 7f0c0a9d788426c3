import type { Config } from '../config.ts';
import type { OpenAuthority, OpenParts } from '../openauthority.ts';
import { loadOAuthKeys } from './keys.ts';
import { createOAuth, type OAuth } from './oauth.ts';

/** The authorization server, where the configuration has one. Throws `ServerError` `OAUTH_KEYS_UNSAFE`, `OAUTH_KEYS_INVALID`. */
export async function openOAuth(
  { oauth, scopes, data, oauthKeys }: Config,
  { store, feed, engine, authority }: Pick<OpenAuthority, 'store' | 'feed' | 'engine' | 'authority'>,
  { log, signIn }: Pick<OpenParts, 'log' | 'signIn'>,
): Promise<OAuth | undefined> {
  if (oauth === undefined) return undefined;
  return createOAuth({
    config: oauth,
    scopes,
    keys: await loadOAuthKeys(data, oauthKeys),
    store,
    feed,
    narrow: engine.narrow,
    checkGrants: (grants) => engine.checkGrants(grants),
    recognise: (token, from) => authority.authenticate(token, from),
    words: engine,
    signIn,
    log,
  });
}
