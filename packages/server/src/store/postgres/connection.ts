import { readFileSync } from 'node:fs';

import type { ClientConfig } from 'pg';

import { ServerError, systemCode } from '../../errors.ts';
import type { DatabaseConfig } from './config.ts';

/** Where a database is, in words that hold no password. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

const LOCAL: readonly string[] = ['localhost', '127.0.0.1', '[::1]', '::1'];

/** The parts of the address. It was checked before: see `problemOfUrl`. */
export function placeOf({ url }: Pick<DatabaseConfig, 'url'>): Place {
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  return {
    host: searchParams.get('host') ?? (hostname === '' ? 'localhost' : hostname.replace(/^\[(.*)\]$/, '$1')),
    port: port === '' ? 5432 : Number(port),
    user: decodeURIComponent(username),
    database: decodeURIComponent(pathname.slice(1)),
  };
}

/** What `pg` is told. Throws `ServerError` `CONFIG_INVALID` when the certificate file cannot be read. */
export function connectionOf(config: DatabaseConfig): ClientConfig {
  const { host, port, user, database } = placeOf(config);
  const inUrl = decodeURIComponent(new URL(config.url).password);
  const password = config.password ?? (inUrl === '' ? undefined : inUrl);
  return {
    host,
    port,
    user,
    database,
    // A function, so that nothing of the environment or of a .pgpass file is taken instead. Where a server asks for a
    // password that there is not, `pg` would give up and leave the connection open; a wrong one is refused and closed.
    password: () => password ?? ' ',
    ssl: tlsOf(config, host),
    application_name: 'ambit-server',
    connectionTimeoutMillis: config.connectMs,
    keepAlive: true,
  };
}

// Over a network the hashes, and with some methods the password, would be there for everybody to read.
function tlsOf({ url, tls }: DatabaseConfig, host: string): ClientConfig['ssl'] {
  const mode = new URL(url).searchParams.get('sslmode');
  const isLocal = host.startsWith('/') || LOCAL.includes(host);
  const wanted = tls ?? (mode === null ? !isLocal : mode !== 'disable');
  if (wanted === false) return false;
  if (wanted === true) return { rejectUnauthorized: true };
  try {
    return { rejectUnauthorized: true, ca: readFileSync(wanted.ca, 'utf8') };
  } catch (error) {
    throw new ServerError(
      'CONFIG_INVALID',
      `The certificate ${wanted.ca}, which \`database.tls.ca\` names, cannot be read (${systemCode(error) ?? 'unknown reason'}).`,
    );
  }
}
