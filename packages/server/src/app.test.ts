import { expect, test } from 'vitest';
import { createAdminCheck } from './adminkey.ts';
import { createApp } from './app.ts';
import type { Authority } from './authority.ts';
import { createAddressOf } from './clientaddress.ts';
import { ServerError } from './errors.ts';
import type { Log } from './log.ts';
import type { TokenRequest } from './tokens/request.ts';

const ADMIN = `amba_${'a'.repeat(43)}`;
const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const unknown = async (): Promise<never> => {
  throw new ServerError('TOKEN_UNKNOWN', 'There is no token with this id.');
};

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function appWith(
  parts: { ready?: () => Promise<void>; gateway?: (request: Request) => Promise<Response> } = {},
) {
  const created: TokenRequest[] = [];
  const authority: Authority = {
    async createToken(request) {
      created.push(request);
      return { id: 'tok_1', token: 'ambp_secret', grants: {}, expiresAt: '2026-01-01T00:00:00.000Z' };
    },
    listTokens: async () => ({ tokens: [], next: null }),
    showToken: unknown,
    changeToken: unknown,
    rotateToken: unknown,
    revokeToken: unknown,
    revokeNarrowed: unknown,
    self: { show: unknown, rotate: unknown, revoke: unknown },
    revokeLeaked: async (leaks) => leaks.map(() => false),
    listAudit: async () => ({ entries: [], next: null }),
    credentialOf: () => undefined,
    noteUse: () => undefined,
    close: async () => undefined,
    authenticate: async () => ({ problem: 'invalid_token', message: '' }),
  };
  const app = createApp({
    authority,
    gateway: parts.gateway ?? (async (request) => new Response(await request.text())),
    isAdmin: createAdminCheck(ADMIN),
    ready: parts.ready ?? (async () => undefined),
    addressOf: createAddressOf([]),
    host: '127.0.0.1',
    log: silent,
  });
  const ask = (path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Response> =>
    Promise.resolve(
      app.request(`http://127.0.0.1:4000${path}`, {
        method,
        headers: { host: '127.0.0.1:4000', ...headers },
        ...(body === undefined ? {} : { body }),
      }),
    );
  return { ask, created };
}

const bearer = { authorization: `Bearer ${ADMIN}` };
const wanted = JSON.stringify({ name: 'n', scopes: ['api'] });

test('the admin credential makes a token, and the answer is stored by nobody', async () => {
  const { ask, created } = appWith();
  const answer = await ask('/api/tokens', { method: 'POST', headers: bearer, body: wanted });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(await answer.json()).toMatchObject({ id: 'tok_1', token: 'ambp_secret' });
  expect(created).toEqual([{ name: 'n', scopes: ['api'] }]);
});

test.each([
  ['no credential', {}],
  ['another credential', { authorization: `Bearer amba_${'b'.repeat(43)}` }],
  ['another scheme', { authorization: `Basic ${ADMIN}` }],
  ['a cookie', { cookie: `token=${ADMIN}` }],
  ['two credentials', { authorization: `Bearer ${ADMIN}, Bearer ${ADMIN}` }],
])(
  '%s is refused with 401 on every admin path, whatever the body',
  async (_what, headers: Record<string, string>) => {
    const { ask, created } = appWith();
    for (const [method, path] of [
      ['POST', '/api/tokens'],
      ['GET', '/api/tokens'],
      ['GET', '/api/tokens/tok_1'],
      ['PATCH', '/api/tokens/tok_1'],
      ['POST', '/api/tokens/tok_1/rotate'],
      ['DELETE', '/api/tokens/tok_1'],
      ['POST', '/api/tokens/narrowed/revoke'],
      ['GET', '/api/scopes'],
      ['GET', '/api/audit'],
    ] as const) {
      const answer = await ask(path, { method, headers });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
      expect(await answer.json()).toMatchObject({ error: { code: 'ADMIN_REQUIRED' } });
    }
    expect(created).toEqual([]);
  },
);

test.each(['evil.test', 'localhost.evil.test', '127.0.0.1.evil.test:4000', '127.0.0.1@evil.test', ''])(
  'a request to the host %j is refused on the admin API',
  async (host) => {
    const answer = await appWith().ask('/api/tokens', { headers: { ...bearer, host } });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'HOST_REFUSED' } });
  },
);

test.each(['localhost:4000', '[::1]:4000', '127.0.0.1'])(
  'a request to the host %s is heard',
  async (host) => {
    expect((await appWith().ask('/api/tokens', { headers: { ...bearer, host } })).status).toBe(200);
  },
);

test.each(['https://evil.test', 'null', 'http://127.0.0.1:9999', 'file://'])(
  'a page of the origin %s is refused on the admin API',
  async (origin) => {
    const answer = await appWith().ask('/api/tokens', { headers: { ...bearer, origin } });
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ error: { code: 'ORIGIN_REFUSED' } });
  },
);

test('a page of the own origin is heard', async () => {
  const headers = { ...bearer, origin: 'http://127.0.0.1:4000' };
  expect((await appWith().ask('/api/tokens', { headers })).status).toBe(200);
});

test.each([
  ['what is not JSON', '{'],
  ['an unknown key', '{"name":"n","scope":["api"]}'],
  ['no name', '{"scopes":["api"]}'],
  ['a subject that no header can hold', '{"name":"n","subject":"a\\r\\nb"}'],
  ['a boundary of two kinds', '{"name":"n","granular":[{"permissions":["p"],"boundary":{"a":"1","b":"2"}}]}'],
  [
    'a boundary of an unknown word',
    '{"name":"n","granular":[{"permissions":["p"],"boundary":"everywhere"}]}',
  ],
  ['permissions that are none', '{"name":"n","granular":[{"permissions":[],"boundary":"user"}]}'],
])('%s is refused with 400 and a sentence', async (_what, body) => {
  const answer = await appWith().ask('/api/tokens', { method: 'POST', headers: bearer, body });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { code: 'INPUT_INVALID' } });
});

test('a body that is too large is refused', async () => {
  const body = JSON.stringify({ name: 'n'.repeat(300_000) });
  const answer = await appWith().ask('/api/tokens', { method: 'POST', headers: bearer, body });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ error: { code: 'BODY_TOO_LARGE' } });
});

test('refusals of the authority keep their status and code', async () => {
  const answer = await appWith().ask('/api/tokens/tok_2', { method: 'DELETE', headers: bearer });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ error: { code: 'TOKEN_UNKNOWN' } });
});

test('an unknown path is 404 and a wrong method 405, both in JSON', async () => {
  const { ask } = appWith();
  expect(await (await ask('/api/token')).json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  const wrong = await ask('/graphql', { method: 'GET' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  const tokens = await ask('/api/tokens', { method: 'PUT' });
  expect([tokens.status, tokens.headers.get('allow')]).toEqual([405, 'POST, GET']);
});

test('the gateway gets the request as it came, whatever its host', async () => {
  const answer = await appWith().ask('/graphql', {
    method: 'POST',
    headers: { host: 'api.test' },
    body: '{"query":"{a}"}',
  });
  expect(await answer.text()).toBe('{"query":"{a}"}');
});

test('the server is alive without its store, but not ready', async () => {
  const { ask } = appWith({ ready: () => Promise.reject(new Error('gone')) });
  expect((await ask('/healthz')).status).toBe(200);
  expect((await ask('/readyz')).status).toBe(503);
  expect((await appWith().ask('/readyz')).status).toBe(200);
});

test('what is thrown by a defect is not shown', async () => {
  const { ask } = appWith({ gateway: () => Promise.reject(new Error('secret detail')) });
  const answer = await ask('/graphql', { method: 'POST', body: '{}' });
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain('secret detail');
});
