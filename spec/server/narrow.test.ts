import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Narrowing, narrowToken } from 'ambit/narrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  askAdmin,
  askHello,
  command,
  type FakeApi,
  makeSite,
  type ServerProcess,
  startFakeApi,
  startProcess,
} from './harness.ts';

/** Narrowed tokens at the door of the running program. */

let api: FakeApi;
let site: string;
let server: ServerProcess;
let token: string;
let id: string;

beforeAll(async () => {
  api = await startFakeApi();
  site = await makeSite(api);
  await writeFile(
    join(site, 'schema.graphql'),
    `type Query { hello: String @requiresScopes(scopes: [["read"]]) }
     type Mutation { greet: String @requiresScopes(scopes: [["read"]]) }`,
  );
  server = await startProcess(site);
  const created = await command(site, ['token', 'create', '--name', 'n', '--scope', 'read', '--json']);
  ({ token, id } = JSON.parse(created.stdout));
});
afterAll(async () => {
  await server.stop('SIGKILL');
  await api.close();
});

const narrow = (by: Narrowing, from = token) => narrowToken(from, { expires: '10m', ...by });
const hello = { status: 200, body: '{"data":{"hello":"hi"}}' };

async function ask(bearer: string): Promise<{ status: number; body: string }> {
  const answer = await askHello(server.url, bearer);
  return { status: answer.status, body: await answer.text() };
}

async function refusedLike(bearer: string): Promise<void> {
  const asked = api.seen.length;
  expect(await ask(bearer)).toEqual(await ask('garbage'));
  expect((await ask(bearer)).status).toBe(401);
  expect(api.seen.length).toBe(asked);
}

describe('what the engine makes of the caveats', () => {
  test('a narrowed token does what is left to it', async () => {
    expect(await ask(await narrow({ operations: ['query:hello'] }))).toEqual(hello);
    expect(await ask(await narrow({ readOnly: true, scopes: ['read'], label: 'triage' }))).toEqual(hello);
    const first = await narrow({ operations: ['query:*'] });
    expect(await ask(await narrow({ operations: ['query:hello'] }, first))).toEqual(hello);
  });

  test.each<Narrowing>([{ operations: ['mutate:greet'] }, { scopes: ['write'] }])(
    'a token narrowed to %j does not ask the API for anything else',
    async (by) => {
      const asked = api.seen.length;
      const { status, body } = await ask(await narrow(by));
      expect(status).toBe(403);
      expect(body).toContain('UNAUTHORIZED_FIELD_OR_TYPE');
      expect(api.seen.length).toBe(asked);
    },
  );

  test('a narrowed token is told from where it may be used', async () => {
    const narrowed = await narrow({ address: ['127.0.0.0/8', '::1/128'], label: 'job' });
    const answer = await fetch(`${server.url}/api/token/self`, {
      headers: { authorization: `Bearer ${narrowed}` },
    });
    const { grants, words } = (await answer.json()) as { grants: { caveats: object[] }; words: string[] };
    expect(grants.caveats).toContainEqual({ address: ['127.0.0.0/8', '::1/128'] });
    expect(words).toContain('may be used only from 127.0.0.0/8, ::1/128');
  });

  test('a mutation is refused to a token that may only read, and to no other', async () => {
    const asked = api.seen.length;
    const greet = async (bearer: string) => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${bearer}` };
      const body = '{"query":"mutation { greet }"}';
      return (await fetch(`${server.url}/graphql`, { method: 'POST', headers, body })).status;
    };
    expect(await greet(await narrow({ readOnly: true }))).toBe(403);
    expect(api.seen.length).toBe(asked);
    expect(await greet(await narrow({ operations: ['mutate:*'] }))).not.toBe(403);
    expect(api.seen.length).toBe(asked + 1);
  });
});

describe('what the door makes of them', () => {
  test('a token may be bound to the address from which it is used, and the engine never hears of it', async () => {
    const here = await narrow({ address: ['127.0.0.0/8'] });
    expect((await ask(here)).status).not.toBe(401);
    await refusedLike(await narrow({ address: ['10.0.0.0/8'] }));
    await refusedLike(await narrow({ address: ['10.0.0.0/8'] }, here));
  });

  test('what clients say about their address is not believed', async () => {
    const bearer = await narrow({ address: ['10.0.0.0/8'] });
    const answer = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${bearer}`,
        'x-forwarded-for': '10.0.0.1',
        'x-real-ip': '10.0.0.1',
        forwarded: 'for=10.0.0.1',
      },
      body: '{"query":"{ hello }"}',
    });
    expect(answer.status).toBe(401);
  });

  test('a token that is over, or has been tampered with, gets the one answer', async () => {
    const over = await narrowToken(token, { expires: '1s' }, { now: () => new Date(Date.now() - 60_000) });
    await refusedLike(over);
    const good = await narrow({ readOnly: true });
    await refusedLike(`${good.slice(0, 40)}${good[40] === 'a' ? 'b' : 'a'}${good.slice(41)}`);
    await refusedLike(good.slice(0, -1));
  });

  test('the log names it by its public id, and never the token', async () => {
    const bearer = await narrow({ address: ['10.0.0.0/8'] });
    await ask(bearer);
    const logged = new RegExp(`"token":"${id}\\.[0-9a-f]{8}","reason":"elsewhere"`);
    await expect.poll(server.log).toMatch(logged);
    expect(server.log()).not.toContain(bearer.slice(5, 60));
    expect(server.log()).not.toContain(token.slice(5, 60));
  });
});

describe('what it may never do', () => {
  test.each([
    ['POST', '/api/tokens'],
    ['GET', '/api/tokens'],
    ['DELETE', '/api/tokens/tok_0OyB1hXWzXQ1ab2cd'],
  ])('%s %s is not for a narrowed token', async (method, path) => {
    const bearer = await narrow({ operations: ['query:*', 'mutate:*'] });
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    const body = method === 'POST' ? '{"name":"wider","scopes":["read"]}' : null;
    const answer = await fetch(`${server.url}${path}`, { method, headers, body });
    expect([answer.status, await answer.json()]).toMatchObject([401, { error: { code: 'ADMIN_REQUIRED' } }]);
  });
});

describe('narrowing by the command', () => {
  test('needs no configuration and no server, and what it makes is recognised', async () => {
    const elsewhere = await makeSite(api, 'this is: no configuration');
    const { code, stdout } = await command(elsewhere, ['token', 'narrow', '--env', 'TOKEN', '--read-only'], {
      TOKEN: token,
    });
    expect(code).toBe(0);
    expect((await ask(stdout.trim())).status).not.toBe(401);
  });
});

describe('the end of its parent', () => {
  test('is its own end', async () => {
    const child = await narrow({ address: ['127.0.0.1/32'] });
    expect((await ask(child)).status).not.toBe(401);
    const answer = await askAdmin(site, server.url, 'DELETE', `/api/tokens/${id}`);
    expect(answer.status).toBe(200);
    await refusedLike(child);
    await refusedLike(await narrow({ readOnly: true }));
  });
});
