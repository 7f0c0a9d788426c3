import type { StoredToken, TokenStatus } from '../store/tokens.ts';
import type { TokenPolicy } from './policy.ts';

/** The part of a token that says how it stands. */
export type Life = Pick<StoredToken, 'createdAt' | 'expiresAt' | 'revokedAt' | 'livesUntil'>;

/**
 * When a token ends by its expiry, or by how long the policy lets any token live: a maximum that was lowered after a
 * token was made counts for it too.
 */
export function expiryOf(
  { createdAt, expiresAt }: Life,
  { maxExpiry }: Pick<TokenPolicy, 'maxExpiry'>,
): Date {
  return new Date(Math.min(expiresAt.getTime(), createdAt.getTime() + maxExpiry));
}

/** When a token ends whatever happens to it from now on: by its expiry, or by the time beside its successor. */
export function endOf(token: Life, policy: Pick<TokenPolicy, 'maxExpiry'>): Date {
  const expiry = expiryOf(token, policy);
  return token.livesUntil !== undefined && token.livesUntil < expiry ? token.livesUntil : expiry;
}

/** How a token stands at an instant. At the instant of its end it is over. */
export function statusOf(token: Life, policy: Pick<TokenPolicy, 'maxExpiry'>, now: Date): TokenStatus {
  if (token.revokedAt !== undefined) return 'revoked';
  if (expiryOf(token, policy) <= now) return 'expired';
  return token.livesUntil !== undefined && token.livesUntil <= now ? 'rotated' : 'active';
}
