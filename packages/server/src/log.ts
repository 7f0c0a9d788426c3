import { type Logger, pino } from 'pino';

import { ServerError } from './errors.ts';
import { nearestName } from './nearest.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** The part of pino that the server uses. Tokens are named by their public id, never by their text. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** A log of JSON lines on stderr at the level named by `AMBIT_LOG`. Throws `ServerError` `CONFIG_INVALID`. */
export function createLog(level: string | undefined): Log {
  const chosen = level === undefined || level === '' ? 'info' : level;
  if (!(LEVELS as readonly string[]).includes(chosen)) {
    const near = nearestName(chosen, LEVELS);
    throw new ServerError(
      'CONFIG_INVALID',
      `AMBIT_LOG must be one of ${LEVELS.join(', ')}; it was ${JSON.stringify(chosen)}.`,
      near === undefined ? undefined : `Did you mean ${near}?`,
    );
  }
  return pino({ level: chosen, base: null }, pino.destination({ dest: 2, sync: true }));
}
