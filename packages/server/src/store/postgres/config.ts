import { z } from 'zod';

import { ServerError } from '../../errors.ts';

const count = (maximum: number): z.ZodNumber => z.number().int().min(1).max(maximum);

/** What is wrong with the address of a database; nothing where it can be used. Repeats no part of it. */
export function problemOfUrl(text: string): string | undefined {
  if (!URL.canParse(text)) {
    return 'must be an address such as postgres://ambit@db.example.com/ambit; give a password with special characters as `password`';
  }
  const url = new URL(text);
  if (!/^postgres(ql)?:$/.test(url.protocol)) return 'must begin with postgres://';
  if (!isDecodable(url.username) || !isDecodable(url.password) || !isDecodable(url.pathname))
    return 'holds a percent sign that stands for nothing; give such a password as `password`';
  if (url.pathname.length < 2) return 'must name a database: postgres://USER@HOST/DATABASE';
  if (/[@:]/.test(url.pathname))
    return 'has @ or : behind the host; give a password with special characters as `password`';
  if (url.username === '') return 'must name a user: postgres://USER@HOST/DATABASE';
  for (const [name, value] of url.searchParams) {
    if (name === 'host' && value.startsWith('/')) continue;
    if (name !== 'sslmode') return 'may carry only `sslmode`, or `host` with the folder of a socket';
    if (!['disable', 'require', 'verify-ca', 'verify-full'].includes(value))
      return 'may have as `sslmode` disable, require, verify-ca or verify-full; all but disable verify the certificate';
  }
  return undefined;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const DEFAULTS: DatabaseOptions = { connections: 10, connectMs: 5_000, statementMs: 10_000, push: true };

/** `database` in the configuration: a PostgreSQL instead of the embedded store. */
export const databaseShape: z.ZodType<DatabaseOptions> = z.strictObject({
  url: z
    .string()
    .superRefine((text, context) => {
      const message = problemOfUrl(text);
      if (message !== undefined) context.addIssue({ code: 'custom', message });
    })
    .optional(),
  password: z.string().min(1).optional(),
  tls: z.union([z.boolean(), z.strictObject({ ca: z.string().min(1) })]).optional(),
  connections: count(200).default(DEFAULTS.connections),
  connectMs: count(60_000).default(DEFAULTS.connectMs),
  statementMs: count(60_000).default(DEFAULTS.statementMs),
  push: z.boolean().default(DEFAULTS.push),
});

/** Where the database is and how it is spoken to. Holds a password: never shown, never logged. */
export interface DatabaseOptions {
  /** `AMBIT_DATABASE_URL` goes before it. */
  url?: string | undefined;
  password?: string | undefined;
  /** Whether and by whom the server's certificate is verified; left out, TLS is spoken to every other machine. */
  tls?: boolean | { ca: string } | undefined;
  connections: number;
  connectMs: number;
  statementMs: number;
  /** Whether the database tells of changes over a connection of its own; without it they are found by asking. */
  push: boolean;
}

/** The same, complete. */
export interface DatabaseConfig extends Readonly<DatabaseOptions> {
  readonly url: string;
}

/**
 * The database of the configuration, or none: then the store is in the data folder. `AMBIT_DATABASE_URL` names one by
 * itself, and goes before the file's. Throws `ServerError` `CONFIG_INVALID`.
 */
export function databaseFrom(
  options: DatabaseOptions | undefined,
  fromEnvironment: string | undefined,
  within: (path: string) => string,
): DatabaseConfig | undefined {
  if (options === undefined && !fromEnvironment) return undefined;
  const { tls, ...given } = options ?? DEFAULTS;
  const url = fromEnvironment || given.url;
  if (url === undefined) {
    throw new ServerError(
      'CONFIG_INVALID',
      '`database` needs a `url`, and AMBIT_DATABASE_URL is not set.',
      'For example: url: postgres://ambit@db.example.com/ambit',
    );
  }
  const problem = fromEnvironment ? problemOfUrl(fromEnvironment) : undefined;
  if (problem !== undefined) throw new ServerError('CONFIG_INVALID', `AMBIT_DATABASE_URL ${problem}.`);
  const mode = new URL(url).searchParams.get('sslmode');
  if (tls === false && mode !== null && mode !== 'disable') {
    throw new ServerError(
      'CONFIG_INVALID',
      `\`database.tls\` is \`false\`, and the address of the database says sslmode=${mode}.`,
      'Leave one of them out.',
    );
  }
  return { ...given, url, tls: typeof tls === 'object' ? { ca: within(tls.ca) } : tls };
}
