import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { narrowToken } from 'ambit/narrow';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAdminCheck } from '../adminkey.ts';
import { createApp } from '../app.ts';
import { narrowForTests } from '../authority/narrow-for-tests.ts';
import { type Authority, createAuthority } from '../authority.ts';
import { createAddressOf } from '../clientaddress.ts';
import { openLocalFeed } from '../feed/feed.ts';
import { createReportVerifier, type VerifyReport } from '../leaks/github.ts';
import type { Log } from '../log.ts';
import { mintOpaque } from '../oauth/opaque.ts';
import type { RootKeys } from '../rootkey.ts';
import { type MemoryStore, openMemoryStore } from '../store/memory.ts';
import { narrowedDigest } from '../tokens/chain.ts';
import { viewerToken } from '../viewertoken.ts';

/** What the holder of a token, and the finder of one, may do over HTTP. */

const ADMIN = `amba_${'a'.repeat(43)}`;
const rootKeys: RootKeys = { current: 1, keys: new Map([[1, randomBytes(32)]]) };
const quiet = (): undefined => undefined;
const silent: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

let store: MemoryStore;
let authority: Authority;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  store = await openMemoryStore();
});
afterAll(() => store.close());

const openApp = (github?: VerifyReport): ReturnType<typeof createApp> =>
  createApp({
    authority,
    gateway: async () => new Response(),
    isAdmin: createAdminCheck(ADMIN),
    ready: async () => undefined,
    addressOf: createAddressOf([]),
    host: '127.0.0.1',
    github,
    log: silent,
  });

beforeEach(async () => {
  await store.clear();
  authority = await createAuthority({
    store,
    feed: await openLocalFeed(store),
    rootKeys,
    narrow: narrowForTests,
    checkGrants: () => [],
  });
  app = openApp();
});

const ask = async (
  method: string,
  path: string,
  bearer?: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; headers: Headers; body: Record<string, never> }> => {
  const answer = await app.request(`http://tokens.example.com${path}`, {
    method,
    headers: {
      host: bearer === ADMIN ? '127.0.0.1' : 'tokens.example.com',
      ...headers,
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    headers: answer.headers,
    body: (await answer.json()) as Record<string, never>,
  };
};
const wanted = {
  name: 'job',
  subject: 'ann',
  scopes: ['read_api', 'api:graphql:mutate:createNote'],
  granular: [{ permissions: ['read_issue'], boundary: { project: 'acme/web' } }],
  expires: '7d',
};
const isGood = async (token: string): Promise<boolean> => 'grants' in (await authority.authenticate(token));
const actions = async (token?: string): Promise<string[]> =>
  (await authority.listAudit({ token })).entries.map(({ action }) => action).reverse();

describe('a token about itself', () => {
  test('is told what it may do, where and until when, and nothing secret', async () => {
    const { id, token, grants, expiresAt } = await authority.createToken(wanted, 'test');
    const { status, body, headers } = await ask('GET', '/api/token/self', token);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(body).toMatchObject({ id, kind: 'personal', name: 'job', grants, expiresAt });
    expect(body['words']).toEqual([
      'holds the scope read_api',
      'may run the mutation createNote',
      'may use read_issue in project=acme/web',
      'acts on behalf of ann',
      `ends at ${expiresAt}`,
    ]);
    expect(JSON.stringify(body)).not.toContain(token.slice(5, 40));
  });

  test.each([
    ['GET', '/api/token/self'],
    ['POST', '/api/token/self/rotate'],
    ['DELETE', '/api/token/self'],
  ])('%s %s is refused without a token that is good, with one answer', async (method, path) => {
    const { id, token } = await authority.createToken(wanted, 'test');
    await authority.revokeToken(id, 'test');
    const answers = [];
    for (const bearer of [undefined, 'ambp_x', ADMIN, token, `${token}0`])
      answers.push(await ask(method, path, bearer));
    for (const { status, headers, body } of answers) {
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer error="invalid_token"']);
      expect(body).toEqual(answers[0]?.body);
    }
    expect(answers[0]?.body).toMatchObject({ error: { code: 'TOKEN_REQUIRED' } });
  });

  test('rotates itself to no longer life than it was given', async () => {
    const { token, id } = await authority.createToken(wanted, 'test');
    const long = await ask('POST', '/api/token/self/rotate', token, { expires: '8d' });
    expect(long).toMatchObject({ status: 422, body: { error: { code: 'EXPIRY_REFUSED' } } });
    const { status, body } = await ask('POST', '/api/token/self/rotate', token);
    expect([status, body]).toMatchObject([201, { replaces: id, grants: { scopes: wanted.scopes } }]);
    expect(await isGood(body['token'] ?? '')).toBe(true);
    expect(await isGood(token)).toBe(false);
    expect(await actions(id)).toContain('token.rotated');
  });

  test('that was rotated is not rotated again while it lives beside its successor', async () => {
    const { token, id } = await authority.createToken(wanted, 'test');
    const { body } = await ask('POST', '/api/token/self/rotate', token);
    const again = await ask('POST', '/api/token/self/rotate', token);
    expect(again).toMatchObject({ status: 409, body: { error: { code: 'TOKEN_ROTATED' } } });
    expect(await actions(id)).toContain('token.rotated.used');
    expect(await isGood(body['token'] ?? '')).toBe(true);
  });

  test('that was replaced and has ended takes its whole family with it when it asks to be rotated', async () => {
    const { token } = await authority.createToken(wanted, 'test');
    const next = String((await ask('POST', '/api/token/self/rotate', token)).body['token']);
    const last = String((await ask('POST', '/api/token/self/rotate', next)).body['token']);
    expect(await isGood(last)).toBe(true);
    expect((await ask('POST', '/api/token/self/rotate', token)).status).toBe(401);
    expect([await isGood(token), await isGood(next), await isGood(last)]).toEqual([false, false, false]);
    const { tokens } = await authority.listTokens({ status: 'revoked' });
    expect(tokens).toHaveLength(3);
  });

  test('that has ended does no harm to its family by a request that is no rotation', async () => {
    const { token } = await authority.createToken(wanted, 'test');
    const next = String((await ask('POST', '/api/token/self/rotate', token)).body['token']);
    expect(await isGood(next)).toBe(true);
    expect((await ask('GET', '/api/token/self', token)).status).toBe(401);
    expect((await ask('DELETE', '/api/token/self', token)).status).toBe(401);
    expect(await isGood(next)).toBe(true);
  });

  test('revokes itself', async () => {
    const { token, id } = await authority.createToken(wanted, 'test');
    expect(await ask('DELETE', '/api/token/self', token)).toMatchObject({ status: 200, body: { id } });
    expect(await isGood(token)).toBe(false);
  });

  test('is answered 429 over its limit, with when to come back', async () => {
    const { token } = await authority.createToken(
      { ...wanted, rateLimit: { requests: 1, seconds: 60 } },
      'test',
    );
    expect((await ask('GET', '/api/token/self', token)).status).toBe(200);
    const { status, headers, body } = await ask('GET', '/api/token/self', token);
    expect([status, body]).toMatchObject([429, { error: { code: 'RATE_LIMITED' } }]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('found tokens', () => {
  test('are revoked by whoever has them, and the answer says nothing of them', async () => {
    const { id, token } = await authority.createToken(wanted, 'test');
    const other = await authority.createToken(wanted, 'test');
    const ours = await ask('POST', '/api/leaks/revoke', undefined, { tokens: [token] });
    const forged = await ask('POST', '/api/leaks/revoke', undefined, { tokens: [`${token.slice(0, -1)}_`] });
    expect([ours.status, ours.body]).toEqual([202, { received: 1 }]);
    expect([forged.status, forged.body]).toEqual([ours.status, ours.body]);
    expect([await isGood(token), await isGood(other.token)]).toEqual([false, true]);
    expect(await actions(id)).toEqual(['token.created', 'token.leaked', 'token.revoked']);
    expect((await authority.showToken(id)).revokedBecause).toBe('leaked');
  });

  test.each([
    [{ tokens: [] }],
    [{ tokens: Array.from({ length: 1_001 }, () => 'x') }],
    [{ tokens: [''] }],
    [{}],
  ])('are refused in another form', async (body) => {
    expect((await ask('POST', '/api/leaks/revoke', undefined, body)).status).toBe(400);
  });

  test('are taken sixty times an hour from one address', async () => {
    const statuses: number[] = [];
    for (let call = 0; call < 61; call += 1)
      statuses.push((await ask('POST', '/api/leaks/revoke', undefined, { tokens: ['x'] })).status);
    expect(statuses.filter((status) => status === 202)).toHaveLength(60);
    expect(statuses.at(-1)).toBe(429);
  });
});

test('a token over its limit may still revoke itself', async () => {
  const rateLimit = { requests: 1, seconds: 60 };
  const { token } = await authority.createToken({ ...wanted, rateLimit }, 'test');
  expect((await ask('GET', '/api/token/self', token)).status).toBe(200);
  expect((await ask('GET', '/api/token/self', token)).status).toBe(429);
  expect((await ask('DELETE', '/api/token/self', token)).status).toBe(200);
  expect(await isGood(token)).toBe(false);
});

describe('leaked credentials', () => {
  const report = (...tokens: string[]): ReturnType<typeof ask> =>
    ask('POST', '/api/leaks/revoke', undefined, { tokens });

  test('that ended or are sent twice are written of once', async () => {
    const { id, token } = await authority.createToken(wanted, 'test');
    await report(token, token);
    await report(token);
    expect(await actions(id)).toEqual(['token.created', 'token.leaked', 'token.revoked']);
  });

  test('that were narrowed from what is in the same list end with it, in whatever order they come', async () => {
    const { id, token } = await authority.createToken(wanted, 'test');
    const narrowed = await Promise.all(
      ['1', '2', '3'].map((label) => narrowToken(token, { label, expires: '10m' })),
    );
    await report(...narrowed, token);
    expect(await actions(id)).toEqual(['token.created', 'token.leaked', 'token.revoked']);
    for (const child of narrowed) expect(await isGood(child)).toBe(false);
  });

  test('that are made up cost no unit of work and no list of the clients', async () => {
    const write = vi.spyOn(store, 'write');
    const list = vi.spyOn(store.clients, 'list');
    const madeUp = (['ambo_', 'ambr_', 'ambs_'] as const).flatMap((prefix) =>
      Array.from({ length: 20 }, () => ({ token: mintOpaque(prefix), source: 'finder' })),
    );
    const ours = await authority.revokeLeaked(madeUp);
    const calls = [write.mock.calls.length, list.mock.calls.length];
    write.mockRestore();
    list.mockRestore();
    expect(ours).toEqual(madeUp.map(() => false));
    expect(calls).toEqual([0, 0]);
  });

  test('of OAuth end with all of their consent, and secrets of clients with them', async () => {
    const [access, refresh, secret] = [mintOpaque('ambo_'), mintOpaque('ambr_'), mintOpaque('ambs_')];
    const hash = digest;
    const record = (model: string, id: string) => ({
      model,
      idHash: hash(id),
      payload: { clientId: 'cli_a', accountId: 'ann' },
      grantId: model === 'Grant' ? undefined : 'grant',
      userCode: undefined,
      uid: undefined,
      consumedAt: undefined,
      expiresAt: new Date(Date.now() + 60_000),
      parent: undefined,
    });
    await store.write(async (unit) => {
      await unit.oauth.put(record('Grant', 'grant'));
      await unit.oauth.put(record('AccessToken', access));
      await unit.oauth.put(record('RefreshToken', refresh));
      await unit.clients.insert({
        id: 'cli_a',
        name: 'a',
        secretHash: hash(secret),
        metadata: {},
        ceiling: { scopes: ['read_api'] },
        createdAt: new Date(),
        createdBy: 'test',
        disabledAt: undefined,
      });
    });
    expect(
      await authority.revokeLeaked(
        [refresh, secret, mintOpaque('ambo_')].map((token) => ({ token, source: 'finder' })),
      ),
    ).toEqual([true, true, false]);
    const kinds = ['AccessToken', 'RefreshToken', 'Grant'];
    for (const id of [access, refresh, 'grant'])
      expect(await store.oauth.find(kinds, 'idHash', hash(id))).toBeUndefined();
    const client = await store.clients.find('cli_a');
    expect(client?.secretHash).toMatch(/^[0-9a-f]{64}$/);
    expect(client?.secretHash).not.toBe(hash(secret));
    expect(await actions()).toEqual(['token.leaked', 'client.changed']);
  });

  test('of what is no list use up nothing', async () => {
    for (let call = 0; call < 61; call += 1) await ask('POST', '/api/leaks/revoke', undefined, {});
    expect((await report('x')).status).toBe(202);
  });
});

describe('a narrowed token', () => {
  test('is told what is left, in words, and nothing of its parent', async () => {
    const { token } = await authority.createToken({ ...wanted, name: 'secret plan', note: 'why' }, 'test');
    const child = await narrowToken(token, {
      scopes: ['read_api'],
      operations: ['query:*', 'mutate:createNote'],
      boundaries: [{ project: 'acme/web' }],
      readOnly: true,
      label: 'step 2',
      expires: '10m',
    });
    const { body } = await ask('GET', '/api/token/self', child);
    expect(body).toMatchObject({ kind: 'narrowed', name: 'step 2', note: null, lastUsedAt: null });
    expect(body['grants']).toMatchObject({ scopes: ['read_api'] });
    expect(body['grants']).not.toHaveProperty('granular');
    expect(body['words']).toEqual([
      'holds the scope read_api',
      'acts on behalf of ann',
      'is for: step 2',
      'may run only every query, the mutation createNote',
      'keeps only the scopes read_api',
      'may use permissions only in project=acme/web',
      'may run no mutation',
      expect.stringMatching(/^was narrowed to end at /),
      expect.stringMatching(/^ends at /),
    ]);
    for (const hidden of ['secret plan', 'why', 'read_issue'])
      expect(JSON.stringify(body)).not.toContain(hidden);
    const found = await authority.authenticate(child);
    if (!('grants' in found)) throw new TypeError('it is good');
    const known = authority.credentialOf(found.grants);
    expect(viewerToken(found.grants, known)).toMatchObject({
      name: 'step 2',
      scopes: ['read_api'],
      permissions: [],
    });
  });

  test('is revoked by itself, and its digest is remembered as long as its parent can live', async () => {
    const { id, token } = await authority.createToken(wanted, 'test');
    const child = await narrowToken(token, { readOnly: true, expires: '10m' });
    expect(await isGood(child)).toBe(true);
    const found = await ask('POST', '/api/tokens/narrowed/revoke', ADMIN, { token: child });
    const own = narrowedDigest(child) ?? '';
    expect(found).toMatchObject({ status: 200, body: { parentId: id, digest: own } });
    expect(await isGood(child)).toBe(false);
    await ask('POST', '/api/tokens/narrowed/revoke', ADMIN, { id, digest: digest('other') });
    expect([await store.tails.has(own), await store.tails.has(digest('other'))]).toEqual([true, true]);
    expect(await isGood(token)).toBe(true);
    expect(await actions(id)).toEqual(['token.created', 'token.narrowed.revoked', 'token.narrowed.revoked']);
  });

  test('counts as revoked until its parent ends, though it would have ended before, and no longer', async () => {
    const { id, token, expiresAt } = await authority.createToken({ ...wanted, expires: '3d' }, 'test');
    const child = await narrowToken(token, { readOnly: true, expires: '10m' });
    await ask('POST', '/api/tokens/narrowed/revoke', ADMIN, { token: child });
    const end = new Date(expiresAt).getTime();
    expect(await store.tails.digests(new Date(end - 1))).toEqual([narrowedDigest(child)]);
    expect(await store.tails.digests(new Date(end))).toEqual([]);
    // Said twice, it stays the same.
    await ask('POST', '/api/tokens/narrowed/revoke', ADMIN, { id, digest: narrowedDigest(child) });
    expect(await store.tails.digests(new Date(end))).toEqual([]);
    expect(await actions(id)).toEqual(['token.created', 'token.narrowed.revoked']);
  });

  test.each([
    [{ token: 'ambp_x' }, 404],
    [{ id: 'tok_0OyB1hXWzXQ1ab2cd', digest: 'ab'.repeat(32) }, 404],
    [{ id: 'tok_0OyB1hXWzXQ1ab2cd' }, 400],
    [{ digest: 'ab'.repeat(32) }, 400],
    [{ token: 'ambn_x', digest: 'ab'.repeat(32) }, 400],
    [{ id: 'tok_x', digest: 'AB' }, 400],
  ])('is not revoked by %j', async (body, status) => {
    expect((await ask('POST', '/api/tokens/narrowed/revoke', ADMIN, body)).status).toBe(status);
    expect(await store.tails.digests(new Date(0))).toEqual([]);
  });
});

describe('reports of GitHub', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
  const signed = (body: string, id = 'k1'): Record<string, string> => ({
    'github-public-key-identifier': id,
    'github-public-key-signature': sign('sha256', Buffer.from(body), privateKey).toString('base64'),
  });

  test('are not heard unless that is configured', async () => {
    expect((await ask('POST', '/api/leaks/github', undefined, '[]', signed('[]'))).status).toBe(404);
  });

  test('that are signed revoke what is ours, and say which it was', async () => {
    app = openApp(createReportVerifier({ keys: { k1: pem } }));
    const { id, token } = await authority.createToken(wanted, 'test');
    const report = JSON.stringify([
      { token, type: 'ambit', url: 'https://github.com/a/b\u0000', source: 'commit' },
      { token: 'ambp_none', type: 'ambit', url: null, source: 'commit' },
      { token: ADMIN, type: 'ambit', url: null, source: 'commit' },
    ]);
    const { status, body } = await ask('POST', '/api/leaks/github', undefined, report, signed(report));
    expect([status, body]).toEqual([
      200,
      [
        { token_raw: token, token_type: 'ambit', label: 'true_positive' },
        { token_raw: 'ambp_none', token_type: 'ambit', label: 'false_positive' },
        { token_raw: ADMIN, token_type: 'ambit', label: 'true_positive' },
      ],
    ]);
    expect(await isGood(token)).toBe(false);
    const row = (await authority.listAudit({ token: id })).entries.find(
      ({ action }) => action === 'token.leaked',
    );
    expect(row?.details).toEqual({ source: 'github commit', url: 'https://github.com/a/b?' });
  });

  test.each([
    ['no signature', () => ({ 'github-public-key-identifier': 'k1' })],
    [
      'no identifier',
      (body: string) => ({
        'github-public-key-signature': signed(body)['github-public-key-signature'] ?? '',
      }),
    ],
    ['a signature over another body', (body: string) => signed(`${body} `)],
    ['another key', (body: string) => signed(body, 'k2')],
    [
      'what is no signature',
      () => ({ 'github-public-key-identifier': 'k1', 'github-public-key-signature': '!' }),
    ],
  ])('with %s are refused, and revoke nothing', async (_what, headers) => {
    app = openApp(createReportVerifier({ keys: { k1: pem } }));
    const { token } = await authority.createToken(wanted, 'test');
    const report = JSON.stringify([{ token, type: 't', url: 'u', source: 's' }]);
    const { status, body } = await ask('POST', '/api/leaks/github', undefined, report, headers(report));
    expect([status, body]).toMatchObject([403, { error: { code: 'SIGNATURE_REFUSED' } }]);
    expect(await isGood(token)).toBe(true);
  });

  test('are believed by keys that are fetched, and fetched again at most each minute', async () => {
    let fetches = 0;
    const list = JSON.stringify({ public_keys: [{ key_identifier: 'k1', key: pem, is_current: true }] });
    const server = createServer((_request, response) => {
      fetches += 1;
      response.end(list);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    let time = 0;
    const { port } = server.address() as AddressInfo;
    const verify = createReportVerifier({ keysUrl: `http://127.0.0.1:${port}/` }, () => time);
    const verified = (id: string): Promise<boolean> => {
      const headers = signed('[]', id);
      return verify({
        body: Buffer.from('[]'),
        keyIdentifier: headers['github-public-key-identifier'],
        signature: headers['github-public-key-signature'],
      });
    };
    const first = await Promise.all([verified('k1'), verified('k1'), verified('k9')]);
    expect([first, fetches]).toEqual([[true, true, false], 1]);
    await verified('k9');
    expect(fetches).toBe(1);
    time = 60_001;
    expect([await verified('k9'), await verified('k1'), fetches]).toEqual([false, true, 2]);
    server.close();
    server.closeAllConnections();
    time = 3 * 3_600_000;
    expect(await verified('k1')).toBe(true);
  });

  test('cannot be configured with a key on another curve', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey;
    const key = String(other.export({ type: 'spki', format: 'pem' }));
    expect(() => createReportVerifier({ keys: { k1: key } })).toThrow(/P-256/);
  });
});
