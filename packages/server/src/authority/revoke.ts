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

/** Revokes one token, and is fulfilled once it is refused everywhere. Throws `ServerError` `TOKEN_UNKNOWN`. */
export async function revokeToken(desk: Desk, id: string, ending: Ending): Promise<StoredToken> {
  if (!isPublicId(id)) throw unknownToken();
  const at = desk.now();
  const revoking = desk.store.write(async (unit) => {
    const before = await unit.tokens.lock(id);
    if (before === undefined || before.revokedAt !== undefined) return before;
    return revokeLocked(unit, before, ending, at);
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
    const alive = (await unit.tokens.lockFamily(family)).filter(({ revokedAt }) => revokedAt === undefined);
    for (const token of alive) await revokeLocked(unit, token, ending, at);
    return alive;
  });
  const revoked = await revoking.finally(() => desk.feed.catchUp());
  for (const { id } of revoked) desk.tidings.onRevoked?.(id);
  return revoked.length;
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
