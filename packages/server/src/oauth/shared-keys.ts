import { ServerError } from '../errors.ts';
import { AFTER_ROOT_KEYS } from '../rootkey.ts';
import type { Store, Unit } from '../store/store.ts';
import { checkValuesOf } from './check-values.ts';
import { givenUpIn, refuseGivenUp, rememberGivenUp } from './given-up.ts';
import type { OAuthKeys } from './keys.ts';

/** Under which id the store keeps what it recognises these keys by. */
const KEPT_AS = AFTER_ROOT_KEYS;

/**
 * Makes sure that all servers on one store have the same keys: one with others could neither read what a browser began
 * at its neighbour nor be believed where that one is. A set that shares a key of each kind with the one that was there
 * last is a rotation, and takes its place; so is one that came of such a set, however often it was rotated since. What
 * was given up because it leaked is refused for good, whatever else is with it. Throws `ServerError` `OAUTH_KEYS_INVALID`.
 */
export async function confirmOAuthKeys(store: Store, keys: OAuthKeys): Promise<void> {
  const own = checkValues(keys);
  await store.write(async (unit) => {
    // First of all: from here on no other server takes up anything, and what one did before is seen.
    const isFirst = await unit.keys.put(KEPT_AS, own.join(' '));
    const known = await unit.keys.add(KEPT_AS, own.join(' '));
    await refuseGivenUp(unit, keys);
    const leaked = await givenUpIn(unit.keys);
    const before = known.split(' ');
    const isShared = KINDS.every((kind) =>
      own.some((value) => value.startsWith(kind) && before.includes(value)),
    );
    if (!isShared && !cameOf(before, keys, leaked)) throw otherKeys();
    await rememberGivenUp(unit, keys);
    const later = madeAfter(keys, leaked).filter((value) => isFirst || before.includes(value));
    const text = [...own, ...later].join(' ');
    // A set that has nothing new is the one before a rotation, which some server still has: it takes no place.
    const isOlder = !isFirst && !hasNew(own, before);
    if (isOlder || known === text) return;
    await unit.keys.replace(KEPT_AS, text);
    if (!isFirst) await auditRotation(unit, keys, before);
  });
}

/**
 * Keeps by what the keys of a store in a data folder are recognised. There it refuses none: lost ones are made anew. But
 * it goes with the store wherever that is carried.
 */
export async function noteOAuthKeys(store: Store, keys: OAuthKeys): Promise<void> {
  await store.write(async (unit) => {
    const text = [...checkValues(keys), ...madeAfter(keys, await givenUpIn(unit.keys))].join(' ');
    const known = await unit.keys.add(KEPT_AS, text);
    if (known === text) return;
    await unit.keys.replace(KEPT_AS, text);
    const before = known.split(' ');
    if (hasNew(text.split(' '), before)) await auditRotation(unit, keys, before);
  });
}

function hasNew(values: readonly string[], before: readonly string[]): boolean {
  return values.some((value) => KINDS.some((kind) => value.startsWith(kind)) && !before.includes(value));
}

// Once for all servers: by whichever takes the keys up first.
async function auditRotation(
  unit: Unit,
  { signing, givenUp = [] }: OAuthKeys,
  before: readonly string[],
): Promise<void> {
  await unit.audit.add({
    at: new Date(),
    action: 'key.rotated',
    actor: 'server',
    details: {
      of: 'oauth',
      keys: signing.map(({ kid }) => kid),
      leaked: before.some((value) => value.startsWith('sign:') && givenUp.includes(value)),
    },
  });
}

/** Whether a store was used with such keys. */
export async function knowsOAuthKeys({ keys }: Pick<Store, 'keys'>): Promise<boolean> {
  return (await keys.checks()).has(KEPT_AS);
}

// Only from one that was rotated less often, and knows of what leaked last: what was given up does not come back, nor
// does what was made out of an old copy of it.
function cameOf(
  before: readonly string[],
  { origin, givenUp = [] }: OAuthKeys,
  leaked: readonly string[],
): boolean {
  if (origin === undefined || !before.includes(`cookie:${origin.check}`)) return false;
  const last = leaked.at(-1);
  if (last !== undefined && !givenUp.includes(last) && !before.includes(`${AFTER}${last}`)) return false;
  const turns = before.flatMap((value) => (value.startsWith(TURN) ? Number(value.slice(TURN.length)) : []));
  return origin.rotations > Math.max(0, ...turns);
}

// Keys that took the place of lost ones know of no leak before them, and what comes of them need not either.
function madeAfter({ givenUp = [] }: OAuthKeys, leaked: readonly string[]): string[] {
  const last = leaked.at(-1);
  return last === undefined || givenUp.includes(last) ? [] : [`${AFTER}${last}`];
}

const AFTER = 'after:';
const TURN = 'rotations:';
const KINDS: readonly string[] = ['cookie:', 'sign:'];

// By these a key is recognised and nothing can be made with it.
function checkValues(keys: OAuthKeys): readonly string[] {
  const { origin } = keys;
  if (origin === undefined) return checkValuesOf(keys);
  const first = `cookie:${origin.check}`;
  return [`${TURN}${origin.rotations}`, ...new Set([first, ...checkValuesOf(keys)])];
}

function otherKeys(): ServerError {
  return new ServerError(
    'OAUTH_KEYS_INVALID',
    'The keys of the authorization server are not those with which this database was last used: all servers on one database need the same AMBIT_OAUTH_KEYS.',
    'Give this server what is in oauth.keys of the first one, or in its AMBIT_OAUTH_KEYS. docs/how-to/run-on-postgresql.md says what to do where they are lost.',
  );
}
