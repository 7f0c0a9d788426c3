import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { freshDatabase, postgresUrl } from '../postgres/database.ts';
import { command, type FakeApi, makeSite, startFakeApi, startProcess } from './harness.ts';

/** The person commands, whether a server runs or not, and where the first password is. */

const database = await postgresUrl();
let api: FakeApi;

beforeAll(async () => {
  api = await startFakeApi();
});

afterAll(() => api.close());

const passwordFile = (site: string): string => join(site, '.ambit', 'admin.password');
const names = async (site: string, env: NodeJS.ProcessEnv = {}): Promise<readonly string[]> => {
  const { stdout } = await command(site, ['person', 'list', '--json'], env);
  return (JSON.parse(stdout) as { people: { name: string }[] }).people.map(({ name }) => name).sort();
};

test('while no server runs the commands open the store, and nobody takes the place of the administrator', async () => {
  const site = await makeSite(api);
  const made = await command(site, ['person', 'create', '--name', 'alice', '--json']);
  expect(JSON.parse(made.stdout)).toMatchObject({ person: { name: 'alice' } });
  expect(await names(site)).toEqual(['admin', 'alice']);
  expect((await command(site, ['person', 'disable', 'alice'])).stdout).toContain('may not sign in');
  const wrong = await command(site, ['person', 'create', '--name', 'Two Words', '--json']);
  expect(JSON.parse(wrong.stdout).error.code).toBe('INPUT_INVALID');
}, 60_000);

test('each start says where the first password is, until it is another', async () => {
  const site = await makeSite(api);
  for (const time of ['first', 'second']) {
    const server = await startProcess(site);
    await expect.poll(server.log).toContain(`the password is in ${passwordFile(site)}`);
    if (time === 'second') {
      const first = await readFile(passwordFile(site), 'utf8');
      const reset = await command(site, ['person', 'reset-password', 'admin', '--json']);
      expect(JSON.parse(reset.stdout).password).not.toBe(first.trim());
      await expect(stat(passwordFile(site))).rejects.toMatchObject({ code: 'ENOENT' });
    }
    await server.stop('SIGTERM');
  }
  const server = await startProcess(site);
  await server.stop('SIGTERM');
  expect(server.log()).not.toContain('the password is in');
  expect((await command(site, ['person', 'reset-password', 'admin'])).code).toBe(0);
}, 90_000);

describe.skipIf(database === undefined)('on PostgreSQL', () => {
  test('people are made and reset, whether a server runs or not', async () => {
    const fresh = await freshDatabase(database ?? '');
    const site = await makeSite(api);
    const env = { AMBIT_DATABASE_URL: fresh.url };
    const reset = ['person', 'reset-password', 'admin'];
    expect((await command(site, reset, env)).code).toBe(0);
    const server = await startProcess(site, env);
    expect((await command(site, ['person', 'create', '--name', 'alice'], env)).code).toBe(0);
    expect(await names(site, env)).toEqual(['admin', 'alice']);
    expect((await command(site, reset, env)).code).toBe(0);
    await server.stop('SIGTERM');
    await rm(join(site, '.ambit', 'root.key'));
    const { stderr } = await command(site, ['token', 'list'], env);
    expect(stderr).toContain('The store in the database');
    expect(stderr).not.toContain('move');
    await fresh.close();
  }, 90_000);
});
