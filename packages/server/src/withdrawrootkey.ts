import { refuseForeignKeys } from './authority/rootkeys.ts';
import { withdrawKey } from './authority/withdraw.ts';
import { ServerError } from './errors.ts';
import { withKeysLock } from './keyslock.ts';
import { withStore } from './openkeys.ts';
import { parseRootKeys, type RootKeys } from './rootkey.ts';
import { HOW_TO_MAKE, readRootKeyFile, withNextKey, writeRootKeyFile } from './rootkey-file.ts';
import type { Store } from './store/store.ts';
import type { StorePlace } from './store/transfer/place.ts';

export interface Withdrawal {
  readonly keyId: number;
  /** The value of `AMBIT_ROOT_KEY`, which goes before the file and cannot be changed from here. */
  readonly fromEnvironment: string | undefined;
  /** Whether somebody said that they mean it. */
  readonly isMeant: boolean;
  readonly by: string;
}

/** What a withdrawal did. */
export interface Withdrawn {
  readonly id: number;
  /** How many tokens were revoked now. */
  readonly revoked: number;
  /** The key that makes new tokens. */
  readonly current: number;
  /** Whether that was made now. */
  readonly isNew: boolean;
  /** Whether the withdrawn one was there, in the file or in the environment. */
  readonly had: boolean;
}

/**
 * Withdraws a root key: first a new one is in the file where one is needed, then the store ends what was made under the
 * old one, then its line goes. What breaks off between is finished by doing it again; at no point is there a file from
 * which a server would believe more than before. Throws `ServerError`: `USAGE` where there is no such key, it was not
 * meant, or the environment has no other; and about the keys and the store.
 */
export async function withdrawRootKey(place: StorePlace, asked: Withdrawal): Promise<Withdrawn> {
  return withStore(place, (store) =>
    asked.fromEnvironment
      ? withdrawn(store, place, asked)
      : withKeysLock(place.data, () => withdrawn(store, place, asked)),
  );
}

async function withdrawn(store: Store, place: StorePlace, asked: Withdrawal): Promise<Withdrawn> {
  const { keyId, fromEnvironment } = asked;
  const before = fromEnvironment
    ? parseRootKeys(fromEnvironment, 'AMBIT_ROOT_KEY')
    : await readRootKeyFile(place.data, NO_KEYS);
  const after = await checked(store, before, asked);
  if (!fromEnvironment && after.isNew) await writeRootKeyFile(place.data, after.keys);
  const revoked = await withdrawKey(store, keyId, { by: asked.by, at: new Date() });
  if (!fromEnvironment) await writeRootKeyFile(place.data, without(after.keys, keyId));
  return { id: keyId, revoked, current: after.keys.current, isNew: after.isNew, had: before.keys.has(keyId) };
}

/** Of a file that is lost: with a key that is withdrawn for it everything else in the store lives on. */
const NO_KEYS: RootKeys = { current: 0, keys: new Map() };

interface After {
  readonly keys: RootKeys;
  readonly isNew: boolean;
}

/** The keys that will be, the withdrawn one among them still. Changes nothing. */
async function checked(store: Store, before: RootKeys, asked: Withdrawal): Promise<After> {
  const { keyId, fromEnvironment, isMeant } = asked;
  const known = await store.keys.checks();
  const gone = await store.keys.withdrawn();
  refuseForeignKeys(without(before, keyId).keys, known);
  if (!known.has(keyId) && !gone.has(keyId) && !before.keys.has(keyId)) throw noSuchKey(keyId, known, before);
  // In a file ids grow, so that a new one is never one that was given up; elsewhere whoever writes them sees to that.
  const isBelow = !fromEnvironment && before.current < keyId;
  const needsNew = before.current === keyId || gone.has(before.current) || isBelow;
  if (needsNew && fromEnvironment) throw noOther(keyId);
  const after = needsNew ? withNextKey(before, [...known.keys(), ...gone.keys(), keyId]) : before;
  if (!isMeant) throw await notMeant(store, keyId);
  return { keys: after, isNew: needsNew };
}

function without({ current, keys }: RootKeys, keyId: number): RootKeys {
  return { current, keys: new Map([...keys].filter(([id]) => id !== keyId)) };
}

function noSuchKey(keyId: number, known: ReadonlyMap<number, string>, { keys }: RootKeys): ServerError {
  const there = new Set([...known.keys()].filter((id) => id < 256).concat([...keys.keys()]));
  return new ServerError(
    'USAGE',
    `There is no root key ${keyId}.`,
    `There are: ${[...there].sort((a, b) => a - b).join(', ')}.`,
  );
}

function noOther(keyId: number): ServerError {
  return new ServerError(
    'USAGE',
    `The root keys come from AMBIT_ROOT_KEY, which no command can change, and without ${keyId} its last word makes no new tokens.`,
    `Add one as its last word, with a higher id: ${HOW_TO_MAKE}. Then run this again with that value, and start every server with it.`,
  );
}

async function notMeant(store: Store, keyId: number): Promise<ServerError> {
  const count = await store.tokens.countMadeUnder(keyId);
  return new ServerError(
    'USAGE',
    `Withdrawing the root key ${keyId} ends for good ${count === 1 ? 'one token' : `${count} tokens`} that ${count === 1 ? 'was' : 'were'} made under it and ${count === 1 ? 'is' : 'are'} not revoked, with all that came of them. Nothing was changed.`,
    'If that is meant, say it again with --yes.',
  );
}
