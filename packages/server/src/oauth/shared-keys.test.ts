import { afterAll, beforeAll, expect, test } from 'vitest';

import { confirmRootKeys } from '../authority/rootkeys.ts';
import { type MemoryStore, openMemoryStore } from '../store/memory.ts';
import { makeKeys, parseKeys } from './keys.ts';
import { replaced, rotated } from './rotate.ts';
import { confirmOAuthKeys } from './shared-keys.ts';

let store: MemoryStore;
beforeAll(async () => {
  store = await openMemoryStore();
});
afterAll(() => store.close());

test('servers on one store have the same keys, also while they are rotated one by one', async () => {
  const now = new Date();
  const first = makeKeys();
  const { keys: second } = rotated(first, now, now);
  await confirmOAuthKeys(store, first);
  await confirmOAuthKeys(store, first);
  const others = { code: 'OAUTH_KEYS_INVALID', message: expect.stringContaining('AMBIT_OAUTH_KEYS') };
  await expect(confirmOAuthKeys(store, makeKeys())).rejects.toMatchObject(others);
  await expect(confirmOAuthKeys(store, { ...makeKeys(), cookies: first.cookies })).rejects.toMatchObject(
    others,
  );
  await confirmOAuthKeys(store, second);
  await confirmOAuthKeys(store, first);
  await confirmOAuthKeys(store, rotated(second, now, now).keys);
  await expect(confirmOAuthKeys(store, makeKeys())).rejects.toMatchObject(others);
  const [kept] = [...(await store.keys.checks()).values()];
  for (const secret of [...first.cookies, first.signing[0]?.d ?? '']) expect(kept).not.toContain(secret);
});

test('a set is known however often it was rotated between two starts, and one that leaked does not come back', async () => {
  await store.clear();
  const HOUR = 3_600_000;
  let now = Date.parse('2026-01-01T00:00:00Z');
  const first = makeKeys();
  await confirmOAuthKeys(store, first);
  let keys = first;
  for (let time = 0; time < 15; time += 1) {
    now += 2 * HOUR;
    keys = rotated(keys, new Date(now), new Date(now)).keys;
  }
  // Nothing of the first is in it any more.
  expect(keys.cookies).not.toContain(first.cookies[0]);
  expect(keys.signing.map(({ kid }) => kid)).not.toContain(first.signing[0]?.kid);
  await confirmOAuthKeys(store, keys);
  await confirmOAuthKeys(store, parseKeys(JSON.stringify(keys), 'the test'));
  const others = { code: 'OAUTH_KEYS_INVALID' };
  // One of the line that is long over.
  await expect(confirmOAuthKeys(store, first)).rejects.toMatchObject(others);

  const fresh = replaced(keys).keys;
  for (const secret of [...keys.cookies, ...keys.signing.map(({ d }) => d)])
    expect(JSON.stringify(fresh)).not.toContain(secret);
  await confirmOAuthKeys(store, fresh);
  await expect(confirmOAuthKeys(store, keys)).rejects.toMatchObject(others);
  await expect(confirmOAuthKeys(store, { ...makeKeys(), origin: keys.origin })).rejects.toMatchObject(others);
});

test('a root key is not missed for them', async () => {
  const keys = new Map([[1, new Uint8Array(32)]]);
  await expect(confirmRootKeys(store, { current: 1, keys })).resolves.toMatchObject({ ignored: [] });
});
