import { ServerError } from '../errors.ts';

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE };

/** How long a token lives when nobody says otherwise. */
export const DEFAULT_EXPIRY = '30d';

const MAXIMUM_DAYS = 365;

/**
 * The instant at which a token made at `now` ends. `text` is a whole number with a unit: `15m`, `24h`, `30d`.
 * Throws `ServerError` `INPUT_INVALID` for another form, `EXPIRY_REFUSED` for more than 365 days.
 */
export function expiryFrom(text: string, now: Date): Date {
  const match = /^([1-9]\d{0,8})([mhd])$/.exec(text);
  const unit = UNITS[match?.[2] ?? ''];
  if (match === null || unit === undefined) {
    throw new ServerError(
      'INPUT_INVALID',
      `The expiry must be a whole number with a unit, m, h or d; it was ${JSON.stringify(text)}.`,
      'Write for example 15m, 24h or 30d.',
    );
  }
  const length = Number(match[1]) * unit;
  if (length > MAXIMUM_DAYS * 24 * 60 * MINUTE) {
    throw new ServerError(
      'EXPIRY_REFUSED',
      `A token can live for at most ${MAXIMUM_DAYS}d; ${text} was asked for.`,
      `Ask for ${MAXIMUM_DAYS}d or less, and make a new token before it ends.`,
    );
  }
  return new Date(now.getTime() + length);
}
