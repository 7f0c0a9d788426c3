import { once } from 'node:events';
import { utimes, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  askAdmin,
  askHello,
  command,
  type FakeApi,
  HELLO,
  makeSite,
  type ServerProcess,
  startFakeApi,
  startProcess,
} from './harness.ts';

/** What a server does with input that was never meant for it, and with an API that answers what it should not. */

let api: FakeApi;
let site: string;
let server: ServerProcess;

beforeAll(async () => {
  api = await startFakeApi();
  site = await makeSite(api, 'limits: { answerBytes: 2000 }');
  server = await startProcess(site);
});

afterAll(async () => {
  await server.stop('SIGKILL');
  await api.close();
});

const codeOf = async (answer: Response): Promise<readonly unknown[]> => [
  answer.status,
  ((await answer.json()) as { error: { code: string } }).error.code,
];

test.each(['%ff', '%ED%A0%80', 'tok_1', 'a'.repeat(5_000)])(
  'the id %s, which none can be, is answered 404',
  async (id) => {
    const answer = await askAdmin(site, server.url, 'DELETE', `/api/tokens/${id}`);
    expect(await codeOf(answer)).toEqual([404, 'TOKEN_UNKNOWN']);
  },
);

test.each(['%00', 'tok_%00'])('the id %s, with what no text holds, is answered 400', async (id) => {
  const answer = await askAdmin(site, server.url, 'DELETE', `/api/tokens/${id}`);
  expect(await codeOf(answer)).toEqual([400, 'INPUT_INVALID']);
});

test.each([
  { name: 'a\u0000' },
  { name: 'a\ud800' },
  { name: 'a\u202e' },
  { subject: '\u0000' },
  { subject: '\udfff' },
  { scopes: ['read\u0000'] },
  { granular: [{ permissions: ['p'], boundary: { project: 'a\u0000' } }] },
  { granular: [{ permissions: ['p'], boundary: { project: 'a\ud800' } }] },
  { granular: [{ permissions: ['p'], boundary: { '\u0000': 'a' } }] },
])('a token with %j is answered 400 and not made', async (more) => {
  const body = { name: 'n', scopes: ['read'], ...more };
  expect(await codeOf(await askAdmin(site, server.url, 'POST', '/api/tokens', body))).toEqual([
    400,
    'INPUT_INVALID',
  ]);
  expect(server.log()).not.toContain('a defect of ours');
});

test('the command refuses the same texts with and without a server', async () => {
  const args = ['token', 'create', '--name', 'a\u001b[2J', '--scope', 'read', '--json'];
  const alone = await makeSite(api);
  for (const folder of [site, alone]) {
    const { code, stdout } = await command(folder, args);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'USAGE' } });
  }
  expect((await command(alone, ['token', 'list'])).stdout).toContain('There are no tokens yet');
});

test('an answer that is too large or no JSON is 502, and its reason is in the log without the answer', async () => {
  const made = await askAdmin(site, server.url, 'POST', '/api/tokens', { name: 'n', scopes: ['read'] });
  const { token } = (await made.json()) as { token: string };
  for (const [answer, reason] of [
    [`{"data":{"hello":"${'inner-detail'.repeat(200)}"}}`, 'larger than 2000 bytes'],
    ['<p>inner-detail</p>', 'a body that is not JSON'],
  ] as const) {
    api.answer = answer;
    expect((await askHello(server.url, token)).status).toBe(502);
    expect(server.log()).toContain(reason);
  }
  api.answer = HELLO;
  expect((await askHello(server.url, token)).status).toBe(200);
  expect(server.log()).toContain('the answer of the API cannot be used');
  expect(server.log()).not.toContain('inner-detail');
});

test.each([
  ['/api/leaks/revoke', 'json'],
  ['/api/token/self/rotate', 'json'],
  ['/sign-in', 'x-www-form-urlencoded'],
])('a client that hangs up within its body at %s is no defect', async (path, type) => {
  const { hostname: host, port } = new URL(server.url);
  const socket = connect(Number(port), host);
  await once(socket, 'connect');
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nContent-Type: application/${type}\r\nContent-Length: 50\r\n\r\n{"a`,
  );
  await setTimeout(50);
  socket.destroy();
  await setTimeout(150);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect(server.log()).not.toContain('a defect of ours');
  expect(server.log()).not.toContain('"level":50');
});

test('while a server is starting the command says so, and to try again', async () => {
  const starting = await makeSite(api);
  expect((await command(starting, ['token', 'list'])).code).toBe(0);
  const lock = join(starting, '.ambit', 'lock', `${hostname().replace(/[^A-Za-z0-9.-]/g, '-')}..1_1_12`);
  await writeFile(lock, '');
  const create = ['token', 'create', '--name', 'n', '--scope', 'read'];
  const refused = await command(starting, create);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/is starting or running, [\s\S]*hint: Try again in a moment/);
  expect(refused.stderr).not.toContain('Stop that process');
  const past = new Date(Date.now() - 60_000);
  await utimes(lock, past, past);
  expect((await command(starting, create)).code).toBe(0);
});
