import type { Grants } from 'ambit';
import { earliest } from 'ambit/narrow';

import type { StoredToken } from '../store/tokens.ts';
import type { VerifiedToken } from '../tokens/chain.ts';
import { type AtTheDoor, takeAddresses } from '../tokens/door.ts';

/** What a bearer holds: of its stored token what its caveats leave, until `end` at the latest. */
export type Held = (verified: VerifiedToken, token: StoredToken, end: Date) => AtTheDoor;

/**
 * Works out what bearers hold. The same object for the same bearer, stored token and end: the engine keeps what it makes
 * of grants for as long as their object is there.
 */
export function createHeld(): Held {
  const kept = new WeakMap<
    VerifiedToken,
    { readonly from: StoredToken; readonly end: number; readonly held: AtTheDoor }
  >();
  return (verified, token, end) => {
    const before = kept.get(verified);
    if (before?.from === token && before.end === end.getTime()) return before.held;
    const held = takeAddresses(grantsOf(verified, token, end));
    kept.set(verified, { from: token, end: end.getTime(), held });
    return held;
  };
}

function grantsOf({ caveats = [] }: VerifiedToken, { grants }: StoredToken, end: Date): Grants {
  const own = earliest([...caveats, { expires: end.toISOString() }]) ?? end.toISOString();
  // The earliest end of all, so that whatever is kept open ends with it. One that cannot be read is kept: it ends all.
  const isEarlier = grants.expires === undefined || Date.parse(grants.expires) > Date.parse(own);
  const all = [...(grants.caveats ?? []), ...caveats];
  return {
    ...grants,
    ...(isEarlier ? { expires: own } : {}),
    ...(all.length === 0 ? {} : { caveats: all }),
  };
}
