import { join } from 'node:path';

import type { Config } from '../config.ts';
import { ServerError } from '../errors.ts';
import { readPrivateFile } from '../private-file.ts';
import { placeOf } from '../store/postgres/connection.ts';
import type { Store } from '../store/store.ts';
import { KEYS_FILE } from './keys.ts';
import { knowsOAuthKeys } from './shared-keys.ts';

/**
 * Makes sure that the keys are there where a database was used with some: others would be made in their place, and from
 * then on the ones before would be refused. Changes nothing. Throws `ServerError`: `OAUTH_KEYS_LOST`, `OAUTH_KEYS_UNSAFE`.
 */
export async function refuseLostKeys(
  { oauth, oauthKeys, data, database }: Pick<Config, 'oauth' | 'oauthKeys' | 'data' | 'database'>,
  store: Pick<Store, 'keys'>,
): Promise<void> {
  if (oauth === undefined || database === undefined || oauthKeys || !(await knowsOAuthKeys(store))) return;
  const path = join(data, KEYS_FILE);
  if ((await readPrivateFile(path, 'OAUTH_KEYS_UNSAFE')) !== undefined) return;
  const { host, port, database: name } = placeOf(database);
  throw new ServerError(
    'OAUTH_KEYS_LOST',
    `The store in the database ${name} at ${host}:${port} needs the keys of the authorization server with which it was last used, and there is neither ${path} nor AMBIT_OAUTH_KEYS. ` +
      'With new keys it would refuse those from then on. Nothing was made.',
    `Set AMBIT_OAUTH_KEYS to what is in ${KEYS_FILE} of the data folder of the server that had this store before, or to its AMBIT_OAUTH_KEYS; all servers on this database share it. ` +
      'If they are lost for good, stop all servers and run on the database: delete from root_key_checks where key_id = 256; the next start makes new ones. docs/how-to/run-on-postgresql.md says what ends with them.',
  );
}
