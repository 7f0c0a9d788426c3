import { chmod, mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  askHello,
  command,
  type FakeApi,
  makeNewSite,
  makeSite,
  program,
  SERVICE_CREDENTIAL,
  type ServerProcess,
  startFakeApi,
  startProcess,
} from './harness.ts';

let api: FakeApi;
let site: string;
let server: ServerProcess;

beforeAll(async () => {
  api = await startFakeApi();
  site = await makeNewSite(api);
  server = await startProcess(site);
});

afterAll(async () => {
  await server.stop('SIGKILL');
  await api.close();
});

const create = (...more: readonly string[]): readonly string[] => [
  'token',
  'create',
  '--name',
  'n',
  ...more,
  '--json',
];

async function newToken(
  ...more: readonly string[]
): Promise<{ readonly id: string; readonly token: string }> {
  const { code, stdout, stderr } = await command(site, create('--scope', 'read', ...more));
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

test('a token that the command makes is let through, with its subject and without its text', async () => {
  const { token } = await newToken('--subject', 'ann');
  const answer = await askHello(server.url, token);
  expect([answer.status, await answer.json()]).toEqual([200, { data: { hello: 'hi' } }]);
  const { headers } = api.seen.at(-1) ?? {};
  expect(headers).toMatchObject({ authorization: `Bearer ${SERVICE_CREDENTIAL}`, 'x-subject': 'ann' });
  expect(JSON.stringify(api.seen)).not.toContain('ambp_');
});

test('create prints id, token, grants and expiry, and nothing else', async () => {
  const { stdout } = await command(site, create('--scope', 'read', '--expires', '24h'));
  const created = JSON.parse(stdout);
  expect(Object.keys(created).sort()).toEqual(['expiresAt', 'grants', 'id', 'token']);
  expect(created.grants).toEqual({ scopes: ['read'], expires: created.expiresAt });
  const hours = (Date.parse(created.expiresAt) - Date.now()) / 3_600_000;
  expect(hours).toBeGreaterThan(23.9);
  expect(hours).toBeLessThanOrEqual(24);
});

test('no token, and any wrong token, is answered 401 with a challenge, and the API is not asked', async () => {
  const { token } = await newToken();
  const asked = api.seen.length;
  for (const wrong of [
    undefined,
    'ambp_x',
    `${token.slice(0, -1)}${token.endsWith('0') ? 1 : 0}`,
    SERVICE_CREDENTIAL,
  ]) {
    const answer = await askHello(server.url, wrong);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
  }
  expect(api.seen.length).toBe(asked);
});

test('a revoked token is refused as soon as the command returns', async () => {
  const { id, token } = await newToken();
  expect((await askHello(server.url, token)).status).toBe(200);
  const revoked = await command(site, ['token', 'revoke', id, '--json']);
  expect(revoked.code).toBe(0);
  expect(JSON.parse(revoked.stdout)).toMatchObject({ id, status: 'revoked' });
  expect((await askHello(server.url, token)).status).toBe(401);
});

test('the list shows what each token may do and no secret', async () => {
  const { id, token } = await newToken();
  for (const flags of [['--json'], []]) {
    const { code, stdout } = await command(site, ['token', 'list', ...flags]);
    expect(code).toBe(0);
    expect(stdout).toContain(id);
    expect(stdout).not.toContain('ambp_');
    expect(stdout).not.toContain(token.slice(5, 30));
  }
});

test.each([
  ['a token that would hold nothing', create(), 1, 'GRANTS_REFUSED'],
  ['too long a life', create('--scope', 'read', '--expires', '366d'), 1, 'EXPIRY_REFUSED'],
  ['an id that is not there', ['token', 'revoke', 'tok_0000', '--json'], 1, 'TOKEN_UNKNOWN'],
  ['a life that is no time', create('--scope', 'read', '--expires', 'soon'), 2, 'INPUT_INVALID'],
  ['a flag that is not there', create('--scop', 'read'), 2, 'USAGE'],
  ['a command that is not there', ['token', 'crate', '--json'], 2, 'USAGE'],
  ['a token in place of an id', ['token', 'revoke', `ambp_${'a'.repeat(72)}`, '--json'], 2, 'USAGE'],
])('%s: exit code and one JSON document', async (_what, args, exit, code) => {
  const result = await command(site, args);
  expect(result.code).toBe(exit);
  expect(JSON.parse(result.stdout)).toMatchObject({ error: { code, message: expect.any(String) } });
  expect(result.stdout + result.stderr).not.toMatch(/ambp_a|\n {4}at /);
});

test('without a server and without a configuration the token commands say what they need', async () => {
  const { code, stderr, stdout } = await command(await mkdtemp(join(tmpdir(), 'ambit-none-')), [
    'token',
    'list',
  ]);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/No server is running on .*\n {2}hint: Start the server/);
});

test.each([
  [['--help'], /ambit-server token create/],
  [['token', 'create', '--help'], /--boundary KIND=ID/],
  [['token', 'list', '--help'], /--json/],
])('%j is help on stdout', async (args, text) => {
  const { code, stdout } = await program(site, args);
  expect(code).toBe(0);
  expect(stdout).toMatch(text);
});

test('a second server on the same folder says who has it and leaves it alone', async () => {
  const { code, stderr } = await program(site, ['--port', '0']);
  expect(code).toBe(2);
  expect(stderr).toContain(`in use by the process ${server.process.pid}`);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});

test('a taken port is a sentence that names another', async () => {
  const port = Number(new URL(server.url).port);
  const other = await makeSite(api, `port: ${port}`);
  const { code, stderr } = await program(other, []);
  expect(code).toBe(2);
  expect(stderr).toContain(`Port ${port} on 127.0.0.1 is taken`);
  expect(stderr).toContain(`--port ${port + 1}`);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(await readdir(join(other, '.ambit', 'lock'))).toEqual([]);
});

test('secrets are in files that their owner alone can read, and the store has none of them', async () => {
  const { token } = await newToken();
  const data = join(site, '.ambit');
  if (process.platform !== 'win32') {
    for (const name of ['root.key', 'admin.token', 'server.json']) {
      expect((await stat(join(data, name))).mode & 0o777).toBe(0o600);
    }
    for (const name of ['.', 'store', 'lock']) expect((await stat(join(data, name))).mode & 0o077).toBe(0);
  }
  const rootKey = (await readFile(join(data, 'root.key'), 'utf8')).trim().slice(2);
  const adminToken = (await readFile(join(data, 'admin.token'), 'utf8')).trim();
  for (const name of await readdir(join(data, 'store'), { recursive: true })) {
    const path = join(data, 'store', name);
    if (!(await stat(path)).isFile()) continue;
    const content = await readFile(path);
    for (const secret of [token, rootKey, adminToken]) expect(content.includes(secret), name).toBe(false);
  }
});

test('a configuration with a mistake is a sentence with its line', async () => {
  const wrong = await makeNewSite(api, 'prot: 1');
  const { code, stderr } = await program(wrong, []);
  expect(code).toBe(2);
  expect(stderr).toMatch(/ambit\.yml:6: there is no option `prot`/);
  expect(await readdir(wrong)).not.toContain('.ambit');
});

test('a store of a version that is not known stops the start and is left as it was', async () => {
  const other = await makeNewSite(api);
  const record = join(other, '.ambit', 'store', 'store.json');
  await mkdir(join(other, '.ambit', 'store'), { recursive: true });
  await writeFile(record, '{"store":99,"postgres":18,"state":"ready"}');
  const before = await readdir(other, { recursive: true });
  const { code, stderr } = await program(other, []);
  expect(code).toBe(2);
  expect(stderr).toContain('store version 99');
  expect(await readdir(other, { recursive: true })).toEqual(before);
  expect(await readFile(record, 'utf8')).toContain('99');
});

test.skipIf(process.platform === 'win32')('a root key that others can read stops the start', async () => {
  const other = await makeNewSite(api);
  await mkdir(join(other, '.ambit'));
  await writeFile(join(other, '.ambit', 'root.key'), `1:${'A'.repeat(43)}`);
  await chmod(join(other, '.ambit', 'root.key'), 0o644);
  const { code, stderr } = await program(other, []);
  expect(code).toBe(2);
  expect(stderr).toMatch(/root\.key must be readable by its owner alone \(mode 600\); its mode is 644/);
  expect(stderr).not.toContain('AAAA');
});

test('a schema that is not there, and rules that name what is not there, are sentences', async () => {
  const other = await makeNewSite(api, 'rules: ./rules.yml');
  await writeFile(join(other, 'rules.yml'), 'version: 1\nrules:\n  Query.helo: { public: true }\n');
  const { code, stderr } = await program(other, []);
  expect(code).toBe(2);
  expect(stderr).toMatch(/rules\.yml:3: .*Query\.helo/);
  expect(stderr).toContain('Query.hello');
  expect(await readdir(other)).not.toContain('.ambit');
});

test('an API that is away is answered 502 with a sentence, and the log says why', async () => {
  const { token } = await newToken();
  api.isAway = true;
  const answer = await askHello(server.url, token);
  api.isAway = false;
  expect(answer.status).toBe(502);
  expect(await answer.json()).toMatchObject({ errors: [{ message: expect.stringMatching(/\w+ \w+/) }] });
  expect(server.log()).toContain('the API did not answer');
});

test('each limit is answered with a sentence of its own', async () => {
  const { token } = await newToken();
  const ask = async (query: string): Promise<unknown> => {
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query }),
    });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    return ((await answer.json()) as { errors: { message: string }[] }).errors[0]?.message;
  };
  const asked = api.seen.length;
  const sentences = [
    await ask(`{ hello }${' '.repeat(1_100_000)}`),
    await ask('{ a '.repeat(60)),
    await ask(`{ ${'hello '.repeat(11_000)} }`),
  ];
  expect(new Set(sentences).size).toBe(3);
  expect(api.seen.length).toBe(asked);
});

test('no token and no credential is in the log, at any level', async () => {
  const { id, token } = await newToken();
  await askHello(server.url, token);
  await command(site, ['token', 'revoke', id]);
  await askHello(server.url, token);
  expect(server.log()).toContain(id);
  const adminToken = (await readFile(join(site, '.ambit', 'admin.token'), 'utf8')).trim();
  for (const secret of ['ambp_', token.slice(5, 40), adminToken, SERVICE_CREDENTIAL]) {
    expect(server.log()).not.toContain(secret);
  }
});
