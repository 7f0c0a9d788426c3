import { readAdminToken } from './adminkey.ts';
import type { Config } from './config.ts';
import { githubOf } from './leaks/github.ts';
import { checkOAuth } from './oauth/check-config.ts';
import { parseKeys } from './oauth/keys.ts';
import { parseRootKeys } from './rootkey.ts';

/**
 * Everything of a configuration that can be known to be wrong without a schema and a store: a start that it refuses leaves
 * nothing behind. Throws `ServerError`: `CONFIG_INVALID`, `ROOT_KEY_INVALID`, `ADMIN_TOKEN_UNSAFE`, `OAUTH_KEYS_INVALID`.
 */
export async function refuseUnusableConfig(config: Config): Promise<void> {
  const { rootKey, adminToken, oauth, oauthKeys } = config;
  checkOAuth(config);
  githubOf(config.leaks);
  if (rootKey) parseRootKeys(rootKey, 'AMBIT_ROOT_KEY');
  if (adminToken) await readAdminToken(config.data, adminToken);
  if (oauth !== undefined && oauthKeys) parseKeys(oauthKeys, 'AMBIT_OAUTH_KEYS');
}
