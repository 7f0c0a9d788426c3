import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Refusal } from './authority.ts';
import { type Authority, createAuthority, type GrantProblem } from './authority.ts';
import { openLocalFeed } from './feed/feed.ts';
import type { RootKeys } from './rootkey.ts';
import { type MemoryStore, openMemoryStore } from './store/memory.ts';
import type { Store } from './store/store.ts';
import { mint } from './tokens/format.ts';

const rootKeys: RootKeys = { current: 1, keys: new Map([[1, randomBytes(32)]]) };
let store: MemoryStore;
let authority: Authority;
let refusals: [Refusal, string | undefined][];
let time: Date;
let problems: GrantProblem[];
let lookUps: number;
let writes: Store['write'] | undefined;

/** The store, counting how often it is asked for a token. */
const counting = (): Store => ({
  ...store,
  write: (work) => (writes ?? store.write)(work),
  tokens: {
    ...store.tokens,
    findByIdHash(idHash) {
      lookUps += 1;
      return store.tokens.findByIdHash(idHash);
    },
  },
});

beforeAll(async () => {
  store = await openMemoryStore();
});
afterAll(() => store.close());

beforeEach(async () => {
  await store.clear();
  lookUps = 0;
  writes = undefined;
  refusals = [];
  problems = [];
  time = new Date('2026-01-01T00:00:00Z');
  authority = await createAuthority({
    store: counting(),
    feed: await openLocalFeed(store),
    rootKeys,
    checkGrants: () => problems,
    onRefused: (refusal, id) => refusals.push([refusal, id]),
    now: () => time,
  });
});

const read = { name: 'reader', subject: 'ann', scopes: ['read_api'] };

test('a token that was made is recognised with its grants', async () => {
  const created = await authority.createToken(read, 'test');
  expect(await authority.authenticate(created.token)).toEqual({
    grants: created.grants,
    credential: { kind: 'personal', id: created.id, parentId: created.id, labels: [] },
  });
  expect(created.grants).toEqual({
    subject: 'ann',
    scopes: ['read_api'],
    expires: '2026-01-31T00:00:00.000Z',
  });
});

test('a token with a wrong character or a wrong checksum never reaches the store', async () => {
  const { token } = await authority.createToken(read, 'test');
  const refused = [`${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`, '', 'ambp_', 'x', `${token} `];
  for (const text of refused)
    expect(await authority.authenticate(text)).toMatchObject({ problem: 'invalid_token' });
  expect(lookUps).toBe(0);
  expect(refusals.map(([refusal]) => refusal)).toEqual(refused.map(() => 'malformed'));
});

test('a well-formed token under a foreign root key never reaches the store', async () => {
  const forged = mint({ current: 1, keys: new Map([[1, randomBytes(32)]]) });
  const otherKey = mint({ current: 9, keys: new Map([[9, randomBytes(32)]]) });
  expect(await authority.authenticate(forged.token)).toMatchObject({ problem: 'invalid_token' });
  expect(await authority.authenticate(otherKey.token)).toMatchObject({ problem: 'invalid_token' });
  expect(lookUps).toBe(0);
  expect(refusals.map(([refusal]) => refusal)).toEqual(['forged', 'forged']);
});

test('a revoked token is refused at once, and revoking again changes nothing', async () => {
  const { id, token } = await authority.createToken(read, 'test');
  const first = await authority.revokeToken(id, 'test');
  expect(await authority.authenticate(token)).toMatchObject({ problem: 'invalid_token' });
  expect(refusals).toEqual([['revoked', id]]);
  time = new Date('2026-01-02T00:00:00Z');
  expect((await authority.revokeToken(id, 'test')).revokedAt).toBe(first.revokedAt);
});

test('a token is valid until its expiry and not at it', async () => {
  const { token } = await authority.createToken({ ...read, expires: '15m' }, 'test');
  time = new Date('2026-01-01T00:14:59.999Z');
  expect(await authority.authenticate(token)).toHaveProperty('grants');
  time = new Date('2026-01-01T00:15:00Z');
  expect(await authority.authenticate(token)).toMatchObject({ problem: 'invalid_token' });
});

test('every refusal has the same answer, byte for byte', async () => {
  const revoked = await authority.createToken(read, 'test');
  await authority.revokeToken(revoked.id, 'test');
  const unknown = mint(rootKeys);
  const answers = ['nonsense', unknown.token, revoked.token].map((token) => authority.authenticate(token));
  expect(new Set((await Promise.all(answers)).map((answer) => JSON.stringify(answer))).size).toBe(1);
});

test('unknown ids are refused without being repeated', async () => {
  const { token } = await authority.createToken(read, 'test');
  const refusal = await authority.revokeToken(token, 'test').catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: 'TOKEN_UNKNOWN' });
  expect(JSON.stringify(refusal) + String(refusal)).not.toContain(token);
});

test.each(['', '\u0000', '\ud800', 'tok_', 'tok_1', `tok_${'a'.repeat(16)}\u0000`])(
  'what cannot be an id, such as %j, is unknown without the store being asked',
  async (id) => {
    writes = () => Promise.reject(new Error('asked'));
    await expect(authority.revokeToken(id, 'test')).rejects.toMatchObject({ code: 'TOKEN_UNKNOWN' });
  },
);

test.each([
  { ...read, name: 'a\u0000' },
  { ...read, subject: '\ud800' },
  { ...read, granular: [{ permissions: ['p'], boundary: { project: 'a\u0000' } }] },
])('a request with text that no store keeps, %j, is refused by the authority itself', async (request) => {
  await expect(authority.createToken(request, 'test')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  expect(await store.tokens.list()).toEqual([]);
});

test('neither the list nor the store holds anything from which the token can be made', async () => {
  const { token } = await authority.createToken(read, 'test');
  const kept = JSON.stringify([
    (await authority.listTokens()).tokens,
    await store.tokens.list(),
    [...(await store.keys.checks())],
  ]);
  expect(kept).not.toContain(token.slice(5, 25));
  expect(kept).not.toContain('tail');
  expect((await authority.listTokens()).tokens[0]).toMatchObject({
    name: 'reader',
    status: 'active',
    createdBy: 'test',
  });
});

test('a token that would hold nothing is refused with what to add', async () => {
  const refusal = authority.createToken({ name: 'empty', scopes: [], granular: [] }, 'test');
  await expect(refusal).rejects.toMatchObject({
    code: 'GRANTS_REFUSED',
    suggestion: expect.stringContaining('Add a scope'),
  });
});

test('everything that the API has against the grants is said at once, and nothing is stored', async () => {
  problems = [{ message: 'no scope `a`', suggestion: 'did you mean `b`?' }, { message: 'no permission `c`' }];
  await expect(authority.createToken(read, 'test')).rejects.toMatchObject({
    code: 'GRANTS_REFUSED',
    message: 'no scope `a`\nno permission `c`',
    suggestion: 'did you mean `b`?',
  });
  expect(await store.tokens.list()).toEqual([]);
});

test('a store of another root key, or of a key that is missing, is refused', async () => {
  const other = (id: number): RootKeys => ({ current: id, keys: new Map([[id, randomBytes(32)]]) });
  const open = async (keys: RootKeys): Promise<Authority> =>
    createAuthority({
      store,
      feed: await openLocalFeed(store),
      rootKeys: keys,
      checkGrants: () => [],
      now: () => time,
    });
  await expect(open(other(1))).rejects.toMatchObject({ code: 'ROOT_KEY_INVALID' });
  await expect(open(other(2))).rejects.toMatchObject({ code: 'ROOT_KEY_LOST' });
  const rotated = { current: 2, keys: new Map([...rootKeys.keys, ...other(2).keys]) };
  const { token } = await authority.createToken(read, 'test');
  expect(await (await open(rotated)).authenticate(token)).toHaveProperty('grants');
});
