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

describe('a server that closes a place to coarse tokens', () => {
  let site: string;
  let server: ServerProcess;
  beforeAll(async () => {
    site = await makeSite(api, 'rules: ./rules.yml\ngranularOnly: [{ group: acme }]');
    await writeFile(
      join(site, 'schema.graphql'),
      'type Query { hello(group: ID!): String @requiresPermissions(permissions: ["say_hello"], boundaryType: "group", boundaryArgument: "group") }',
    );
    await writeFile(
      join(site, 'rules.yml'),
      'version: 1\nboundaries: { group: { parent: group } }\nrules: {}\n',
    );
    server = await startProcess(site);
  });
  afterAll(() => server.stop('SIGKILL'));

  const hello = async (token: string, group: string) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: `{ hello(group: "${group}") }` }),
    });
    return response.json();
  };

  test('answers them there as if nothing were there, and elsewhere as ever', async () => {
    const coarse = await tokenFor(site, '--scope', 'api');
    expect(await hello(coarse, 'other')).toEqual({ data: { hello: 'hi' } });
    const asked = api.seen.length;
    expect(await hello(coarse, 'acme/web')).toEqual({ data: { hello: null } });
    expect(api.seen.length).toBe(asked);
    const granular = await tokenFor(site, '--permission', 'say_hello', '--boundary', 'group=acme');
    expect(await hello(granular, 'acme/web')).toEqual({ data: { hello: 'hi' } });
  });

  test('does not start where places would have to be asked for', async () => {
    const wrong = await makeSite(api, 'rules: ./rules.yml');
    await writeFile(
      join(wrong, 'rules.yml'),
      'version: 1\nboundaries: { group: { places: asked } }\nrules: {}\n',
    );
    const { code, stderr } = await command(wrong, ['--port', '0']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('this server has nobody to ask');
  });

  test('does not start where the kind is none', async () => {
    const wrong = await makeSite(api, 'granularOnly: [{ grup: acme }]');
    const { code, stderr } = await command(wrong, ['--port', '0']);
    expect(code).not.toBe(0);
    expect(stderr).toContain('grup');
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
