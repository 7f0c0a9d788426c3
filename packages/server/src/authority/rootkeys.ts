import { ServerError } from '../errors.ts';
import { AFTER_ROOT_KEYS, keyCheckValue, type RootKeys } from '../rootkey.ts';
import type { Store, Unit } from '../store/store.ts';

/** Root keys of which each may be used. */
export interface ConfirmedRootKeys {
  readonly rootKeys: RootKeys;
  /** Ids of keys that are among those given and were withdrawn: nothing is made or believed under them. */
  readonly ignored: readonly number[];
}

/**
 * Makes sure that the keys are those under which the store was written: without this a wrong key would look like a
 * store full of forged tokens. Throws `ServerError` `ROOT_KEY_INVALID`, `ROOT_KEY_LOST`, and `ROOT_KEY_WITHDRAWN` where
 * new tokens would be made under a key that was withdrawn, or such a key came back under another id.
 */
export async function confirmRootKeys(store: Store, given: RootKeys): Promise<ConfirmedRootKeys> {
  const withdrawn = await store.keys.withdrawn();
  if (withdrawn.has(given.current)) throw withdrawnRootKey(given.current);
  const keys = new Map([...given.keys].filter(([keyId]) => !withdrawn.has(keyId)));
  refuseReturned(keys, withdrawn);
  await confirmKnown(store, keys);
  const ignored = [...given.keys.keys()].filter((keyId) => withdrawn.has(keyId));
  return { rootKeys: { current: given.current, keys }, ignored };
}

async function confirmKnown(store: Store, keys: RootKeys['keys']): Promise<void> {
  const known = await store.keys.checks();
  for (const [keyId, value] of known) {
    if (keyId >= AFTER_ROOT_KEYS) continue;
    const key = keys.get(keyId);
    if (key === undefined) throw wrongRootKey(keyId, true);
    if (keyCheckValue(key, keyId) !== value) throw wrongRootKey(keyId, false);
  }
  // That a store begins with keys is nothing to tell; that it gets another is.
  const isTold = [...known.keys()].some((keyId) => keyId < AFTER_ROOT_KEYS);
  for (const [keyId, key] of keys) {
    if (known.has(keyId)) continue;
    const value = keyCheckValue(key, keyId);
    // Another node may have started at the same moment, with a key of its own.
    if ((await store.write((unit) => added(unit, keyId, value, isTold))) !== value)
      throw wrongRootKey(keyId, false);
  }
}

async function added(unit: Unit, keyId: number, value: string, isTold: boolean): Promise<string> {
  const isNew = await unit.keys.put(keyId, value);
  if (isNew && isTold)
    await unit.audit.add({
      at: new Date(),
      action: 'key.added',
      actor: 'server',
      details: { of: 'root', key: keyId },
    });
  return isNew ? value : unit.keys.add(keyId, value);
}

/** Throws `ServerError` `ROOT_KEY_WITHDRAWN` for a withdrawn key that was given another id. */
function refuseReturned(keys: RootKeys['keys'], withdrawn: ReadonlyMap<number, string>): void {
  for (const [keyId, key] of keys)
    for (const [before, value] of withdrawn)
      if (keyCheckValue(key, before) === value) throw withdrawnRootKey(keyId);
}

/** Throws `ServerError` `ROOT_KEY_INVALID` for keys of another store. What is missing is no matter here. */
export function refuseForeignKeys(keys: RootKeys['keys'], known: ReadonlyMap<number, string>): void {
  for (const [keyId, key] of keys) {
    const value = known.get(keyId);
    if (value !== undefined && value !== keyCheckValue(key, keyId)) throw wrongRootKey(keyId, false);
  }
}

function withdrawnRootKey(keyId: number): ServerError {
  return new ServerError(
    'ROOT_KEY_WITHDRAWN',
    `The root key ${keyId} was withdrawn, and no token may be made under it any more.`,
    'Take its line out of root.key or AMBIT_ROOT_KEY. The last line must be a key that is in use; ambit-server keys rotate --root adds a new one.',
  );
}

function wrongRootKey(keyId: number, isMissing: boolean): ServerError {
  const problem = isMissing ? 'is missing' : 'is not the one under which this store was written';
  const orElse = isMissing
    ? ` If it is lost for good: ambit-server keys withdraw ${keyId} ends what was made under it.`
    : '';
  return new ServerError(
    isMissing ? 'ROOT_KEY_LOST' : 'ROOT_KEY_INVALID',
    `The root key ${keyId} ${problem}; every token made under it would be refused.`,
    `Put back the key that belongs to this store, or give the server the data folder that belongs to this key. Several servers on one database all need the same AMBIT_ROOT_KEY.${orElse}`,
  );
}
