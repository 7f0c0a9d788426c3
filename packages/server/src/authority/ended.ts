import { ServerError } from '../errors.ts';
import type { StoredToken } from '../store/tokens.ts';
import { statusOf } from '../tokens/life.ts';
import type { TokenPolicy } from '../tokens/policy.ts';

/** The token, if it can still be rotated or changed. Throws `ServerError` `TOKEN_UNKNOWN`, `TOKEN_ROTATED`, `TOKEN_ENDED`. */
export function changeable(token: StoredToken | undefined, policy: TokenPolicy, now: Date): StoredToken {
  if (token === undefined) throw unknownToken();
  const status = statusOf(token, policy, now);
  if (status === 'revoked' || status === 'expired') {
    throw new ServerError(
      'TOKEN_ENDED',
      `The token is ${status}; what has ended cannot be changed or rotated.`,
      'Make a new one.',
    );
  }
  if (token.replacedBy === undefined) return token;
  throw new ServerError(
    'TOKEN_ROTATED',
    `The token was rotated already; ${token.replacedBy} took its place.`,
    `Change or rotate ${token.replacedBy}. If nobody has it, revoke both and make a new one.`,
  );
}

// The id is not repeated: people paste the token itself here.
export function unknownToken(): ServerError {
  return new ServerError(
    'TOKEN_UNKNOWN',
    'There is no token with this id.',
    'ambit-server token list shows the ids, which begin with tok_; the token itself is not its id.',
  );
}
