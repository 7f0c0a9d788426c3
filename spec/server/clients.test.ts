import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  command,
  type FakeApi,
  makeSite,
  type ServerProcess,
  startFakeApi,
  startProcess,
} from './harness.ts';

/** What an administrator is told of one client, whether a server runs or not. */

let api: FakeApi;
let site: string;
let server: ServerProcess;

beforeAll(async () => {
  api = await startFakeApi();
  site = await makeSite(
    api,
    'oauth: { issuer: "http://127.0.0.1:4000" }\nscopes: { read: { description: read everything } }',
  );
});

afterAll(async () => {
  await server.stop('SIGTERM');
  await api.close();
});

const shown = async (ref: string): Promise<Record<string, unknown>> => {
  const { stdout } = await command(site, ['client', 'show', ref, '--json']);
  return JSON.parse(stdout) as Record<string, unknown>;
};
const make = async (...args: string[]): Promise<{ id: string; secret?: string }> =>
  JSON.parse((await command(site, ['client', 'create', ...args, '--json'])).stdout);

test('a client is shown by its id and by its name, never with its secret', async () => {
  const { id, secret = '' } = await make('--name', 'Nightly report', '--scope', 'read', '--subject', 'u-7');
  expect(secret).toMatch(/^ambs_/);
  const expected = {
    id,
    name: 'Nightly report',
    authentication: 'secret',
    grants: ['client_credentials'],
    redirectUris: [],
    ceiling: { scopes: ['read'] },
    subject: 'u-7',
    introspects: false,
    dpop: false,
    createdBy: 'command',
    disabledAt: null,
    lastIssuedAt: null,
  };
  const byId = await shown(id);
  expect(byId).toEqual({ ...expected, createdAt: expect.stringMatching(/^20/) });
  // So far out of the store itself; from here on a server tells it.
  server = await startProcess(site);
  expect(await shown('Nightly report')).toEqual(byId);
  const { stdout, code } = await command(site, ['client', 'show', 'Nightly report']);
  expect(code).toBe(0);
  expect(stdout.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
    [id],
    ['name', 'Nightly report'],
    ['status', 'in use'],
    ['proves who it is', 'by its secret'],
    ['grants', 'client_credentials'],
    ['at most', 'read'],
    ['acts as', 'u-7'],
    ['made', expect.stringMatching(/^20.* by command$/)],
    ['last given a token', 'never'],
    [''],
  ]);
  expect(stdout + JSON.stringify(byId)).not.toContain(secret.slice(5));
}, 60_000);

test('it is told when the client was last given a token, and that it is disabled', async () => {
  await make(
    ...['--name', 'Phone', '--grant', 'authorization_code', '--grant', 'device_code', '--public', '--dpop'],
    ...['--redirect', 'http://127.0.0.1/back', '--scope', 'read'],
  );
  const phone = (await command(site, ['client', 'show', 'Phone'])).stdout;
  for (const line of [
    /proves who it is {2,}not at all: it is public/,
    /grants {2,}authorization_code, device_code/,
    /sends back to {2,}http:..127.0.0.1.back/,
    /DPoP {2,}all its tokens/,
    /made {2,}20.* by admin/,
  ])
    expect(phone).toMatch(line);
  const { id, secret } = await make(
    ...['--name', 'App', '--scope', 'read', '--introspects', '--grant', 'client_credentials'],
  );
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'read' });
  const authorization = `Basic ${btoa(`${id}:${secret}`)}`;
  const answer = await fetch(`${server.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization },
    body,
  });
  expect(answer.status).toBe(200);
  expect(await shown('App')).toMatchObject({ introspects: true, lastIssuedAt: expect.stringMatching(/^20/) });
  await command(site, ['client', 'disable', id]);
  expect(await shown('App')).toMatchObject({ id, disabledAt: expect.stringMatching(/^20/) });
  expect((await command(site, ['client', 'show', id])).stdout).toMatch(/status {2,}disabled at 20/);
}, 60_000);

test('a name that two clients have means neither, and one that none has means nothing', async () => {
  const one = await make('--name', 'Twin', '--scope', 'read');
  const other = await make('--name', 'Twin', '--scope', 'read');
  const { error } = (await shown('Twin')) as { error: { code: string; message: string } };
  expect(error).toMatchObject({ code: 'CLIENT_UNKNOWN' });
  expect(error.message).toContain(one.id);
  expect(error.message).toContain(other.id);
  expect(await shown('Nobody')).toMatchObject({ error: { code: 'CLIENT_UNKNOWN' } });
  expect((await command(site, ['client', 'show'])).code).toBe(2);
}, 60_000);
