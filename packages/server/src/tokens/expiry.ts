import { ServerError } from '../errors.ts';
import { durationOf, durationText } from './duration.ts';
import type { TokenPolicy } from './policy.ts';

/**
 * The instant at which a token made at `now` ends. `text` is a whole number with a unit: `15m`, `24h`, `30d`; without it
 * the policy's default counts, or its maximum where that is less. Throws `ServerError` `INPUT_INVALID` for another
 * form, `EXPIRY_REFUSED` for more than the policy lets a token live.
 */
export function expiryFrom(
  text: string | undefined,
  now: Date,
  { defaultExpiry, maxExpiry }: Pick<TokenPolicy, 'defaultExpiry' | 'maxExpiry'>,
): Date {
  if (text === undefined) return new Date(now.getTime() + Math.min(defaultExpiry, maxExpiry));
  const length = lengthFrom(text);
  if (length > maxExpiry) {
    const most = durationText(maxExpiry);
    throw new ServerError(
      'EXPIRY_REFUSED',
      `A token can live for at most ${most}; ${text} was asked for.`,
      `Ask for ${most} or less, and rotate the token before it ends.`,
    );
  }
  return new Date(now.getTime() + length);
}

/** Milliseconds of `15m`, `24h`, `30d`. Throws `ServerError` `INPUT_INVALID` for another form, and for none at all. */
export function lengthFrom(text: string): number {
  const length = durationOf(text);
  if (length !== undefined && length > 0) return length;
  throw new ServerError(
    'INPUT_INVALID',
    `The expiry must be a whole number with a unit, m, h or d; it was ${JSON.stringify(text)}.`,
    'Write for example 15m, 24h or 30d.',
  );
}
