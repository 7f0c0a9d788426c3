import type { Unit } from '../store/store.ts';
import type { StoredToken } from '../store/tokens.ts';
import { isPublicId } from '../tokens/format.ts';
import type { Desk } from './desk.ts';
import { unknownToken } from './ended.ts';

/** Why a token ends, and what else the audit is told of it. */
export interface Ending {
  readonly because: string;
  readonly by: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * Revokes one token with those that it made itself by rotating: whoever had it may have those. Is fulfilled once all are
 * refused everywhere. Throws `ServerError` `TOKEN_UNKNOWN`.
 */
export async function revokeToken(desk: Desk, id: string, ending: Ending): Promise<StoredToken> {
  if (!isPublicId(id)) throw unknownToken();
  const at = desk.now();
  const revoking = desk.store.write(async (unit) => {
    const family = await lockWhole(unit, (await unit.tokens.find(id))?.family);
    for (const token of ownLine(family, id)) {
      if (token.revokedAt !== undefined) continue;
      const details = token.id === id ? ending.details : { ...ending.details, madeBy: token.createdBy };
      await revokeLocked(unit, token, { ...ending, ...(details && { details }) }, at);
    }
    return unit.tokens.find(id);
  });
  // Also where the store failed: it may have done it all the same.
  const token = await revoking.finally(() => desk.feed.catchUp());
  if (token === undefined) throw unknownToken();
  desk.tidings.onRevoked?.(id);
  return token;
}

/** Revokes a token and all that it was rotated out of or into. Gives how many were still to be revoked. */
export async function revokeFamily(desk: Desk, family: string, ending: Ending): Promise<number> {
  const at = desk.now();
  const revoking = desk.store.write(async (unit) => {
    const alive = (await lockWhole(unit, family)).filter(({ revokedAt }) => revokedAt === undefined);
    for (const token of alive) await revokeLocked(unit, token, ending, at);
    return alive;
  });
  const revoked = await revoking.finally(() => desk.feed.catchUp());
  for (const { id } of revoked) desk.tidings.onRevoked?.(id);
  return revoked.length;
}

/** A line of rotations, until none was added to it while others held it. */
async function lockWhole(unit: Unit, family: string | undefined): Promise<readonly StoredToken[]> {
  if (family === undefined) return [];
  let locked = await unit.tokens.lockFamily(family);
  for (let before = -1; before !== locked.length; ) {
    before = locked.length;
    locked = await unit.tokens.lockFamily(family);
  }
  return locked;
}

/** A token, and of its successors those that it or they made themselves. One that somebody else made is in other hands. */
function ownLine(family: readonly StoredToken[], id: string): readonly StoredToken[] {
  const first = family.find((token) => token.id === id);
  const line = first === undefined ? [] : [first];
  for (const made of line) line.push(...family.filter(({ createdBy }) => createdBy === made.id));
  return line;
}

/** Within a unit of work that has locked the token. */
async function revokeLocked(
  unit: Unit,
  token: StoredToken,
  { because, by, details }: Ending,
  at: Date,
): Promise<StoredToken | undefined> {
  await unit.audit.add({
    at,
    action: 'token.revoked',
    actor: by,
    token: token.id,
    subject: token.grants.subject,
    details: { because, ...details },
  });
  const revoked = await unit.tokens.revoke(token.id, at, because);
  await unit.changes.add('token', token.id, at);
  return revoked;
}
