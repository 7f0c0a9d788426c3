import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { narrowToken } from 'ambit/narrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  command,
  type FakeApi,
  makeSite,
  type ServerProcess,
  startFakeApi,
  startProcess,
} from './harness.ts';

/** The program behind a proxy, which stands on this machine. */

let api: FakeApi;
let site: string;
let server: ServerProcess;
let inside: string;

beforeAll(async () => {
  api = await startFakeApi();
  site = await makeSite(api);
  await writeFile(
    join(site, 'schema.graphql'),
    'type Query { hello: String @requiresScopes(scopes: [["read"]]) }',
  );
  await appendFile(join(site, 'ambit.yml'), '\ntrustedProxies: ["127.0.0.1", "10.0.0.0/8"]\n');
  server = await startProcess(site);
  const made = await command(site, ['token', 'create', '--name', 'n', '--scope', 'read', '--json']);
  const { token } = JSON.parse(made.stdout) as { readonly token: string };
  inside = await narrowToken(token, { expires: '10m', address: ['192.0.2.0/24'] });
});
afterAll(async () => {
  await server.stop('SIGKILL');
  await api.close();
});

function post(path: string, body: string, headers: Record<string, string>): Promise<Response> {
  return fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

const helloFrom = async (forwarded: string): Promise<number> =>
  (
    await post('/graphql', '{"query":"{ hello }"}', {
      authorization: `Bearer ${inside}`,
      'x-forwarded-for': forwarded,
    })
  ).status;

describe('the address of a token', () => {
  test('is the one that the proxy wrote', async () => {
    expect(await helloFrom('192.0.2.7')).toBe(200);
    expect(await helloFrom('192.0.2.7, 10.1.1.1')).toBe(200);
    expect(await helloFrom('198.51.100.7')).toBe(401);
  });

  test('is not the one that the client wrote before it', async () => {
    expect(await helloFrom('192.0.2.7, 198.51.100.7')).toBe(401);
    expect(await helloFrom('192.0.2.7, unknown')).toBe(401);
  });

  test('is shown to its holder by the same rule', async () => {
    const self = (forwarded: string): Promise<Response> =>
      fetch(`${server.url}/api/token/self`, {
        headers: { authorization: `Bearer ${inside}`, 'x-forwarded-for': forwarded },
      });
    expect((await self('192.0.2.7')).status).toBe(200);
    expect((await self('198.51.100.7')).status).toBe(401);
  });
});

test('calls are counted by client and not by proxy', async () => {
  const report = (forwarded: string): Promise<Response> =>
    post('/api/leaks/revoke', '{"tokens":["nothing"]}', { 'x-forwarded-for': forwarded });
  const many = await Promise.all(Array.from({ length: 61 }, () => report('198.51.100.1')));
  expect(many.filter(({ status }) => status === 429)).toHaveLength(1);
  expect((await report('198.51.100.2')).status).toBe(202);
});

test('a proxy that is not trusted is told of once, by its address and not by what it says', async () => {
  const other = await makeSite(api);
  const node = await startProcess(other);
  const says = '203.0.113.77';
  for (let time = 0; time < 3; time += 1) {
    const answer = await fetch(`${node.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': says },
      body: '{"query":"{ hello }"}',
    });
    await answer.arrayBuffer();
  }
  await node.stop('SIGTERM');
  const lines = node.log().split('\n');
  const told = lines.filter((line) => line.includes('trustedProxies'));
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('"peer":"127.0.0.1"');
  expect(node.log()).not.toContain(says);
  // One that is trusted is not.
  expect(server.log()).not.toContain('trustedProxies');
}, 60_000);
