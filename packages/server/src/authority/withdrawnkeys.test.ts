import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { type Feed, openLocalFeed } from '../feed/feed.ts';
import type { Heard } from '../feed/heard.ts';
import { type MemoryStore, openMemoryStore } from '../store/memory.ts';
import { WithdrawnKeys } from './withdrawnkeys.ts';

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

const withdraw = (keyId: number): Promise<void> =>
  store.write(async (unit) => {
    await unit.keys.withdraw(keyId);
    await unit.changes.add('key', String(keyId), new Date());
  });

test('what was withdrawn before the start is known, and what is later is heard of', async () => {
  await withdraw(1);
  const keys = await WithdrawnKeys.open({ store, feed });
  expect([keys.has(1), keys.has(2)]).toEqual([true, false]);
  await withdraw(2);
  expect(keys.has(2)).toBe(false);
  await feed.catchUp();
  expect(keys.has(2)).toBe(true);
});

test('the store is asked while the feed may be behind, what it said stays, and its failure is a refusal', async () => {
  let asks = () => store.keys.withdrawn();
  let isFresh = false;
  const behind: Feed = { ...feed, heard: 0n, isFresh: () => isFresh };
  const keys = await WithdrawnKeys.open({
    store: { keys: { ...store.keys, withdrawn: () => asks() } },
    feed: behind,
  });
  await withdraw(1);
  expect(await keys.has(1)).toBe(true);
  isFresh = true;
  expect(keys.has(1)).toBe(true);
  isFresh = false;
  asks = () => Promise.reject(new Error('gone'));
  await expect(keys.has(2)).rejects.toThrow('gone');
});

test('where it cannot be told what changed, all is read again', async () => {
  let tell = (_change: Heard): void => undefined;
  const keys = await WithdrawnKeys.open({
    store,
    feed: {
      isFresh: () => true,
      listen(listener) {
        tell = listener;
        return () => undefined;
      },
    },
  });
  await withdraw(3);
  expect(keys.has(3)).toBe(false);
  tell({ kind: 'everything' });
  expect(await keys.has(3)).toBe(true);
});
