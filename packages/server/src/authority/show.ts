import type { Grants } from 'ambit';

import type { RateLimit, StoredToken, TokenStatus, TokenUse } from '../store/tokens.ts';
import { expiryOf, statusOf } from '../tokens/life.ts';
import type { Desk } from './desk.ts';

/** A token as given to its maker. The only time that `token` is seen. */
export interface CreatedToken {
  readonly id: string;
  readonly token: string;
  readonly grants: Grants;
  readonly expiresAt: string;
}

/** A token as listed: everything but the secret. Instants are ISO 8601. */
export interface ListedToken {
  readonly id: string;
  readonly name: string;
  readonly note: string | null;
  readonly grants: Grants;
  /** Its own limit; null where only the server's holds. */
  readonly rateLimit: RateLimit | null;
  readonly createdAt: string;
  readonly createdBy: string;
  /** Its end by expiry, or by the longest life that is configured now. */
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly revokedBecause: string | null;
  readonly status: TokenStatus;
  /** The first token of its line of rotations; its own id where there is no other. */
  readonly family: string;
  /** The token that took its place, and until when this one lives beside it. */
  readonly replacedBy: string | null;
  readonly livesUntil: string | null;
  /** As far as this node knows; other nodes write theirs now and then. */
  readonly lastUsedAt: string | null;
  /** The root fields that it was last used for, such as `Mutation.createNote`. */
  readonly lastUsedFor: string | null;
}

/** A stored token for people. */
export function shown(
  { policy, uses }: Pick<Desk, 'policy' | 'uses'>,
  token: StoredToken,
  now: Date,
): ListedToken {
  const use = lastUse(token, uses.unwritten(token.id));
  return {
    id: token.id,
    name: token.name,
    note: token.note ?? null,
    grants: token.grants,
    rateLimit: token.rateLimit ?? null,
    createdAt: token.createdAt.toISOString(),
    createdBy: token.createdBy,
    expiresAt: expiryOf(token, policy).toISOString(),
    revokedAt: token.revokedAt?.toISOString() ?? null,
    revokedBecause: token.revokedBecause ?? null,
    status: statusOf(token, policy, now),
    family: token.family,
    replacedBy: token.replacedBy ?? null,
    livesUntil: token.livesUntil?.toISOString() ?? null,
    lastUsedAt: use.at?.toISOString() ?? null,
    lastUsedFor: use.for ?? null,
  };
}

function lastUse(
  { lastUsedAt, lastUsedFor }: StoredToken,
  unwritten: TokenUse | undefined,
): { readonly at: Date | undefined; readonly for: string | undefined } {
  if (unwritten === undefined || (lastUsedAt !== undefined && lastUsedAt > unwritten.at))
    return { at: lastUsedAt, for: lastUsedFor };
  return { at: unwritten.at, for: unwritten.for ?? lastUsedFor };
}
