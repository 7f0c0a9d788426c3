import { request } from 'undici';

import { readAdminToken } from '../adminkey.ts';
import { type ConfigSource, findDataFolder } from '../config.ts';
import { type Environment, findConfigFile } from '../config-file.ts';
import { readErrorCode, ServerError } from '../errors.ts';
import type { Grantable } from '../grantable.ts';
import { clientNamed } from '../oauth/client-named.ts';
import { isClientId } from '../oauth/client-request.ts';
import type { ListedClient } from '../oauth/clients.ts';
import { findRunningServer, type RunningServer } from '../runfile.ts';
import { type Ask, given, type Method } from './ask.ts';
import { peopleThrough } from './personclient.ts';
import type { TokenClient } from './tokenclient.ts';

const ANSWER_MS = 30_000;

/**
 * The running server's admin API, or the store itself when no process holds it. Throws `ServerError`, among them
 * `STORE_LOCKED` when something other than a server that answers holds the store.
 */
export async function openTokenClient(source: ConfigSource): Promise<TokenClient> {
  const data = await findDataFolder(source);
  const running = await findRunningServer(data);
  if (running !== undefined) return remote(running, data, source.env);
  if (findConfigFile(source.file, source.folder) !== undefined) {
    // All that a server is made of, which no command needs that speaks to one.
    const { openStoreClient } = await import('./storeclient.ts');
    return openStoreClient(source);
  }
  throw new ServerError(
    'SERVER_UNREACHABLE',
    `No server is running on ${data}, and there is no configuration with which to open its store.`,
    'Start the server, or give --config FILE.',
  );
}

async function remote({ url }: RunningServer, data: string, env: Environment): Promise<TokenClient> {
  const credential = await credentialIn(data, env);
  const ask: Ask = (method, path, body) => askServer(url, credential, method, path, body);
  return { url, ...remoteCalls(ask), close: async () => undefined };
}

function remoteCalls(ask: Ask): Omit<TokenClient, 'url' | 'close'> {
  const one = (id: string): string => `/api/tokens/${encodeURIComponent(id)}`;
  const client = (id: string): string => `/api/clients/${encodeURIComponent(id)}`;
  const listClients = async (): Promise<readonly ListedClient[]> =>
    (await ask<{ clients: readonly ListedClient[] }>('GET', '/api/clients')).clients;
  // A name may hold anything, and in a path not everything has one meaning.
  const idOf = async (ref: string): Promise<string> =>
    isClientId(ref) ? ref : clientNamed(ref, await listClients()).id;
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
      list: listClients,
      show: async (ref) => ask('GET', client(await idOf(ref))),
      disable: (id) => ask('DELETE', client(id)),
    },
    people: peopleThrough(ask),
  };
}

function search(query: Readonly<Record<string, string | undefined>>): string {
  const text = new URLSearchParams(given(query)).toString();
  return text === '' ? '' : `?${text}`;
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
