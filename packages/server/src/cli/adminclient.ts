import { request } from 'undici';

import { readAdminToken } from '../adminkey.ts';
import { type AuditListQuery, type AuditPage, auditQueryShape } from '../authority/audit.ts';
import { type AskedChange, tokenChangeShape } from '../authority/change.ts';
import { type TokenListQuery, type TokenPage, tokenQueryShape } from '../authority/list.ts';
import type { NarrowedLink } from '../authority/revokedlinks.ts';
import type { RotatedToken, Rotation } from '../authority/rotate.ts';
import type { CreatedToken, ListedToken } from '../authority.ts';
import { type ConfigSource, findDataFolder, loadConfig } from '../config.ts';
import { type Environment, findConfigFile } from '../config-file.ts';
import { readErrorCode, ServerError } from '../errors.ts';
import type { Grantable } from '../grantable.ts';
import { createLog } from '../log.ts';
import type { ClientInput } from '../oauth/client-request.ts';
import type { Clients, CreatedClient, ListedClient } from '../oauth/clients.ts';
import { openAuthority } from '../openauthority.ts';
import { readShape } from '../readshape.ts';
import { findRunningServer, type RunningServer } from '../runfile.ts';
import type { TokenRequest } from '../tokens/request.ts';
import type { Ask, Method } from './ask.ts';
import { type PersonCommands, peopleOf, peopleThrough } from './personclient.ts';

const ANSWER_MS = 30_000;
const BY_COMMAND = 'command';
const NO_QUERY = 'This cannot be listed.';
const NO_CHANGE = 'This is no change of a token.';

/** What the commands need, whether a server is running or not. */
export interface TokenClient {
  /** Where tokens made here are used. */
  readonly url: string;
  create(request: TokenRequest): Promise<CreatedToken>;
  list(query: TokenListQuery): Promise<TokenPage>;
  show(id: string): Promise<ListedToken>;
  change(id: string, change: AskedChange): Promise<ListedToken>;
  rotate(id: string, rotation: Rotation): Promise<RotatedToken>;
  revoke(id: string, because: string | undefined): Promise<ListedToken>;
  revokeNarrowed(token: string): Promise<NarrowedLink>;
  audit(query: AuditListQuery): Promise<AuditPage>;
  scopes(): Promise<readonly Grantable[]>;
  /** OAuth clients, where the server is an authorization server. */
  readonly clients: ClientCommands;
  readonly people: PersonCommands;
  close(): Promise<void>;
}

/** What the client commands need. */
export interface ClientCommands {
  create(input: ClientInput): Promise<CreatedClient>;
  list(): Promise<readonly ListedClient[]>;
  disable(id: string): Promise<ListedClient>;
}

/**
 * The running server's admin API, or the store itself when no process holds it. Throws `ServerError`, among them
 * `STORE_LOCKED` when something other than a server that answers holds the store.
 */
export async function openTokenClient(source: ConfigSource): Promise<TokenClient> {
  const data = await findDataFolder(source);
  const running = await findRunningServer(data);
  if (running !== undefined) return remote(running, data, source.env);
  if (findConfigFile(source.file, source.folder) !== undefined) return local(source).catch(tellStarting);
  throw new ServerError(
    'SERVER_UNREACHABLE',
    `No server is running on ${data}, and there is no configuration with which to open its store.`,
    'Start the server, or give --config FILE.',
  );
}

async function local(source: ConfigSource): Promise<TokenClient> {
  const config = await loadConfig(source);
  const log = createLog(source.env['AMBIT_LOG'] || 'warn');
  const opened = await openAuthority(config, { log, progress: () => undefined });
  const { authority, clients, engine, close } = opened;
  return {
    url: `http://${config.host}:${config.port}`,
    create: (wanted) => authority.createToken(wanted, BY_COMMAND),
    list: (query) => authority.listTokens(readShape(tokenQueryShape, given(query), NO_QUERY)),
    show: (id) => authority.showToken(id),
    change: (id, change) =>
      authority.changeToken(id, readShape(tokenChangeShape, change, NO_CHANGE), BY_COMMAND),
    rotate: (id, rotation) => authority.rotateToken(id, rotation, BY_COMMAND),
    revoke: (id, because) => authority.revokeToken(id, BY_COMMAND, because),
    revokeNarrowed: (token) => authority.revokeNarrowed(token, BY_COMMAND),
    scopes: async () => engine.grantable ?? [],
    audit: (query) => authority.listAudit(readShape(auditQueryShape, given(query), NO_QUERY)),
    clients: {
      create: async (input) => there(clients).create(input, BY_COMMAND),
      list: async () => there(clients).list(),
      disable: async (id) => there(clients).disable(id, BY_COMMAND),
    },
    people: peopleOf(opened, config.data, BY_COMMAND),
    close,
  };
}

function there(clients: Clients | undefined): Clients {
  if (clients !== undefined) return clients;
  throw new ServerError(
    'CONFIG_INVALID',
    'The configuration has no authorization server, and so there are no clients.',
    'Add to it: oauth: { issuer: "https://..." }',
  );
}

// Between taking the store and saying where it answers, a server cannot be told from any other holder.
function tellStarting(error: unknown): never {
  if (!(error instanceof ServerError) || error.code !== 'STORE_LOCKED') throw error;
  throw new ServerError(
    'STORE_LOCKED',
    `${error.message} It is starting or running, and does not take commands yet.`,
    'Try again in a moment. If this stays so, look at the log of that process.',
  );
}

async function remote({ url }: RunningServer, data: string, env: Environment): Promise<TokenClient> {
  const credential = await credentialIn(data, env);
  const ask: Ask = (method, path, body) => askServer(url, credential, method, path, body);
  return { url, ...remoteCalls(ask), close: async () => undefined };
}

function remoteCalls(ask: Ask): Omit<TokenClient, 'url' | 'close'> {
  const one = (id: string): string => `/api/tokens/${encodeURIComponent(id)}`;
  return {
    create: (wanted) => ask('POST', '/api/tokens', wanted),
    list: (query) => ask('GET', `/api/tokens${search({ ...query })}`),
    show: (id) => ask('GET', one(id)),
    change: (id, change) => ask('PATCH', one(id), change),
    rotate: (id, rotation) => ask('POST', `${one(id)}/rotate`, rotation),
    revoke: (id, reason) => ask('DELETE', `${one(id)}${search({ reason })}`),
    revokeNarrowed: (token) => ask('POST', '/api/tokens/narrowed/revoke', { token }),
    scopes: async () => (await ask<{ scopes: readonly Grantable[] }>('GET', '/api/scopes')).scopes,
    audit: (query) => ask('GET', `/api/audit${search({ ...query })}`),
    clients: {
      create: (input) => ask('POST', '/api/clients', input),
      list: async () => (await ask<{ clients: readonly ListedClient[] }>('GET', '/api/clients')).clients,
      disable: (id) => ask('DELETE', `/api/clients/${encodeURIComponent(id)}`),
    },
    people: peopleThrough(ask),
  };
}

function search(query: Readonly<Record<string, string | undefined>>): string {
  const text = new URLSearchParams(given(query)).toString();
  return text === '' ? '' : `?${text}`;
}

/** What was said, without what was left out. */
function given(query: object): Record<string, string> {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

async function credentialIn(data: string, env: Environment): Promise<string> {
  const credential = await readAdminToken(data, env['AMBIT_ADMIN_TOKEN']);
  if (credential !== undefined) return credential;
  throw new ServerError(
    'ADMIN_TOKEN_MISSING',
    `The admin credential of the running server should be in admin.token in ${data}; there is no such file.`,
    'Restart the server: it makes a new one.',
  );
}

async function askServer<Answer>(
  url: string,
  credential: string,
  method: Method,
  path: string,
  body: object | undefined,
): Promise<Answer> {
  const answer = await request(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${credential}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(ANSWER_MS),
  }).catch(() => {
    throw new ServerError(
      'SERVER_UNREACHABLE',
      `The server at ${url} does not answer.`,
      'Look at its log, or restart it.',
    );
  });
  const value: unknown = await answer.body.json().catch(() => undefined);
  if (answer.statusCode < 300 && value !== undefined) return value as Answer;
  throw refusal(value, url, answer.statusCode);
}

function refusal(value: unknown, url: string, status: number): ServerError {
  const { error } = (value ?? {}) as { error?: { code?: unknown; message?: unknown; suggestion?: unknown } };
  const code = readErrorCode(error?.code);
  if (code === undefined || typeof error?.message !== 'string') {
    return new ServerError(
      'SERVER_UNREACHABLE',
      `What answers at ${url} is no Ambit server (status ${status}).`,
    );
  }
  return new ServerError(
    code,
    error.message,
    // Paths are for whoever writes requests; this one asked for something that this server does not have.
    typeof error.suggestion === 'string' && !error.suggestion.startsWith('There are /')
      ? error.suggestion
      : undefined,
  );
}
