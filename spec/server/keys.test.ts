import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { narrowToken } from 'ambit/narrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { loadOAuthKeys } from '../../packages/server/dist/oauth/keys.js';
import { type FreshDatabase, freshDatabase, postgresUrl } from '../postgres/database.ts';
import {
  askHello,
  command,
  type FakeApi,
  makeNewSite,
  makeSite,
  program,
  startFakeApi,
  startProcess,
} from './harness.ts';

/** Root keys that are changed and taken back, by the program. */

const server = await postgresUrl();
const create = ['token', 'create', '--name', 'n', '--scope', 'read', '--json'];
const databases: FreshDatabase[] = [];
let api: FakeApi;

beforeAll(async () => {
  api = await startFakeApi();
});
afterAll(async () => {
  await api.close();
  for (const database of databases) await database.close();
});

const keyFile = (site: string): string => join(site, '.ambit', 'root.key');
const idsIn = async (site: string): Promise<string[]> =>
  (await readFile(keyFile(site), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => line.split(':')[0] ?? '');
const made = async (site: string, env = {}): Promise<{ token: string; id: string }> =>
  JSON.parse((await command(site, create, env)).stdout) as { token: string; id: string };

describe('the store in the data folder', () => {
  test('a rotation keeps old tokens; a withdrawal ends them for good, wherever the line and the store go', async () => {
    const site = await makeSite(api);
    const old = await made(site);
    const narrowed = await narrowToken(old.token, { expires: '1h' });
    const leaked = await readFile(keyFile(site), 'utf8');

    const rotated = await command(site, ['keys', 'rotate', '--root']);
    expect(rotated).toMatchObject({ code: 0, stdout: expect.stringContaining('Start the server again') });
    if (process.platform !== 'win32') expect((await stat(keyFile(site))).mode & 0o777).toBe(0o600);
    const fresh = await made(site);
    const first = await startProcess(site);
    for (const bearer of [old.token, narrowed, fresh.token])
      expect((await askHello(first.url, bearer)).status).toBe(200);
    const locked = await command(site, ['keys', 'withdraw', '1', '--yes', '--json']);
    expect(JSON.parse(locked.stdout)).toMatchObject({
      error: { code: 'STORE_LOCKED', suggestion: expect.stringContaining('Stop the server') },
    });
    expect(await first.stop('SIGTERM')).toBe(0);

    const asked = await command(site, ['keys', 'withdraw', '1']);
    expect(asked).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/ends for good one token.*--yes/s),
    });
    expect(await idsIn(site)).toEqual(['1', '2']);
    const done = await command(site, ['keys', 'withdraw', '1', '--yes', '--json']);
    expect(JSON.parse(done.stdout)).toEqual({ id: 1, revoked: 1, current: 2, isNew: false });
    expect(await idsIn(site)).toEqual(['2']);

    // Somebody puts the line back.
    await writeFile(keyFile(site), leaked + (await readFile(keyFile(site), 'utf8')), { mode: 0o600 });
    const second = await startProcess(site);
    expect(second.log()).toContain('take its line out');
    for (const bearer of [old.token, narrowed]) expect((await askHello(second.url, bearer)).status).toBe(401);
    expect((await askHello(second.url, fresh.token)).status).toBe(200);
    expect(await second.stop('SIGTERM')).toBe(0);
    const list = JSON.parse((await command(site, ['token', 'list', '--json'])).stdout) as {
      tokens: { id: string; status: string }[];
    };
    expect(list.tokens.find(({ id }) => id === old.id)?.status).toBe('revoked');

    // The mark goes with an export; there the only line that is put back is no key at all.
    const file = join(site, 'all.jsonl');
    expect((await command(site, ['export', '--out', file])).code).toBe(0);
    const elsewhere = await makeNewSite(api);
    expect((await command(elsewhere, ['import', file])).code).toBe(0);
    await writeFile(keyFile(elsewhere), leaked, { mode: 0o600 });
    const refused = await command(elsewhere, ['token', 'list', '--json']);
    expect([refused.code, JSON.parse(refused.stdout).error.code]).toEqual([2, 'ROOT_KEY_WITHDRAWN']);
  }, 120_000);

  test('the only key is withdrawn by putting a new one in its place; an id is never used again', async () => {
    const site = await makeSite(api);
    const { token } = await made(site);
    const done = await command(site, ['keys', 'withdraw', '1', '--yes']);
    expect(done).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/key 2 is new.*Start the server again/s),
    });
    expect(await idsIn(site)).toEqual(['2']);
    const again = await command(site, ['keys', 'withdraw', '2', '--yes', '--json']);
    expect(JSON.parse(again.stdout)).toEqual({ id: 2, revoked: 0, current: 3, isNew: true });
    const node = await startProcess(site);
    expect((await askHello(node.url, token)).status).toBe(401);
    expect(await node.stop('SIGTERM')).toBe(0);
    expect((await made(site)).token).toBeDefined();
    // What broke off before the line was gone is finished by doing it again.
    expect((await command(site, ['keys', 'withdraw', '1', '--yes'])).code).toBe(0);
    expect(await idsIn(site)).toEqual(['3']);
  }, 120_000);

  let refusing: string;
  beforeAll(async () => {
    refusing = await makeSite(api);
    await made(refusing);
  });

  test.each([
    [['keys', 'withdraw'], {}],
    [['keys', 'withdraw', '7', '--yes'], {}],
    [['keys', 'withdraw', '1:secretsecret', '--yes'], {}],
    [['keys', 'rotate'], {}],
    [['keys', 'rotate', '--root', '--oauth'], {}],
    [['keys', 'rotate', '--root', '--after', '5'], {}],
    [['keys', 'rotate', '--root'], { AMBIT_ROOT_KEY: `1:${'A'.repeat(43)}` }],
  ])('%j with %j is refused, and the file stays', async (words, env) => {
    const site = refusing;
    const before = await readFile(keyFile(site), 'utf8');
    const answer = await command(site, words, env);
    expect(answer.code).toBe(2);
    expect(answer.stderr).not.toContain('secretsecret');
    expect(await readFile(keyFile(site), 'utf8')).toBe(before);
  });
});

describe.skipIf(server === undefined)('PostgreSQL', () => {
  test('running servers refuse at once what was made under it, and make nothing under it any more', async () => {
    const database = await freshDatabase(server ?? '');
    databases.push(database);
    const site = await makeSite(api);
    const key = (id: number): string => `${id}:${Buffer.alloc(32, id).toString('base64url')}`;
    const env = {
      AMBIT_DATABASE_URL: database.url,
      AMBIT_ROOT_KEY: key(1),
      AMBIT_ADMIN_TOKEN: `amba_${'0'.repeat(43)}`,
      AMBIT_LOG: 'info',
    };
    const one = await startProcess(site, env);
    const two = await startProcess(await makeSite(api), env);
    const { token } = await made(site, env);
    const narrowed = await narrowToken(token, { expires: '1h' });
    for (const { url } of [one, two])
      for (const bearer of [token, narrowed]) expect((await askHello(url, bearer)).status).toBe(200);

    const alone = await command(site, ['keys', 'withdraw', '1', '--yes'], env);
    expect(alone).toMatchObject({ code: 2, stderr: expect.stringContaining('AMBIT_ROOT_KEY') });
    const both = { ...env, AMBIT_ROOT_KEY: `${key(1)} ${key(2)}` };
    const done = await command(site, ['keys', 'withdraw', '1', '--yes'], both);
    expect(done).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/one token was revoked.*out of AMBIT_ROOT_KEY/s),
    });
    for (const { url } of [one, two])
      for (const bearer of [token, narrowed])
        await expect.poll(async () => (await askHello(url, bearer)).status).toBe(401);
    const asked = await fetch(`${two.url}/api/tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${env.AMBIT_ADMIN_TOKEN}`, 'content-type': 'application/json' },
      body: '{"name":"n","scopes":["read"]}',
    });
    expect(asked.status).toBe(503);
    expect(await asked.json()).toMatchObject({ error: { code: 'ROOT_KEY_WITHDRAWN' } });
    expect([await one.stop('SIGTERM'), await two.stop('SIGTERM')]).toEqual([0, 0]);

    const later = { ...env, AMBIT_ROOT_KEY: key(2) };
    const fresh = await made(site, later);
    const third = await startProcess(site, both);
    expect((await askHello(third.url, fresh.token)).status).toBe(200);
    expect((await askHello(third.url, token)).status).toBe(401);
    expect(await third.stop('SIGTERM')).toBe(0);
  }, 120_000);

  test('running servers take up their files of OAuth keys, where those belong to the database', async () => {
    const database = await freshDatabase(server ?? '');
    databases.push(database);
    const env = {
      AMBIT_DATABASE_URL: database.url,
      AMBIT_ROOT_KEY: `1:${Buffer.alloc(32, 1).toString('base64url')}`,
      AMBIT_LOG: 'info',
    };
    const more = 'oauth: { issuer: "http://127.0.0.1:4100" }';
    const sites = [await makeNewSite(api, more), await makeNewSite(api, more)] as const;
    const [here, there] = sites.map((site) => join(site, '.ambit', 'oauth.keys')) as [string, string];
    const one = await startProcess(sites[0], env);
    await mkdir(join(sites[1], '.ambit'), { mode: 0o700 });
    await writeFile(there, await readFile(here), { mode: 0o600 });
    const two = await startProcess(sites[1], env);
    const kids = async ({ url }: { readonly url: string }): Promise<string[]> => {
      const { keys } = (await (await fetch(`${url}/oauth/jwks`)).json()) as { keys: { kid: string }[] };
      return keys.map(({ kid }) => kid);
    };
    const [first] = await kids(one);
    expect(await kids(two)).toEqual([first]);

    // Keys of some other server.
    await loadOAuthKeys(sites[1], undefined);
    await rename(join(sites[1], 'oauth.keys'), there);
    const polled = { timeout: 15_000, interval: 200 };
    await expect.poll(() => two.log(), polled).toContain('stay as they were');
    expect(await kids(two)).toEqual([first]);

    const made: string[] = [];
    for (let time = 0; time < 4; time += 1) {
      const { stdout } = await command(sites[0], ['keys', 'rotate', '--oauth', '--json']);
      made.push((JSON.parse(stdout) as { kid: string }).kid);
    }
    await expect.poll(() => kids(one), polled).toEqual([first, ...made]);
    await writeFile(there, await readFile(here), { mode: 0o600 });
    await expect.poll(() => kids(two), polled).toEqual([first, ...made]);

    // After a leak a server answers nothing with a copy that was forgotten, whatever is made out of it, nor starts from it.
    expect((await command(sites[0], ['keys', 'rotate', '--oauth', '--leaked'])).code).toBe(0);
    await expect.poll(async () => (await kids(one)).length, polled).toBe(1);
    const status = async (): Promise<number> => (await fetch(`${two.url}/oauth/jwks`)).status;
    await expect.poll(status, polled).toBe(503);
    expect(two.log()).toContain('given up because they leaked');
    for (let time = 0; time < 2; time += 1)
      expect((await command(sites[1], ['keys', 'rotate', '--oauth', '--after', '0'])).code).toBe(0);
    await expect.poll(() => two.log(), polled).toContain('one that was given up');
    expect(await status()).toBe(503);
    expect(await two.stop('SIGTERM')).toBe(0);
    const forgotten = await readFile(there);
    const old = await program(sites[1], [], { ...env, AMBIT_PORT: '0' });
    expect(old).toMatchObject({ code: 2, stderr: expect.stringContaining('one that was given up') });
    expect(await readFile(there)).toEqual(forgotten);
    await writeFile(there, await readFile(here), { mode: 0o600 });
    const again = await startProcess(sites[1], env);
    expect(await kids(again)).toEqual(await kids(one));
    expect([await one.stop('SIGTERM'), await again.stop('SIGTERM')]).toEqual([0, 0]);
  }, 120_000);
});
