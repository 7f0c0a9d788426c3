import { afterAll, beforeAll, expect, test } from 'vitest';

import { confirmRootKeys } from '../authority/rootkeys.ts';
import { type MemoryStore, openMemoryStore } from '../store/memory.ts';
import { makeKeys } from './keys.ts';
import { rotated } from './rotate.ts';
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

test('a root key is not missed for them', async () => {
  const keys = new Map([[1, new Uint8Array(32)]]);
  await expect(confirmRootKeys(store, { current: 1, keys })).resolves.toMatchObject({ ignored: [] });
});
