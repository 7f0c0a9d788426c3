import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  createLog,
  loadConfig,
  type RunningAmbitServer,
  startServer,
} from '../../../packages/server/dist/index.js';
import { createSignIns } from '../../../packages/server/dist/people/signins.js';
import { openEmbeddedStore } from '../../../packages/server/dist/store/embedded.js';
import { openMemoryStore } from '../../../packages/server/dist/store/memory.js';
import type { Store } from '../../../packages/server/dist/store/store.js';

const SCHEMA = `
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT

type Query {
  search: [Record!]! @requiresScopes(scopes: [["tilores/query.search"]])
  note(project: ID!): String
    @requiresPermissions(permissions: ["read_note"], boundaryType: "project", boundaryArgument: "project")
}
type Record @requiresScopes(scopes: [["tilores/query.search"]]) {
  id: ID!
  myCustomField: String @requiresScopes(scopes: [["tilores/record.myCustomField"]])
  other: String @requiresScopes(scopes: [["tilores/record.other"]])
}
`;

const RULES =
  'version: 1\nboundaries:\n  group: { parent: group }\n  project: { parent: group }\nrules: {}\n';

const ANSWER = {
  data: {
    note: 'secret',
    search: [{ __typename: 'Record', id: '1', myCustomField: 'mine', other: 'theirs' }],
  },
};

/** A server with an authorization server, in front of an API that answers one search. */
export interface OAuthSite {
  readonly issuer: string;
  readonly folder: string;
  readonly server: RunningAmbitServer;
  readonly store: Store;
  /** Signs somebody in, and makes them where there is nobody of this name: what a browser then holds. */
  signIn(name: string): Promise<string>;
  admin(method: string, path: string, body?: object): Promise<Response>;
  /** Makes a client; gives what the admin API answers. */
  client(input: object): Promise<{ readonly id: string; readonly secret: string }>;
  token(client: Credentials | undefined, params: Record<string, string> | URLSearchParams): Promise<Response>;
  ask(token: string | undefined, query?: string, headers?: Record<string, string>): Promise<Response>;
  close(): Promise<void>;
}

export interface Credentials {
  readonly id: string;
  readonly secret: string;
}

export const SCOPES: readonly string[] = [
  'tilores/query.search',
  'tilores/record.myCustomField',
  'tilores/record.other',
];

/** What of the built program a site is made of. */
export interface Program {
  readonly createLog: typeof createLog;
  readonly createSignIns: typeof createSignIns;
  readonly loadConfig: typeof loadConfig;
  readonly openEmbeddedStore: typeof openEmbeddedStore;
  readonly openMemoryStore: typeof openMemoryStore;
  readonly startServer: typeof startServer;
}

const PROGRAM: Program = {
  createLog,
  createSignIns,
  loadConfig,
  openEmbeddedStore,
  openMemoryStore,
  startServer,
};

/** Starts it on a port of this machine. */
export async function startOAuthSite(
  kept: 'memory' | 'folder' = 'memory',
  more: string | ((issuer: string) => string) = '',
  env: Readonly<Record<string, string>> = {},
  program: Program = PROGRAM,
  besides = '',
): Promise<OAuthSite> {
  const folder = await mkdtemp(join(tmpdir(), 'ambit-oauth-'));
  const api = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json').end(JSON.stringify(ANSWER));
  });
  const upstream = await listening(api);
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  await writeFile(join(folder, 'schema.graphql'), SCHEMA);
  await writeFile(join(folder, 'rules.yml'), RULES);
  await writeFile(
    join(folder, 'ambit.yml'),
    [
      'schema: ./schema.graphql',
      'rules: ./rules.yml',
      `port: ${port}`,
      `upstream: { url: "http://127.0.0.1:${upstream}/graphql" }`,
      `oauth: { issuer: "${issuer}"${typeof more === 'string' ? more : more(issuer)} }`,
      besides,
      'scopes:',
      ...SCOPES.map((scope) => `  ${scope}: { description: "lets ${scope} happen" }`),
    ].join('\n'),
  );
  const config = await program.loadConfig({ file: join(folder, 'ambit.yml'), env, folder });
  let opened: Store | undefined;
  const server = await program.startServer(config, {
    log: program.createLog('silent'),
    openStore: async (data) => {
      opened = await (kept === 'memory' ? program.openMemoryStore() : program.openEmbeddedStore(data));
      return opened;
    },
  });
  if (opened === undefined) throw new Error('the server opened no store');
  const store = opened;
  const credential = (await readFile(join(folder, '.ambit', 'admin.token'), 'utf8')).trim();
  return {
    issuer,
    folder,
    server,
    ...asking(issuer, credential),
    store,
    signIn: (name) => signIn(store, name, program),
    async close() {
      await server.close();
      api.closeAllConnections();
      api.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What is asked of a server with an authorization server. */
export function asking(
  issuer: string,
  credential: string,
): Pick<OAuthSite, 'admin' | 'client' | 'token' | 'ask'> {
  const admin: OAuthSite['admin'] = (method, path, body) =>
    fetch(`${issuer}${path}`, {
      method,
      headers: { authorization: `Bearer ${credential}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  return {
    admin,
    async client(input) {
      const answer = await admin('POST', '/api/clients', input);
      if (answer.status !== 201) throw new Error(await answer.text());
      return (await answer.json()) as { id: string; secret: string };
    },
    token: (client, params) =>
      fetch(`${issuer}/oauth/token`, {
        method: 'POST',
        headers: client === undefined ? {} : { authorization: basic(client) },
        body: new URLSearchParams(params),
      }),
    ask: (token, query = '{ search { id myCustomField } }', headers = {}) =>
      fetch(`${issuer}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
        body: JSON.stringify({ query }),
      }),
  };
}

/** The header of `client_secret_basic` (RFC 6749, section 2.3.1). */
export function basic({ id, secret }: Credentials): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Signs somebody in, and makes them where there is nobody of this name. */
export async function signIn(store: Store, name: string, program: Program = PROGRAM): Promise<string> {
  const person = {
    id: `per_${name.padEnd(22, '0')}`,
    subject: name,
    name,
    passwordHash: 'unusable',
    mustChangePassword: false,
    isAdmin: false,
    issuer: undefined,
    issuerSubject: undefined,
    createdAt: new Date(),
    disabledAt: undefined,
  };
  await store.write((unit) => unit.people.insert(person));
  const cookie = await program
    .createSignIns(store)
    .begin((await store.people.findBySubject(name)) ?? person, undefined);
  if (cookie === undefined) throw new Error(`${name} could not sign in`);
  return cookie;
}
