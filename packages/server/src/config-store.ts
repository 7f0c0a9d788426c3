import { dirname, resolve } from 'node:path';

import { type ConfigSource, findDataFolder } from './config.ts';
import { findConfigFile, readConfigFile, substitute } from './config-file.ts';
import { ServerError } from './errors.ts';
import { readByShape, sentenceOf } from './mistakes.ts';
import { databaseFrom, databaseShape } from './store/postgres/config.ts';
import type { StorePlace } from './store/transfer/place.ts';

/**
 * Where the configured store is, for commands that need nothing else: neither a schema nor the secrets of the API.
 * Throws `ServerError` `CONFIG_INVALID`.
 */
export async function findStore(source: ConfigSource): Promise<StorePlace> {
  const { env, folder } = source;
  const data = await findDataFolder(source);
  const path = findConfigFile(source.file, folder);
  if (path === undefined)
    return { data, database: databaseFrom(undefined, env['AMBIT_DATABASE_URL'], (name) => name) };
  const file = await readConfigFile(path);
  const { database } = file.content as { readonly database?: unknown };
  const found = readByShape(databaseShape.optional(), substitute(file, database, env, ['database']));
  if (!found.success) {
    const sentences = found.error.issues.map(
      (issue) => `${file.where(['database', ...issue.path])}: ${sentenceOf(issue, ['database'])}.`,
    );
    throw new ServerError('CONFIG_INVALID', sentences.join('\n'));
  }
  const within = (name: string): string => resolve(dirname(path), name);
  return { data, database: databaseFrom(found.data, env['AMBIT_DATABASE_URL'], within) };
}
