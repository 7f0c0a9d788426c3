import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  askAdmin,
  askHello,
  command,
  type FakeApi,
  makeSite,
  startFakeApi,
  startProcess,
} from './harness.ts';

let api: FakeApi;

beforeAll(async () => {
  api = await startFakeApi();
});

afterAll(() => api.close());

test('after kill -9 in the middle of writes every acknowledged token and revocation is there', async () => {
  const site = await makeSite(api);
  const first = await startProcess(site);
  const alive: { id: string; token: string }[] = [];
  const revoked: { id: string; token: string }[] = [];
  let running = true;

  async function work(): Promise<void> {
    for (let turn = 0; running; turn += 1) {
      const made = await askAdmin(site, first.url, 'POST', '/api/tokens', { name: 'n', scopes: ['read'] });
      if (made.status !== 201) return;
      const created = (await made.json()) as { id: string; token: string };
      if (turn % 3 !== 0) {
        alive.push(created);
        continue;
      }
      const answer = await askAdmin(site, first.url, 'DELETE', `/api/tokens/${created.id}`);
      if (answer.status === 200) revoked.push(created);
    }
  }

  // The connection that the kill cuts off is no failure of the test.
  const workers = [work(), work(), work()].map((worker) => worker.catch(() => undefined));
  await expect
    .poll(() => alive.length > 8 && revoked.length > 3, { timeout: 30_000, interval: 1 })
    .toBe(true);
  expect(await first.stop('SIGKILL')).toBeNull();
  running = false;
  await Promise.all(workers);
  expect(alive.length).toBeGreaterThan(3);
  expect(revoked.length).toBeGreaterThan(1);

  // server.json is still there, and the commands do not believe it.
  expect(await readdir(join(site, '.ambit'))).toContain('server.json');
  const listed = JSON.parse((await command(site, ['token', 'list', '--json'])).stdout) as {
    tokens: { id: string; status: string }[];
  };
  const status = new Map(listed.tokens.map((token) => [token.id, token.status]));
  for (const { id } of alive) expect(status.get(id)).toBe('active');
  for (const { id } of revoked) expect(status.get(id)).toBe('revoked');

  const second = await startProcess(site);
  for (const { token } of alive.slice(0, 5)) expect((await askHello(second.url, token)).status).toBe(200);
  for (const { token } of revoked.slice(0, 5)) expect((await askHello(second.url, token)).status).toBe(401);
  expect(await second.stop('SIGINT')).toBe(0);
}, 120_000);

test('a stop lets what is running finish, closes the store and leaves no trace of the process', async () => {
  const site = await makeSite(api);
  const server = await startProcess(site);
  const made = await askAdmin(site, server.url, 'POST', '/api/tokens', { name: 'n', scopes: ['read'] });
  const { token } = (await made.json()) as { token: string };
  api.delayMs = 700;
  const asked = api.seen.length;
  const answer = askHello(server.url, token);
  while (api.seen.length === asked) await new Promise((resolve) => setTimeout(resolve, 10));
  const exit = server.stop('SIGTERM');
  expect((await answer).status).toBe(200);
  api.delayMs = 0;
  expect(await exit).toBe(0);
  expect(await readdir(join(site, '.ambit', 'lock'))).toEqual([]);
  expect(await readdir(join(site, '.ambit'))).not.toContain('server.json');
  expect((await command(site, ['token', 'list'])).stdout).toContain('n: read');
});

test('the command opens the store itself when no server is running, and a server finds what it made', async () => {
  const site = await makeSite(api);
  const made = await command(site, ['token', 'create', '--name', 'n', '--scope', 'read', '--json']);
  expect(made.code).toBe(0);
  const { id, token } = JSON.parse(made.stdout) as { id: string; token: string };
  const server = await startProcess(site);
  expect((await askHello(server.url, token)).status).toBe(200);
  expect(await server.stop('SIGTERM')).toBe(0);
  expect((await command(site, ['token', 'revoke', id])).code).toBe(0);
});
