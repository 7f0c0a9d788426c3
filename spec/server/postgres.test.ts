import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type FreshDatabase, freshDatabase, postgresUrl } from '../postgres/database.ts';
import {
  askHello,
  command,
  type FakeApi,
  makeNewSite,
  program,
  startFakeApi,
  startProcess,
} from './harness.ts';

/** The program on a real PostgreSQL. */

const server = await postgresUrl();
const ADMIN = `amba_${'0'.repeat(43)}`;
const KEY = `1:${Buffer.alloc(32, 3).toString('base64url')}`;

let api: FakeApi;
const open: FreshDatabase[] = [];

beforeAll(async () => {
  api = await startFakeApi();
});

afterAll(async () => {
  await api.close();
  for (const database of open) await database.close();
});

async function world() {
  const database = await freshDatabase(server ?? '');
  open.push(database);
  const env = {
    AMBIT_DATABASE_URL: database.url,
    AMBIT_ROOT_KEY: KEY,
    AMBIT_ADMIN_TOKEN: ADMIN,
    AMBIT_LOG: 'trace',
  };
  return { database, env, site: await makeNewSite(api) };
}

const create = ['token', 'create', '--name', 'n', '--scope', 'read', '--json'];

describe.skipIf(server === undefined)('ambit-server on PostgreSQL', () => {
  test('while the database is away tokens are answered 503, not 401, and pass again when it is back', async () => {
    const { database, env, site } = await world();
    const node = await startProcess(site, env);
    const { token } = JSON.parse((await command(site, create, env)).stdout) as { token: string };
    expect((await askHello(node.url, token)).status).toBe(200);
    const name = new URL(database.url).pathname.slice(1);
    const elsewhere = new URL(database.url);
    elsewhere.pathname = '/postgres';
    const { Client } = await import('pg');
    const other = new Client({ connectionString: elsewhere.href });
    await other.connect();
    await other.query(`alter database ${name} allow_connections false`);
    await other.query(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    const seen = api.seen.length;
    const away = async (): Promise<number> => (await askHello(node.url, token)).status;
    await expect.poll(away, { timeout: 15_000, interval: 300 }).toBe(503);
    // Once nobody can say whether it still holds, it is never let through and never called wrong.
    for (let time = 0; time < 3; time += 1) expect(await away()).toBe(503);
    expect((await fetch(`${node.url}/readyz`)).status).toBe(503);
    const refused = await fetch(`${node.url}/api/tokens`, { headers: { authorization: `Bearer ${ADMIN}` } });
    expect(refused.status).toBe(503);
    expect(await refused.json()).toMatchObject({ error: { code: 'STORE_UNREACHABLE' } });
    expect(api.seen.length).toBeGreaterThanOrEqual(seen);
    await other.query(`alter database ${name} allow_connections true`);
    await other.end();
    await expect.poll(away, { timeout: 15_000, interval: 300 }).toBe(200);
    expect(await node.stop('SIGTERM')).toBe(0);
    expect(node.log()).not.toContain(new URL(database.url).password);
  }, 90_000);

  test('the data folder holds no lock and no store; another root key does not start, nor one that is lost', async () => {
    const { env, site } = await world();
    expect((await command(site, create, env)).code).toBe(0);
    await expect(stat(join(site, '.ambit', 'store'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(stat(join(site, '.ambit', 'lock'))).rejects.toMatchObject({ code: 'ENOENT' });
    const other = { ...env, AMBIT_ROOT_KEY: `1:${Buffer.alloc(32, 4).toString('base64url')}` };
    const wrong = await command(site, ['token', 'list', '--json'], other);
    expect(JSON.parse(wrong.stdout).error.code).toBe('ROOT_KEY_INVALID');
    const none = await command(site, ['token', 'list', '--json'], { ...env, AMBIT_ROOT_KEY: '' });
    expect(JSON.parse(none.stdout).error.code).toBe('ROOT_KEY_LOST');
    await expect(stat(join(site, '.ambit', 'root.key'))).rejects.toMatchObject({ code: 'ENOENT' });
    const admin = await command(site, [], { ...env, AMBIT_ADMIN_TOKEN: 'secret-of-mine', AMBIT_PORT: '0' });
    expect(admin).toMatchObject({ code: 2, stderr: expect.stringContaining('AMBIT_ADMIN_TOKEN must be') });
    expect(admin.stderr).not.toContain('secret-of-mine');
  }, 60_000);

  test('export and import carry a token, which works where its root key is', async () => {
    const from = await world();
    const to = await world();
    const folder = await mkdtemp(join(tmpdir(), 'ambit-export-'));
    const file = join(folder, 'tokens.jsonl');
    const { token, id } = JSON.parse((await command(from.site, create, from.env)).stdout) as {
      token: string;
      id: string;
    };

    const out = await command(from.site, ['export', '--out', file, '--json'], from.env);
    expect(out.code).toBe(0);
    expect(JSON.parse(out.stdout)).toMatchObject({ file, counts: { tokens: 1, root_key_checks: 1 } });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain(token);
    expect(text).not.toContain(KEY.slice(2));
    expect((await command(from.site, ['export', '--out', file], from.env)).code).toBe(2);
    expect((await command(from.site, ['export', '--json'], from.env)).code).toBe(2);

    const into = await command(to.site, ['import', file, '--json'], to.env);
    // What takes longer than a second says how far it is.
    expect(into).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^(\S+ imported \d+ of \d+ rows\n)*$/),
    });
    expect(JSON.parse(into.stdout)).toMatchObject({ counts: { tokens: 1 } });
    const again = await command(to.site, ['import', file, '--json'], to.env);
    expect([again.code, JSON.parse(again.stdout).error.code]).toEqual([1, 'STORE_NOT_EMPTY']);
    expect((await command(to.site, ['token', 'list'], to.env)).stdout).toContain(id);
    const node = await startProcess(to.site, to.env);
    expect((await askHello(node.url, token)).status).toBe(200);
    expect(await node.stop('SIGTERM')).toBe(0);
    await rm(folder, { recursive: true });
  }, 90_000);

  test('a store that came with OAuth keys does not start without them, and starts with them afterwards', async () => {
    const oauth = 'oauth: { issuer: "http://127.0.0.1:4711" }\n';
    const before = await makeNewSite(api, oauth);
    await (await startProcess(before)).stop('SIGTERM');
    const file = join(before, 'store.jsonl');
    expect((await command(before, ['export', '--out', file, '--move'])).code).toBe(0);
    const { database, env: shared } = await world();
    const site = await makeNewSite(api, oauth);
    const into = await command(site, ['import', file], shared);
    expect(into.stdout).toMatch(/root key[\s\S]*oauth\.keys, or AMBIT_OAUTH_KEYS/);
    const kept = (name: string): Promise<string> => readFile(join(before, '.ambit', name), 'utf8');
    const env = { ...shared, AMBIT_ROOT_KEY: await kept('root.key') };
    const checks = (): Promise<unknown> => database.run('select * from root_key_checks order by key_id');
    const imported = await checks();

    const refused = await program(site, ['--port', '0'], env);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain(`neither ${join(site, '.ambit', 'oauth.keys')} nor AMBIT_OAUTH_KEYS`);
    expect(refused.stderr).toMatch(/oauth\.keys of the data folder.*delete from root_key_checks/s);
    expect(await checks()).toEqual(imported);
    await expect(stat(join(site, '.ambit'))).rejects.toMatchObject({ code: 'ENOENT' });
    // A command makes no such keys, and needs none.
    expect((await command(site, create, env)).code).toBe(0);

    const node = await startProcess(site, { ...env, AMBIT_OAUTH_KEYS: await kept('oauth.keys') });
    await node.stop('SIGTERM');
    // As the message says, where they are lost for good.
    await database.run('delete from root_key_checks where key_id = 256');
    const anew = await startProcess(site, env);
    await anew.stop('SIGTERM');
    expect(await readFile(join(site, '.ambit', 'oauth.keys'), 'utf8')).not.toBe(await kept('oauth.keys'));
  }, 120_000);

  test('a first start of an empty database makes its OAuth keys, and a second server needs the same', async () => {
    const { env } = await world();
    const oauth = 'oauth: { issuer: "http://127.0.0.1:4711" }\n';
    const first = await makeNewSite(api, oauth);
    for (const _time of ['first', 'again']) await (await startProcess(first, env)).stop('SIGTERM');
    expect((await stat(join(first, '.ambit', 'oauth.keys'))).mode & 0o777).toBe(0o600);
    const second = await makeNewSite(api, oauth);
    const refused = await program(second, ['--port', '0'], env);
    expect(refused.stderr).toContain('needs the keys of the authorization server');
    await expect(stat(join(second, '.ambit'))).rejects.toMatchObject({ code: 'ENOENT' });
  }, 120_000);

  test('a database that cannot be had is told in a sentence without the password', async () => {
    const { env, site } = await world();
    const url = new URL(env.AMBIT_DATABASE_URL);
    url.password = 'pass-word-7f3a';
    const answer = await command(site, ['token', 'list'], { ...env, AMBIT_DATABASE_URL: url.href });
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('refused the user postgres');
    expect(answer.stderr + answer.stdout).not.toContain('pass-word-7f3a');
  }, 60_000);
});
