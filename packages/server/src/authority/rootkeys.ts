import { ServerError } from '../errors.ts';
import { AFTER_ROOT_KEYS, keyCheckValue, type RootKeys } from '../rootkey.ts';
import type { Store } from '../store/store.ts';

/**
 * Makes sure that the keys are those under which the store was written: without this a wrong key would look like a
 * store full of forged tokens. Throws `ServerError` `ROOT_KEY_INVALID`, `ROOT_KEY_LOST`.
 */
export async function confirmRootKeys(store: Store, rootKeys: RootKeys): Promise<void> {
  const known = await store.keys.checks();
  for (const [keyId, value] of known) {
    if (keyId >= AFTER_ROOT_KEYS) continue;
    const key = rootKeys.keys.get(keyId);
    if (key !== undefined && keyCheckValue(key, keyId) === value) continue;
    throw wrongRootKey(keyId, key === undefined);
  }
  for (const [keyId, key] of rootKeys.keys) {
    if (known.has(keyId)) continue;
    const value = keyCheckValue(key, keyId);
    // Another node may have started at the same moment, with a key of its own.
    if ((await store.write((unit) => unit.keys.add(keyId, value))) !== value)
      throw wrongRootKey(keyId, false);
  }
}

function wrongRootKey(keyId: number, isMissing: boolean): ServerError {
  const problem = isMissing ? 'is missing' : 'is not the one under which this store was written';
  return new ServerError(
    isMissing ? 'ROOT_KEY_LOST' : 'ROOT_KEY_INVALID',
    `The root key ${keyId} ${problem}; every token made under it would be refused.`,
    'Put back the key that belongs to this store, or give the server the data folder that belongs to this key. Several servers on one database all need the same AMBIT_ROOT_KEY.',
  );
}
