import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { type Feed, openLocalFeed } from '../feed/feed.ts';
import type { Heard } from '../feed/heard.ts';
import { type MemoryStore, openMemoryStore } from '../store/memory.ts';
import { RevokedLinks } from './revokedlinks.ts';

const now = new Date('2026-01-01T00:00:00Z');
const until = new Date('2026-01-02T00:00:00Z');
let store: MemoryStore;
let feed: Feed;

beforeAll(async () => {
  store = await openMemoryStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  await store.clear();
  feed = await openLocalFeed({ changes: store.changes });
});

const revoke = (digest: string, end = until): Promise<void> =>
  store.write(async (unit) => {
    await unit.tails.add({ digest, tokenId: 'tok_1', at: now, until: end });
    await unit.changes.add('tail', digest, now);
  });

test('what was revoked before the start is known, but for what no longer counts', async () => {
  await revoke('a');
  await revoke('b', now);
  const links = await RevokedLinks.open({ store, feed, now: () => now });
  expect([links.has('a'), links.has('b'), links.has('c')]).toEqual([true, false, false]);
});

test('what is revoked later is heard of', async () => {
  const links = await RevokedLinks.open({ store, feed, now: () => now });
  await revoke('a');
  expect(links.has('a')).toBe(false);
  await feed.catchUp();
  expect(links.has('a')).toBe(true);
});

test('the store is asked while the feed may be behind, and its failure is a refusal', async () => {
  let asks = () => store.tails.has('a');
  const behind: Feed = { ...feed, heard: 0n, isFresh: () => false };
  const links = await RevokedLinks.open({
    store: { tails: { ...store.tails, has: () => asks() } },
    feed: behind,
    now: () => now,
  });
  await revoke('a');
  expect(await links.has('a')).toBe(true);
  asks = () => Promise.reject(new Error('gone'));
  await expect(links.has('b')).rejects.toThrow('gone');
});

test('what the store said once stays, though the feed is fresh again and has not told of it', async () => {
  let isFresh = false;
  const behind: Feed = { ...feed, heard: 0n, isFresh: () => isFresh };
  const links = await RevokedLinks.open({ store, feed: behind, now: () => now });
  await revoke('a');
  expect(await links.has('a')).toBe(true);
  isFresh = true;
  expect(await links.has('a')).toBe(true);
});

test('one that is revoked twice counts for the longer time, and is forgotten after it', async () => {
  await revoke('a', until);
  await revoke('a', now);
  expect(await store.tails.digests(now)).toEqual(['a']);
  await store.write((unit) => unit.tails.prune(until));
  expect(await store.tails.has('a')).toBe(false);
});

test('where it cannot be told what changed, the store is asked until everything was read anew', async () => {
  const tell: ((change: Heard) => void)[] = [];
  const listening: Pick<Feed, 'isFresh' | 'listen'> = {
    isFresh: () => true,
    listen(listener) {
      tell.push(listener);
      return () => undefined;
    },
  };
  let digests = store.tails.digests;
  const tails = { ...store.tails, digests: (at: Date) => digests(at) };
  const links = await RevokedLinks.open({ store: { tails }, feed: listening, now: () => now });
  await revoke('a');
  expect(await links.has('a')).toBe(false);
  digests = () => Promise.reject(new Error('gone'));
  for (const listener of tell) listener({ kind: 'everything' });
  expect(await links.has('a')).toBe(true);
  expect(await links.has('b')).toBe(false);
});
