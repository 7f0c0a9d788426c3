import { expect, test } from 'vitest';
import type { Change } from '../store/changes.ts';
import type { StoredToken } from '../store/tokens.ts';
import { KnownTokens } from './known.ts';

const token = (idHash: string, revokedAt?: Date): StoredToken => ({
  id: `tok_${idHash}`,
  idHash,
  keyId: 1,
  name: idHash,
  note: undefined,
  grants: {},
  rateLimit: undefined,
  family: `tok_${idHash}`,
  replacedBy: undefined,
  livesUntil: undefined,
  firstUsedAt: undefined,
  lastUsedAt: undefined,
  lastUsedFor: undefined,
  revokedBecause: undefined,
  createdAt: new Date(0),
  expiresAt: new Date(1),
  revokedAt,
  createdBy: 'test',
});

/** A store that answers when it is told to, what it was asked, and a feed in a hand. */
function slowStore() {
  const rows = new Map([token('a'), token('b')].map((one) => [one.idHash, one]));
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const listeners: ((change: Change) => void)[] = [];
  const feed = {
    heard: 0n,
    fresh: true,
    isFresh: () => feed.fresh,
    listen(listener: (change: Change) => void) {
      listeners.push(listener);
      return () => undefined;
    },
    catchUp: async () => undefined,
    close: async () => undefined,
  };
  const find = async (idHash: string): Promise<StoredToken | undefined> => {
    asked.push(idHash);
    const found = rows.get(idHash);
    await new Promise<void>((resolve) => waiting.push(resolve));
    return found;
  };
  const tokens = { findByIdHash: find, find, list: async () => [] };
  const answer = () => {
    for (const resolve of waiting.splice(0)) resolve();
  };
  const revoke = (idHash: string, at: Date) => {
    rows.set(idHash, { ...token(idHash), revokedAt: at });
    const change: Change = { seq: feed.heard + 1n, kind: 'token', ref: `tok_${idHash}`, at };
    for (const listener of listeners) listener(change);
    feed.heard = change.seq;
  };
  return { known: new KnownTokens({ tokens }, feed), asked, answer, revoke, feed };
}

test('the store is asked once for a token that is used again', async () => {
  const { known, asked, answer } = slowStore();
  const first = known.find('a');
  answer();
  expect(await first).toMatchObject({ id: 'tok_a' });
  expect(await known.find('a')).toMatchObject({ id: 'tok_a', revokedAt: undefined });
  expect(asked).toEqual(['a']);
});

test('a revocation is known as soon as it was heard of', async () => {
  const { known, asked, answer, revoke } = slowStore();
  const first = known.find('a');
  answer();
  await first;
  revoke('a', new Date(5));
  const second = known.find('a');
  answer();
  expect(await second).toMatchObject({ revokedAt: new Date(5) });
  expect(asked).toEqual(['a', 'a']);
});

test('what was read before a revocation is not remembered', async () => {
  const { known, answer, revoke } = slowStore();
  const early = known.find('a');
  revoke('a', new Date(5));
  answer();
  await early;
  const late = known.find('a');
  answer();
  expect(await late).toMatchObject({ revokedAt: new Date(5) });
});

test('a token that is not there is asked for again', async () => {
  const { known, asked, answer } = slowStore();
  for (let time = 0; time < 2; time += 1) {
    const found = known.find('nobody');
    answer();
    expect(await found).toBeUndefined();
  }
  expect(asked).toEqual(['nobody', 'nobody']);
});

test('nothing remembered is used while the feed may be behind', async () => {
  const { known, asked, answer, feed } = slowStore();
  const first = known.find('a');
  answer();
  await first;
  feed.fresh = false;
  const second = known.find('a');
  answer();
  await second;
  expect(asked).toEqual(['a', 'a']);
});
