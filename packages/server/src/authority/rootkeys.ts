import { ServerError } from '../errors.ts';
import { keyCheckValue, type RootKeys } from '../rootkey.ts';
import type { Store } from '../store/store.ts';

/**
 * Makes sure that the keys are those under which the store was written: without this a wrong key would look like a
 * store full of forged tokens. Throws `ServerError` `ROOT_KEY_INVALID`, `ROOT_KEY_LOST`.
 */
export async function confirmRootKeys(store: Store, rootKeys: RootKeys): Promise<void> {
  const known = await store.keys.checks();
  for (const [keyId, value] of known) {
    const key = rootKeys.keys.get(keyId);
    if (key !== undefined && keyCheckValue(key, keyId) === value) continue;
    const problem = key === undefined ? 'is missing' : 'is not the one under which this store was written';
    throw new ServerError(
      key === undefined ? 'ROOT_KEY_LOST' : 'ROOT_KEY_INVALID',
      `The root key ${keyId} ${problem}; every token made under it would be refused.`,
      'Put back the key that belongs to this store, or give the server the data folder that belongs to this key.',
    );
  }
  for (const [keyId, key] of rootKeys.keys) {
    if (!known.has(keyId)) {
      const value = keyCheckValue(key, keyId);
      await store.write((unit) => unit.keys.add(keyId, value));
    }
  }
}
