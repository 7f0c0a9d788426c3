import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  askHello,
  command,
  type FakeApi,
  makeSite,
  type ServerProcess,
  startFakeApi,
  startProcess,
} from './harness.ts';

let api: FakeApi;
beforeAll(async () => {
  api = await startFakeApi();
});
afterAll(() => api.close());

const scope = 'api:graphql:query:hello';

async function tokenFor(site: string, ...flags: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await command(site, [
    'token',
    'create',
    '--name',
    'n',
    '--json',
    ...flags,
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout).token;
}

describe('a server whose configuration switches granular tokens off', () => {
  let site: string;
  let server: ServerProcess;
  beforeAll(async () => {
    site = await makeSite(api, 'granular: false');
    server = await startProcess(site);
  });
  afterAll(() => server.stop('SIGKILL'));

  test('answers a granular token 403 whatever it asks, and asks the API nothing', async () => {
    const asked = api.seen.length;
    const answer = await askHello(server.url, await tokenFor(site, '--scope', scope));
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({
      errors: [{ extensions: { code: 'GRANULAR_TOKENS_OFF' } }],
    });
    expect(api.seen.length).toBe(asked);
  });

  test('leaves other tokens as they were', async () => {
    const answer = await askHello(server.url, await tokenFor(site, '--scope', 'read'));
    expect([answer.status, await answer.json()]).toEqual([200, { data: { hello: 'hi' } }]);
  });
});

describe('token create', () => {
  let site: string;
  let server: ServerProcess;
  beforeAll(async () => {
    site = await makeSite(api);
    server = await startProcess(site);
  });
  afterAll(() => server.stop('SIGKILL'));

  test('takes grants out of a file, and prints a command that works as it is', async () => {
    await writeFile(join(site, 'grants.json'), JSON.stringify({ subject: 'ann', scopes: ['read'] }));
    const flags = ['--name', 'n', '--grants', 'grants.json', '--curl', '--query', '{ hello }', '--json'];
    const { code, stdout } = await command(site, ['token', 'create', ...flags]);
    expect(code).toBe(0);
    const { grants, curl } = JSON.parse(stdout);
    expect(grants).toMatchObject({ subject: 'ann', scopes: ['read'] });
    expect(await runInShell(curl)).toBe('{"data":{"hello":"hi"}}');
    expect(api.seen.at(-1)?.headers).toMatchObject({ 'x-subject': 'ann' });
  });

  test('refuses a query that is none before it makes anything', async () => {
    const before = await command(site, ['token', 'list', '--json']);
    const flags = ['--name', 'lost', '--scope', 'read', '--curl', '--query', '{ hello'];
    const { code, stdout, stderr } = await command(site, ['token', 'create', ...flags]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('--query is no GraphQL');
    expect((await command(site, ['token', 'list', '--json'])).stdout).toBe(before.stdout);
  });
});

function runInShell(line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', line.replace('curl ', 'curl -s ')], (error, stdout) =>
      error === null ? resolve(stdout) : reject(error),
    );
  });
}
