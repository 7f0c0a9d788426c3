import { narrowToken } from 'ambit/narrow';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { askHello, command, type FakeApi, makeSite, startFakeApi, startProcess } from './harness.ts';

/** `ambit-server token revoke-narrowed`, beside a server and without one. */

let api: FakeApi;
let site: string;

beforeAll(async () => {
  api = await startFakeApi();
  site = await makeSite(api);
});

afterAll(() => api.close());

const revoke = (token: string, ...more: string[]) =>
  command(site, ['token', 'revoke-narrowed', '--env', 'NARROWED', ...more], { NARROWED: token });

test('when it returns the narrowed token and what came of it are refused, and its parent is not', async () => {
  const server = await startProcess(site);
  const made = await command(site, ['token', 'create', '--name', 'job', '--scope', 'read', '--json']);
  const { id, token } = JSON.parse(made.stdout) as { id: string; token: string };
  const child = await narrowToken(token, { readOnly: true, expires: '10m' });
  const grandchild = await narrowToken(child, { label: 'less', expires: '5m' });
  const sister = await narrowToken(token, { label: 'sister', expires: '10m' });
  const answers = async (): Promise<number[]> =>
    Promise.all(
      [child, grandchild, sister, token].map(async (one) => (await askHello(server.url, one)).status),
    );
  expect(await answers()).toEqual([200, 200, 200, 200]);
  const { code, stdout } = await revoke(child);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    new RegExp(`^${id}\\.[0-9a-f]{8} is revoked and refused from now on; ${id} stays\\.\n$`),
  );
  expect(stdout).not.toContain(child.slice(0, 12));
  expect(await answers()).toEqual([401, 401, 200, 200]);
  await server.stop('SIGTERM');

  // The store itself, while nobody has it: the server that starts next refuses the other one too.
  const told = JSON.parse((await revoke(sister, '--json')).stdout) as unknown;
  expect(told).toEqual({ parentId: id, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  const again = await startProcess(site);
  expect((await askHello(again.url, sister)).status).toBe(401);
  expect((await askHello(again.url, token)).status).toBe(200);
  await again.stop('SIGTERM');
}, 90_000);

test('a token that is no narrowed one is not revoked', async () => {
  const made = await command(site, ['token', 'create', '--name', 'whole', '--scope', 'read', '--json']);
  const { token } = JSON.parse(made.stdout) as { token: string };
  const { code, stdout } = await revoke(token, '--json');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'TOKEN_UNKNOWN' } });
}, 60_000);
