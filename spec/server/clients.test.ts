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
const getToken = (id: string, secret: string | undefined): Promise<Response> =>
  fetch(`${server.url}/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'read' }),
  });

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
  expect((await getToken(id, secret)).status).toBe(200);
  expect(await shown('App')).toMatchObject({ introspects: true, lastIssuedAt: expect.stringMatching(/^20/) });
  await command(site, ['client', 'disable', id]);
  expect(await shown('App')).toMatchObject({ id, disabledAt: expect.stringMatching(/^20/) });
  expect((await command(site, ['client', 'show', id])).stdout).toMatch(/status {2,}disabled at 20/);
}, 60_000);

test('a name that two clients in use have means neither, and one that none has means nothing', async () => {
  const one = await make('--name', 'Twin', '--scope', 'read');
  const other = await make('--name', 'Twin', '--scope', 'read');
  const { error } = (await shown('Twin')) as { error: { code: string; message: string } };
  expect(error).toMatchObject({ code: 'CLIENT_UNKNOWN' });
  expect(error.message).toContain(one.id);
  expect(error.message).toContain(other.id);
  expect(await shown('Nobody')).toMatchObject({ error: { code: 'CLIENT_UNKNOWN' } });
  expect((await command(site, ['client', 'show'])).code).toBe(2);
  await command(site, ['client', 'disable', one.id]);
  expect(await shown('Twin')).toMatchObject({ id: other.id, disabledAt: null });
  const third = await make('--name', 'Twin', '--scope', 'read');
  const { error: states } = (await shown('Twin')) as { error: { message: string } };
  for (const state of [`${one.id} (disabled)`, `${other.id} (in use)`, `${third.id} (in use)`])
    expect(states.message).toContain(state);
  for (const { id } of [other, third]) await command(site, ['client', 'disable', id]);
  expect(await shown('Twin')).toMatchObject({ error: { code: 'CLIENT_UNKNOWN' } });
}, 60_000);

test('the audit tells what was done with a client, with a token of it, and for a subject', async () => {
  const { id, secret } = await make('--name', 'Leaked', '--scope', 'read');
  for (const _ of [1, 2]) expect((await getToken(id, secret)).status).toBe(200);
  const rows = async (...args: string[]): Promise<{ id: string; action: string; token: string }[]> =>
    JSON.parse((await command(site, ['audit', 'list', ...args, '--json'])).stdout).entries;
  const [last, ...others] = await rows('--client', 'Leaked');
  expect(last?.token).toMatch(/^oat_/);
  expect(others.map(({ action }) => action)).toEqual(['oauth.issued', 'client.created']);
  expect(await rows('--client', id)).toEqual([last, ...others]);
  expect(await rows('--token', String(last?.token))).toEqual([last]);
  const token = ['token', 'create', '--name', 'n', '--scope', 'read', '--subject', 'audit-7'];
  expect((await command(site, token)).code).toBe(0);
  const whose = await rows('--subject', 'audit-7');
  expect(whose.map(({ action }) => action)).toEqual(['token.created']);
  expect(await rows('--subject', 'audit-7', '--token', String(whose[0]?.token))).toEqual(whose);
  expect(await rows('--subject', 'audit-7', '--token', 'tok_00000000000000000')).toEqual([]);
  const page = await command(site, ['audit', 'list', '--client', 'Leaked', '--limit', '1']);
  expect(page.stdout.trim().split('\n')).toHaveLength(1);
  expect(page.stderr).toContain(`--before ${last?.id}`);
  const rest = await command(site, ['audit', 'list', '--client', 'Leaked', '--before', String(last?.id)]);
  expect([rest.stdout.trim().split('\n').length, rest.stderr]).toEqual([2, '']);
  const unknown = await command(site, ['audit', 'list', '--client', 'Nobody']);
  expect([unknown.code, unknown.stderr]).toEqual([
    1,
    expect.stringContaining('no client with this id or name'),
  ]);
}, 60_000);
