import type { AddressOf } from '../clientaddress.ts';
import type { Config } from '../config.ts';
import { ServerError } from '../errors.ts';
import type { Log } from '../log.ts';
import type { OpenAuthority } from '../openauthority.ts';
import type { Pages } from '../pages/open.ts';
import type { OAuthConfig } from './config.ts';
import { loadOAuthKeys, type OAuthKeys } from './keys.ts';
import { type KeysWatchParts, watchKeys } from './keys-watch.ts';
import { createOAuth, type OAuth } from './oauth.ts';
import { confirmOAuthKeys } from './shared-keys.ts';

/** What else of the server it needs. */
interface Inside {
  readonly pages: Pages;
  readonly addressOf: AddressOf;
}

/** The authorization server, where the configuration has one. Throws `ServerError` `OAUTH_KEYS_UNSAFE`, `OAUTH_KEYS_INVALID`. */
export async function openOAuth(
  { oauth, scopes, tokens, data, oauthKeys, publicUrl, issuers, database }: Config,
  { store, feed, engine, authority, limits, pages, addressOf }: OpenAuthority & Inside,
  log: Log,
): Promise<OAuth | undefined> {
  if (oauth === undefined) return undefined;
  if (publicUrl !== undefined && publicUrl !== oauth.issuer) {
    throw new ServerError(
      'CONFIG_INVALID',
      `\`publicUrl\` is ${publicUrl}, and \`oauth.issuer\` is ${oauth.issuer}; both are the address under which people reach this server.`,
      'Leave out `publicUrl`, or make them the same.',
    );
  }
  checkJwt(oauth, issuers);
  const keys = await loadOAuthKeys(data, oauthKeys);
  // In a data folder the keys are beside the store; lost ones are made anew there.
  const confirm = async (found: OAuthKeys): Promise<void> => {
    if (database !== undefined) await confirmOAuthKeys(store, found);
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
  return oauthKeys ? opened : watching(opened, { data, keys, log }, confirm);
}

/** The same, which takes up what becomes of its file of keys. */
function watching(
  oauth: OAuth,
  parts: Omit<KeysWatchParts, 'take'>,
  confirm: (keys: OAuthKeys) => Promise<void>,
): OAuth {
  const stop = watchKeys({
    ...parts,
    async take(found) {
      await confirm(found);
      oauth.takeKeys(found);
    },
  });
  return {
    ...oauth,
    close() {
      stop();
      oauth.close();
    },
  };
}

// Our own JWTs are for others. Were they taken here as those of another issuer, nobody would look whether they ended.
function checkJwt({ issuer, jwt }: OAuthConfig, issuers: Config['issuers']): void {
  if (issuers.some((other) => other.issuer === issuer)) {
    throw new ServerError(
      'CONFIG_INVALID',
      `\`issuers\` names ${issuer}, which is this server itself; its own tokens are known to it without that.`,
      'Leave it out of `issuers`.',
    );
  }
  if (jwt.some(({ resource }) => resource === `${issuer}/graphql`)) {
    throw new ServerError(
      'CONFIG_INVALID',
      `\`oauth.jwt\` names ${issuer}/graphql, the gateway itself, whose tokens are opaque: it looks each of them up anyway.`,
      'Name only servers behind the gateway.',
    );
  }
}
