import { request } from 'undici';

import { readAdminToken } from '../adminkey.ts';
import type { CreatedToken, ListedToken } from '../authority.ts';
import { type ConfigSource, findDataFolder, loadConfig } from '../config.ts';
import { findConfigFile } from '../config-file.ts';
import { readErrorCode, ServerError } from '../errors.ts';
import { createLog } from '../log.ts';
import type { ClientInput } from '../oauth/client-request.ts';
import type { Clients, CreatedClient, ListedClient } from '../oauth/clients.ts';
import { openAuthority } from '../openauthority.ts';
import { findRunningServer, type RunningServer } from '../runfile.ts';
import type { TokenRequest } from '../tokens/request.ts';

const ANSWER_MS = 30_000;

/** What the token commands need, whether a server is running or not. */
export interface TokenClient {
  /** Where tokens made here are used. */
  readonly url: string;
  create(request: TokenRequest): Promise<CreatedToken>;
  list(): Promise<readonly ListedToken[]>;
  revoke(id: string): Promise<ListedToken>;
  /** OAuth clients, where the server is an authorization server. */
  readonly clients: ClientCommands;
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
  if (running !== undefined) return remote(running, data);
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
  const { authority, clients, close } = await openAuthority(config, { log, progress: () => undefined });
  return {
    url: `http://${config.host}:${config.port}`,
    create: (wanted) => authority.createToken(wanted, 'command'),
    list: () => authority.listTokens(),
    revoke: (id) => authority.revokeToken(id, 'command'),
    clients: {
      create: async (input) => there(clients).create(input, 'command'),
      list: async () => there(clients).list(),
      disable: async (id) => there(clients).disable(id, 'command'),
    },
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

async function remote({ url }: RunningServer, data: string): Promise<TokenClient> {
  const credential = await readAdminToken(data);
  if (credential === undefined) {
    throw new ServerError(
      'ADMIN_TOKEN_MISSING',
      `The admin credential of the running server should be in admin.token in ${data}; there is no such file.`,
      'Restart the server: it makes a new one.',
    );
  }
  const ask = <Answer>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer> =>
    askServer<Answer>(url, credential, method, path, body);
  return {
    url,
    create: (wanted) => ask<CreatedToken>('POST', '/api/tokens', wanted),
    list: async () => (await ask<{ tokens: readonly ListedToken[] }>('GET', '/api/tokens')).tokens,
    revoke: (id) => ask<ListedToken>('DELETE', `/api/tokens/${encodeURIComponent(id)}`),
    clients: {
      create: (input) => ask<CreatedClient>('POST', '/api/clients', input),
      list: async () => (await ask<{ clients: readonly ListedClient[] }>('GET', '/api/clients')).clients,
      disable: (id) => ask<ListedClient>('DELETE', `/api/clients/${encodeURIComponent(id)}`),
    },
    close: async () => undefined,
  };
}

async function askServer<Answer>(
  url: string,
  credential: string,
  method: 'GET' | 'POST' | 'DELETE',
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
    typeof error.suggestion === 'string' ? error.suggestion : undefined,
  );
}
