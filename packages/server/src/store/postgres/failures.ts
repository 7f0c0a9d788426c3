import { ServerError, systemCode } from '../../errors.ts';
import type { Place } from './connection.ts';

/** The least PostgreSQL that this release is tested with. */
export const LEAST_POSTGRES = 15;

/** PostgreSQL's codes for no connection, no more of them, or no answer in time (Appendix A of its manual). */
const AWAY = /^(08...|57P0[1-5]|57014|55P03|25P0[34]|53300|55000)$/;
const NETWORK: readonly string[] = [
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
];

/** Sentences of `pg` itself for connections that broke or never came: these errors have no code. */
const BROKEN = /connection terminated|timeout|not queryable|connection (ended|was closed)|client was closed/i;

/**
 * What is said of an error of the database. Only what somebody can mend becomes a `ServerError`: no address but host
 * and port, and never the password. The rest is given back as it came.
 */
export function explained(error: unknown, place: Place): unknown {
  if (!(error instanceof Error) || error instanceof ServerError) return error;
  const code = systemCode(error) ?? '';
  const problem = problemOf(code, error.message, place);
  if (problem === undefined) return error;
  const [message, suggestion] = problem;
  return new ServerError('STORE_UNREACHABLE', message, suggestion);
}

function problemOf(code: string, message: string, place: Place): readonly [string, string] | undefined {
  const where = `PostgreSQL at ${place.host}${place.host.startsWith('/') ? '' : `:${place.port}`}`;
  if (code === '28P01' || code === '28000' || /SASL|client password/i.test(message))
    return [
      `${where} refused the user ${place.user}: the password is wrong or missing, or it may not connect this way.`,
      'Check `database.url` and `database.password`, and pg_hba.conf of that server.',
    ];
  if (code === '3D000')
    return [`${where} has no database ${place.database}.`, `Make it: createdb ${place.database}`];
  if (code === '42501')
    return [
      `${where} does not let the user ${place.user} do this in the database ${place.database} (42501).`,
      'Let it make tables: grant create, usage on schema public to that user.',
    ];
  if (/certificate|SSL|TLS|CERT_/i.test(`${code} ${message}`))
    return [
      `${where} does not speak TLS, or with a certificate that cannot be trusted.`,
      'Name its authority with `database.tls: { ca: FILE }`. `tls: false` speaks in the clear: only where nobody else is on the way.',
    ];
  if (AWAY.test(code) || NETWORK.includes(code) || BROKEN.test(message))
    return [
      `${where} does not answer${code === '' ? '' : ` (${code})`}.`,
      'Start it, or check `database.url`; if it has too many connections, lower `database.connections`.',
    ];
  return undefined;
}

/** Throws `ServerError` `STORE_UNUSABLE` for a PostgreSQL that is too old. `version` is `server_version_num`. */
export function checkServerVersion(version: number): void {
  const major = Math.floor(version / 10_000);
  if (major >= LEAST_POSTGRES) return;
  throw new ServerError(
    'STORE_UNUSABLE',
    `The database is PostgreSQL ${major}, and this release needs ${LEAST_POSTGRES} or newer. Nothing was changed.`,
    'Give it a newer PostgreSQL.',
  );
}
