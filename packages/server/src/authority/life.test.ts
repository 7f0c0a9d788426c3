import { randomBytes } from 'node:crypto';

import type { Grants } from 'ambit';
import { narrowToken } from 'ambit/narrow';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { type Authority, createAuthority, type Refusal } from '../authority.ts';
import { openLocalFeed } from '../feed/feed.ts';
import type { RootKeys } from '../rootkey.ts';
import { type MemoryStore, openMemoryStore } from '../store/memory.ts';
import type { StoredPerson } from '../store/people.ts';
import { DEFAULT_POLICY, type TokenPolicy } from '../tokens/policy.ts';
import { refuseUnusable } from './issue.ts';
import { narrowForTests } from './narrow-for-tests.ts';

const DAY = 24 * 60 * 60_000;
const rootKeys: RootKeys = { current: 1, keys: new Map([[1, randomBytes(32)]]) };
const start = new Date('2026-01-01T00:00:00Z');
let store: MemoryStore;
let authority: Authority;
let refusals: Refusal[];
let time: Date;

beforeAll(async () => {
  store = await openMemoryStore();
});
afterAll(() => store.close());

const open = async (policy: Partial<TokenPolicy> = {}): Promise<Authority> =>
  createAuthority({
    store,
    feed: await openLocalFeed(store),
    rootKeys,
    narrow: narrowForTests,
    checkGrants: () => [],
    policy: { ...DEFAULT_POLICY, ...policy },
    onRefused: (refusal) => refusals.push(refusal),
    now: () => time,
  });

beforeEach(async () => {
  await store.clear();
  refusals = [];
  time = start;
  authority = await open();
});

const wanted = {
  name: 'job',
  subject: 'ann',
  scopes: ['read', 'write'],
  granular: [{ permissions: ['read_issue', 'create_issue'], boundary: { project: 'acme/web' } }],
};
const later = (milliseconds: number): void => {
  time = new Date(time.getTime() + milliseconds);
};
const isGood = async (token: string): Promise<boolean> => 'grants' in (await authority.authenticate(token));
const actions = async (token?: string): Promise<string[]> =>
  (await authority.listAudit({ token })).entries.map(({ action }) => action).reverse();
const codeOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'done',
    (error: { code?: unknown }) => error.code ?? error,
  );
/** How often each outcome came. */
const tally = (outcomes: readonly unknown[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) counts[String(outcome)] = (counts[String(outcome)] ?? 0) + 1;
  return counts;
};
const FIFTY = Array.from({ length: 50 }, (_, index) => index);

describe('rotation', () => {
  test('gives the same grants, for as long as the old token was to live', async () => {
    const old = await authority.createToken({ ...wanted, expires: '7d', note: 'why' }, 'test');
    later(2 * DAY);
    const next = await authority.rotateToken(old.id, {}, 'test');
    expect(next).toMatchObject({
      replaces: old.id,
      expiresAt: '2026-01-10T00:00:00.000Z',
      oldLivesUntil: '2026-01-04T00:00:00.000Z',
    });
    expect(next.grants).toEqual({ ...old.grants, expires: next.expiresAt });
    expect(await authority.showToken(next.id)).toMatchObject({ name: 'job', note: 'why', family: old.id });
    expect(await authority.showToken(old.id)).toMatchObject({ status: 'active', replacedBy: next.id });
    expect(await actions(old.id)).toEqual(['token.created', 'token.rotated']);
    expect(await actions(next.id)).toContain('token.created');
  });

  test('leaves the old token until the new one is used first, and not beyond', async () => {
    const old = await authority.createToken(wanted, 'test');
    const next = await authority.rotateToken(old.id, {}, 'test');
    expect(await isGood(old.token)).toBe(true);
    expect(await isGood(next.token)).toBe(true);
    expect(await isGood(old.token)).toBe(false);
    expect(refusals).toEqual(['rotated']);
    expect(await authority.showToken(old.id)).toMatchObject({ status: 'rotated' });
    expect(await actions(old.id)).toContain('token.rotated.used');
  });

  test.each([
    ['the configured overlap', {}, DAY],
    ['an overlap that was asked for', { overlap: '15m' }, 900_000],
    ['no overlap', { overlap: '0m' }, 0],
  ])('leaves the old token for %s where the new one is never used', async (_what, rotation, length) => {
    const old = await authority.createToken(wanted, 'test');
    const next = await authority.rotateToken(old.id, rotation, 'test');
    if (length > 0) {
      later(length - 1);
      const found = await authority.authenticate(old.token);
      expect(found).toMatchObject({ grants: { expires: next.oldLivesUntil } });
      later(1);
    }
    expect(await isGood(old.token)).toBe(false);
    expect(await isGood(next.token)).toBe(true);
  });

  test('never lets the old token live longer than it was to', async () => {
    const old = await authority.createToken({ ...wanted, expires: '1h' }, 'test');
    later(1_800_000);
    expect(await authority.rotateToken(old.id, {}, 'test')).toMatchObject({ oldLivesUntil: old.expiresAt });
  });

  test.each([
    ['rotated', 'TOKEN_ROTATED'],
    ['revoked', 'TOKEN_ENDED'],
    ['expired', 'TOKEN_ENDED'],
  ])('is refused for a token that is %s', async (how, code) => {
    const { id } = await authority.createToken({ ...wanted, expires: '1h' }, 'test');
    if (how === 'rotated') await authority.rotateToken(id, {}, 'test');
    else if (how === 'revoked') await authority.revokeToken(id, 'test');
    else later(3_600_000);
    expect(await codeOf(authority.rotateToken(id, {}, 'test'))).toBe(code);
    expect(await codeOf(authority.changeToken(id, { name: 'n' }, 'test'))).toBe(code);
  });

  test.each([
    [{ expires: '366d' }, 'EXPIRY_REFUSED'],
    [{ expires: 'soon' }, 'INPUT_INVALID'],
    [{ overlap: '25h' }, 'INPUT_INVALID'],
    [{ overlap: 'x' }, 'INPUT_INVALID'],
  ])('with %j is refused, and the old token stays as it was', async (rotation, code) => {
    const { id, token } = await authority.createToken(wanted, 'test');
    expect(await codeOf(authority.rotateToken(id, rotation, 'test'))).toBe(code);
    expect(await authority.showToken(id)).toMatchObject({ replacedBy: null, livesUntil: null });
    expect(await isGood(token)).toBe(true);
  });

  test('in a line ends all before, whichever is used', async () => {
    const first = await authority.createToken(wanted, 'test');
    const second = await authority.rotateToken(first.id, {}, 'test');
    const third = await authority.rotateToken(second.id, {}, 'test');
    expect(await isGood(second.token)).toBe(true);
    expect([await isGood(first.token), await isGood(second.token)]).toEqual([false, true]);
    expect(await isGood(third.token)).toBe(true);
    expect([await isGood(second.token), await isGood(third.token)]).toEqual([false, true]);
  });

  test('is audited once for a replaced token however often that is sent', async () => {
    const old = await authority.createToken(wanted, 'test');
    await authority.rotateToken(old.id, { overlap: '0m' }, 'test');
    for (const _ of FIFTY) await authority.authenticate(old.token);
    expect(tally(await actions(old.id))['token.rotated.used']).toBe(1);
  });
});

describe('fifty at once', () => {
  test('rotate one token: one wins, and there is one new token', async () => {
    const { id } = await authority.createToken(wanted, 'test');
    const outcomes = await Promise.all(FIFTY.map(() => codeOf(authority.rotateToken(id, {}, 'test'))));
    expect(tally(outcomes)).toEqual({ done: 1, TOKEN_ROTATED: 49 });
    expect((await authority.listTokens()).tokens).toHaveLength(2);
  });

  test('rotate and revoke: what was revoked is never rotated afterwards', async () => {
    const { id, token } = await authority.createToken(wanted, 'test');
    const outcomes = await Promise.all(
      FIFTY.map((index) =>
        codeOf(
          index % 2 === 0 ? authority.rotateToken(id, {}, 'test') : authority.revokeToken(id, 'test', 'race'),
        ),
      ),
    );
    const done = await actions(id);
    expect(tally(done)['token.revoked']).toBe(1);
    expect(tally(done)['token.rotated'] ?? 0).toBeLessThanOrEqual(1);
    expect(done.lastIndexOf('token.rotated')).toBeLessThan(done.indexOf('token.revoked'));
    expect(tally(outcomes)['done']).toBeGreaterThanOrEqual(25);
    expect(await isGood(token)).toBe(false);
  });

  test('use the new token first: the old one ends once, and all are let through', async () => {
    const old = await authority.createToken(wanted, 'test');
    const next = await authority.rotateToken(old.id, {}, 'test');
    const before = await store.changes.newest();
    const found = await Promise.all(FIFTY.map(() => isGood(next.token)));
    expect(tally(found)).toEqual({ true: 50 });
    const told = await store.changes.after(before);
    expect(told.map(({ ref }) => ref)).toEqual([next.id, old.id]);
    expect(await isGood(old.token)).toBe(false);
  });

  test('shrink to different scopes: what is left was left by one of them, and is never more', async () => {
    const scopes = FIFTY.map((index) => `s${index}`);
    const { id } = await authority.createToken({ name: 'n', scopes }, 'test');
    const outcomes = await Promise.all(
      scopes.map((scope) => codeOf(authority.changeToken(id, { scopes: [scope] }, 'test'))),
    );
    expect(tally(outcomes)).toEqual({ done: 1, GRANTS_REFUSED: 49 });
    expect((await authority.showToken(id)).grants.scopes).toHaveLength(1);
  });
});

describe('a change', () => {
  test('that shrinks counts from the next request on', async () => {
    const { id, token } = await authority.createToken(wanted, 'test');
    await authority.authenticate(token);
    const left = {
      scopes: ['read'],
      granular: [{ permissions: ['read_issue'], boundary: { project: 'acme/web' } }],
    };
    expect(await authority.changeToken(id, left, 'test')).toMatchObject({ grants: left });
    expect(await authority.authenticate(token)).toMatchObject({ grants: left });
    expect(await actions(id)).toEqual(['token.created', 'token.changed']);
  });

  test.each([
    ['a scope that is not held', { scopes: ['read', 'admin'] }],
    ['a wider scope by the name of one that is held', { scopes: ['read*'] }],
    ['another case', { scopes: ['READ'] }],
    [
      'a permission that is not held',
      { granular: [{ permissions: ['delete_issue'], boundary: { project: 'acme/web' } }] },
    ],
    ['another place', { granular: [{ permissions: ['read_issue'], boundary: { project: 'acme/api' } }] }],
    ['a place above', { granular: [{ permissions: ['read_issue'], boundary: { group: 'acme' } }] }],
    ['everywhere', { granular: [{ permissions: ['read_issue'], boundary: 'instance' as const }] }],
    ['nothing at all', { scopes: [], granular: [] }],
  ])('to %s is refused, and nothing of it is done', async (_what, change) => {
    const { id, token, grants } = await authority.createToken(wanted, 'test');
    expect(await codeOf(authority.changeToken(id, { name: 'other', ...change }, 'test'))).toBe(
      'GRANTS_REFUSED',
    );
    expect(await authority.authenticate(token)).toMatchObject({ grants });
    expect(await authority.showToken(id)).toMatchObject({ name: 'job' });
  });

  test('of name, note and limit leaves the grants, and null takes away', async () => {
    const { id, grants } = await authority.createToken({ ...wanted, note: 'a' }, 'test');
    const rateLimit = { requests: 5, seconds: 60 };
    expect(await authority.changeToken(id, { name: 'b', rateLimit }, 'test')).toMatchObject({
      name: 'b',
      note: 'a',
      rateLimit,
      grants,
    });
    expect(await authority.changeToken(id, { note: null, rateLimit: null }, 'test')).toMatchObject({
      name: 'b',
      note: null,
      rateLimit: null,
      grants,
    });
  });
});

describe('the longest life', () => {
  test('counts at use when it was lowered after the token was made', async () => {
    const { id, token } = await authority.createToken({ ...wanted, expires: '90d' }, 'test');
    authority = await open({ maxExpiry: 7 * DAY });
    expect(await authority.showToken(id)).toMatchObject({ expiresAt: '2026-01-08T00:00:00.000Z' });
    later(7 * DAY - 1);
    expect(await authority.authenticate(token)).toMatchObject({
      grants: { expires: '2026-01-08T00:00:00.000Z' },
    });
    expect((await authority.listTokens({ status: 'active' })).tokens).toHaveLength(1);
    later(1);
    expect(await isGood(token)).toBe(false);
    expect(refusals).toEqual(['expired']);
    expect((await authority.listTokens({ status: 'expired' })).tokens).toHaveLength(1);
    expect((await authority.listTokens({ status: 'active' })).tokens).toEqual([]);
  });

  test('is asked when a token is made and rotated, and bounds the default', async () => {
    authority = await open({ maxExpiry: 7 * DAY });
    expect(await codeOf(authority.createToken({ ...wanted, expires: '8d' }, 'test'))).toBe('EXPIRY_REFUSED');
    const made = await authority.createToken(wanted, 'test');
    expect(made.expiresAt).toBe('2026-01-08T00:00:00.000Z');
    expect(await codeOf(authority.rotateToken(made.id, { expires: '8d' }, 'test'))).toBe('EXPIRY_REFUSED');
    authority = await open({ maxExpiry: 3 * DAY });
    expect(await authority.rotateToken(made.id, {}, 'test')).toMatchObject({
      expiresAt: '2026-01-04T00:00:00.000Z',
    });
  });
});

describe('the limit of requests', () => {
  const limited = {
    problem: 'rate_limited',
    headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) },
  };

  test('is the own one of a token, else the configured one, and says how much is left', async () => {
    authority = await open({ rateLimit: { requests: 1, seconds: 60 } });
    const own = await authority.createToken({ ...wanted, rateLimit: { requests: 2, seconds: 60 } }, 'test');
    const other = await authority.createToken(wanted, 'test');
    expect(await authority.authenticate(own.token)).toMatchObject({
      headers: {
        'ratelimit-policy': '"token";q=2;w=60',
        ratelimit: expect.stringMatching(/^"token";r=1;t=\d+$/),
      },
    });
    expect(await isGood(own.token)).toBe(true);
    expect(await authority.authenticate(own.token)).toMatchObject(limited);
    expect(await isGood(other.token)).toBe(true);
    expect(await authority.authenticate(other.token)).toMatchObject(limited);
  });

  test('that is lowered counts at once', async () => {
    const { id, token } = await authority.createToken(
      { ...wanted, rateLimit: { requests: 9, seconds: 60 } },
      'test',
    );
    expect([await isGood(token), await isGood(token)]).toEqual([true, true]);
    await authority.changeToken(id, { rateLimit: { requests: 2, seconds: 60 } }, 'test');
    expect(await authority.authenticate(token)).toMatchObject(limited);
  });

  test('lets exactly as many of fifty through', async () => {
    const { token } = await authority.createToken(
      { ...wanted, rateLimit: { requests: 7, seconds: 60 } },
      'test',
    );
    expect(tally(await Promise.all(FIFTY.map(() => isGood(token))))).toEqual({ true: 7, false: 43 });
  });
});

describe('the last use', () => {
  test('is known at once, and written only when it is flushed', async () => {
    const { id, token } = await authority.createToken(wanted, 'test');
    expect(await authority.showToken(id)).toMatchObject({ lastUsedAt: null, lastUsedFor: null });
    later(1_000);
    const found = await authority.authenticate(token);
    if ('grants' in found) authority.noteUse(found.grants, ['Mutation.createIssue', 'Mutation.createIssue']);
    const known = { lastUsedAt: '2026-01-01T00:00:01.000Z', lastUsedFor: 'Mutation.createIssue' };
    expect(await authority.showToken(id)).toMatchObject(known);
    expect(await store.tokens.find(id)).toMatchObject({ lastUsedAt: undefined });
    await authority.close();
    expect(await store.tokens.find(id)).toMatchObject({
      lastUsedAt: time,
      lastUsedFor: 'Mutation.createIssue',
    });
    expect(await (await open()).showToken(id)).toMatchObject(known);
  });

  test('is not moved by a token that is refused', async () => {
    const { id, token } = await authority.createToken(wanted, 'test');
    await authority.revokeToken(id, 'test', 'leaked');
    await isGood(token);
    expect(await authority.showToken(id)).toMatchObject({ lastUsedAt: null, revokedBecause: 'leaked' });
  });
});

describe('the list', () => {
  test('is by subject and status, and in pages', async () => {
    const made: string[] = [];
    for (const subject of ['ann', 'bob', 'ann', 'ann', 'bob']) {
      made.push((await authority.createToken({ ...wanted, subject }, 'test')).id);
      later(1);
    }
    await authority.revokeToken(made[2]!, 'test');
    const idsOf = async (query: Parameters<Authority['listTokens']>[0]): Promise<string[]> =>
      (await authority.listTokens(query)).tokens.map(({ id }) => id);
    expect(await idsOf({ subject: 'ann' })).toEqual([made[0], made[2], made[3]]);
    expect(await idsOf({ subject: 'ann', status: 'active' })).toEqual([made[0], made[3]]);
    expect(await idsOf({ status: 'revoked' })).toEqual([made[2]]);
    const pages: string[][] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const page = await authority.listTokens({ limit: '2', after });
      pages.push(page.tokens.map(({ id }) => id));
      after = page.next;
    }
    expect(pages).toEqual([made.slice(0, 2), made.slice(2, 4), made.slice(4)]);
  });
});

test('the tokens of a person who is disabled count no more, until the person is let in again', async () => {
  const person: StoredPerson = {
    id: 'per_ann',
    subject: 'ann',
    name: 'Ann',
    passwordHash: undefined,
    mustChangePassword: false,
    isAdmin: false,
    issuer: undefined,
    issuerSubject: undefined,
    createdAt: start,
    disabledAt: undefined,
  };
  await store.write((unit) => unit.people.insert(person));
  const feed = await openLocalFeed(store);
  const { token } = await authority.createToken(wanted, 'test');
  const letIn = async (at: Date | undefined): Promise<unknown> => {
    await store.write(async (unit) => {
      await unit.people.setDisabled('per_ann', at);
      await unit.changes.add('subject', 'ann', start);
    });
    await feed.catchUp();
    return authority.authenticate(token);
  };
  expect(await authority.authenticate(token)).toHaveProperty('grants');
  expect(await letIn(start)).toMatchObject({ problem: 'invalid_token' });
  expect(await letIn(undefined)).toHaveProperty('grants');
});

describe('a narrowed token of one that was rotated', () => {
  test('is refused like any other, and ends nothing', async () => {
    // What narrows has the clock of the machine.
    time = new Date();
    const old = await authority.createToken(wanted, 'test');
    const narrowed = await narrowToken(old.token, { readOnly: true, expires: '10m' });
    const next = await authority.rotateToken(old.id, {}, 'test');
    expect(await isGood(next.token)).toBe(true);
    for (const asked of [authority.self.show, authority.self.revoke])
      expect(await codeOf(asked(narrowed))).toBe('TOKEN_REQUIRED');
    expect(await codeOf(authority.self.rotate(narrowed, {}))).toBe('TOKEN_REQUIRED');
    expect(await isGood(narrowed)).toBe(false);
    expect(await isGood(next.token)).toBe(true);
    expect(await actions(old.id)).toEqual(['token.created', 'token.rotated']);
  });
});

describe('a line of rotations', () => {
  test('is shrunk whole, with what still lives of it', async () => {
    const old = await authority.createToken(wanted, 'test');
    const next = await authority.self.rotate(old.token, {});
    expect(await codeOf(authority.changeToken(old.id, { scopes: ['read'] }, 'test'))).toBe('TOKEN_ROTATED');
    await authority.changeToken(next.id, { scopes: ['read'], granular: [] }, 'test');
    const found = await authority.authenticate(old.token);
    if (!('grants' in found)) throw new TypeError('the old token still lives');
    expect([found.grants.scopes, found.grants.granular]).toEqual([['read'], undefined]);
  });

  test('has one limit', async () => {
    authority = await open({ rateLimit: { requests: 3, seconds: 60 } });
    const old = await authority.createToken(wanted, 'test');
    const next = await authority.self.rotate(old.token, {});
    expect([await isGood(old.token), await isGood(next.token), await isGood(next.token)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test.each(['revoked', 'reported'])('that a token made itself ends when it is %s', async (how) => {
    const old = await authority.createToken(wanted, 'test');
    const second = await authority.self.rotate(old.token, {});
    const third = await authority.self.rotate(second.token, {});
    if (how === 'revoked') await authority.revokeToken(old.id, 'test');
    else await authority.revokeLeaked([{ token: old.token, source: 'finder' }]);
    expect([await isGood(second.token), await isGood(third.token)]).toEqual([false, false]);
    expect(await actions(third.id)).toEqual(['token.created', 'token.revoked']);
  });

  test('that somebody else made stays', async () => {
    const old = await authority.createToken(wanted, 'test');
    const next = await authority.rotateToken(old.id, {}, 'admin');
    await authority.revokeToken(old.id, 'test');
    expect(await isGood(next.token)).toBe(true);
  });
});

test.each(['createNote', 'api:graphql:mutation:createNote'])(
  'the scope %s is refused with the one that is meant',
  (scope) => {
    const check = ({ scopes = [] }: Grants): readonly { message: string }[] =>
      scopes[0] === 'api:graphql:mutate:createNote' ? [] : [{ message: 'no such scope' }];
    expect(() => refuseUnusable({ scopes: [scope] }, check)).toThrow(
      expect.objectContaining({ suggestion: 'api:graphql:mutate:createNote' }),
    );
  },
);
