import { join } from 'node:path';

import { ServerError } from './errors.ts';
import { withKeysLock } from './keyslock.ts';
import { readPrivateFile, replacePrivateFile } from './private-file.ts';
import {
  AFTER_ROOT_KEYS,
  parseRootKeys,
  ROOT_KEY_FILE,
  type RootKeys,
  textOf,
  withNewKey,
} from './rootkey.ts';

/** How to make a key where no command can. */
export const HOW_TO_MAKE = "node -p \"'ID:'+crypto.randomBytes(32).toString('base64url')\"";

/** The keys in `root.key` of a data folder; `lost`, if anything, where there is no such file. Throws `ServerError`: `ROOT_KEY_UNSAFE`, `ROOT_KEY_INVALID`, `ROOT_KEY_LOST`. */
export async function readRootKeyFile(data: string, lost?: RootKeys): Promise<RootKeys> {
  const path = join(data, ROOT_KEY_FILE);
  const text = await readPrivateFile(path, 'ROOT_KEY_UNSAFE');
  if (text !== undefined) return parseRootKeys(text, path);
  if (lost !== undefined) return lost;
  throw new ServerError(
    'ROOT_KEY_LOST',
    `There is no ${path}; the first start of the server makes it.`,
    'Name the configuration of the server with --config, or put the key back.',
  );
}

/** Puts keys in the place of those in `root.key`, at once and on disk when it is fulfilled; mode 0600. To be called within `withKeysLock`. */
export async function writeRootKeyFile(data: string, keys: RootKeys): Promise<void> {
  await replacePrivateFile(join(data, ROOT_KEY_FILE), textOf(keys));
}

/**
 * Adds a key to `root.key`, under which new tokens are made from the next start on, with an id above those that are
 * `taken`: a file that was put back knows fewer than the store. Gives its id. Throws like the rest, and `STORE_LOCKED`
 * while somebody else changes keys there.
 */
export async function rotateRootKey(data: string, taken: Iterable<number>): Promise<number> {
  // Where there is no such file, nothing is made in the folder.
  await readRootKeyFile(data);
  return withKeysLock(data, async () => {
    const keys = withNextKey(await readRootKeyFile(data), taken);
    await writeRootKeyFile(data, keys);
    return keys.current;
  });
}

/**
 * The keys and a new one above them and above `taken`: an id that was given up is never used again. Throws `ServerError`
 * `USAGE` where there is none left.
 */
export function withNextKey(keys: RootKeys, taken: Iterable<number>): RootKeys {
  const next = Math.max(...keys.keys.keys(), ...[...taken].filter((id) => id < AFTER_ROOT_KEYS), 0) + 1;
  if (next < AFTER_ROOT_KEYS) return withNewKey(keys, next);
  throw new ServerError(
    'USAGE',
    'There is no id left for a new root key: 255 was used, and none is used twice.',
    'Begin with an empty store.',
  );
}
