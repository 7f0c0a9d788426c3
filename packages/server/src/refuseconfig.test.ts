import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { loadConfig } from './config.ts';
import type { Environment } from './config-file.ts';
import { createLog } from './log.ts';
import { startServer } from './server.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ambit-refused-'));
  await writeFile(join(folder, 'schema.graphql'), 'type Query { hello: String }');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SMALL = 'port: 0\nschema: schema.graphql\nupstream: { url: "http://127.0.0.1:9/graphql" }\n';
const OAUTH = 'oauth: { issuer: "https://a.example" }\n';

/** Starts a server; what came of it, and whether it left a data folder. */
async function start(text: string, env: Environment): Promise<readonly [error: unknown, left: boolean]> {
  await rm(join(folder, '.ambit'), { recursive: true, force: true });
  await writeFile(join(folder, 'ambit.yml'), SMALL + text);
  const config = await loadConfig({ env, folder });
  const error = await startServer(config, { log: createLog('silent') }).then(
    (server) => server.close(),
    (reason: unknown) => reason,
  );
  const left = await stat(config.data).then(
    () => true,
    () => false,
  );
  return [error, left];
}

test.each<readonly [what: string, text: string, env: Environment, code: string, message: string]>([
  [
    'a public address that is not the issuer',
    `${OAUTH}publicUrl: "https://b.example"\n`,
    {},
    'CONFIG_INVALID',
    '`publicUrl` is https://b.example, and `oauth.issuer` is https://a.example',
  ],
  [
    'the server among other issuers',
    `${OAUTH}issuers: [{ issuer: "https://a.example", audience: [a] }]\n`,
    {},
    'CONFIG_INVALID',
    'which is this server itself',
  ],
  [
    'JWTs for the gateway',
    'oauth: { issuer: "https://a.example", jwt: [{ resource: "https://a.example/graphql" }] }\n',
    {},
    'CONFIG_INVALID',
    'the gateway itself',
  ],
  [
    'a key that is none',
    'leaks: { github: { keys: { a: b } } }\n',
    {},
    'CONFIG_INVALID',
    'leaks.github.keys',
  ],
  ['an admin credential', '', { AMBIT_ADMIN_TOKEN: 'x' }, 'ADMIN_TOKEN_UNSAFE', 'AMBIT_ADMIN_TOKEN must be'],
  ['a root key', '', { AMBIT_ROOT_KEY: 'x' }, 'ROOT_KEY_INVALID', 'AMBIT_ROOT_KEY must hold'],
  ['OAuth keys', OAUTH, { AMBIT_OAUTH_KEYS: '{}' }, 'OAUTH_KEYS_INVALID', 'AMBIT_OAUTH_KEYS must hold'],
])('a start that is refused for %s leaves nothing behind', async (_what, text, env, code, message) => {
  const [error, left] = await start(text, env);
  expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  expect(left).toBe(false);
});
