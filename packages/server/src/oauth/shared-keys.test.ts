import { afterAll, beforeAll, expect, test } from 'vitest';

import { confirmRootKeys } from '../authority/rootkeys.ts';
import { type MemoryStore, openMemoryStore } from '../store/memory.ts';
import { confirmNotGivenUp, watchGivenUp } from './given-up.ts';
import { makeKeys, type OAuthKeys, parseKeys } from './keys.ts';
import { replaced, rotated } from './rotate.ts';
import { confirmOAuthKeys, noteOAuthKeys } from './shared-keys.ts';

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

test('that keys were rotated is in the audit once, and that they are there is not', async () => {
  await store.clear();
  const now = new Date();
  const first = makeKeys();
  const second = rotated(first, now, now).keys;
  for (const keys of [first, first, second, second, first, second, first])
    await confirmOAuthKeys(store, keys);
  const kids = second.signing.map(({ kid }) => kid);
  expect(await store.audit.list({ limit: 10 })).toMatchObject([
    { action: 'key.rotated', actor: 'server', details: { of: 'oauth', keys: kids, leaked: false } },
  ]);
});

test('a rotation after a leak is told as a rotation alone', async () => {
  await store.clear();
  const now = new Date();
  const first = makeKeys();
  const second = replaced(rotated(first, now, now).keys).keys;
  for (const keys of [first, second, rotated(second, now, now).keys]) await confirmOAuthKeys(store, keys);
  const rows = await store.audit.list({ limit: 10 });
  expect(rows.map(({ details }) => details?.['leaked'])).toEqual([false, true]);
});

test('a store in a data folder refuses no set, and takes the last one along', async () => {
  await store.clear();
  const last = makeKeys();
  await noteOAuthKeys(store, makeKeys());
  await noteOAuthKeys(store, last);
  await expect(confirmOAuthKeys(store, makeKeys())).rejects.toMatchObject({ code: 'OAUTH_KEYS_INVALID' });
  await confirmOAuthKeys(store, last);
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

test('what leaked is refused for good: also after its old copy was rotated, beside others, and after more leaks', async () => {
  await store.clear();
  const now = new Date('2026-01-01T00:00:00Z');
  const leaked = makeKeys();
  await confirmOAuthKeys(store, leaked);
  const good = replaced(leaked).keys;
  await confirmOAuthKeys(store, good);
  const others = { code: 'OAUTH_KEYS_INVALID' };
  let fork = leaked;
  // The last of them has no cookie secret and no key of the copy any more.
  for (let time = 1; time < 15; time += 1) {
    const at = new Date(now.getTime() + time * 7_200_000);
    fork = rotated(fork, at, at).keys;
    await expect(confirmOAuthKeys(store, fork)).rejects.toMatchObject(others);
  }
  expect(fork.cookies).not.toContain(leaked.cookies[0]);
  const besides: OAuthKeys = { ...good, signing: [...good.signing, ...leaked.signing] };
  await expect(confirmOAuthKeys(store, besides)).rejects.toMatchObject(others);
  await confirmOAuthKeys(store, good);
  const next = replaced(parseKeys(JSON.stringify(rotated(good, now, now).keys), 'the test')).keys;
  await confirmOAuthKeys(store, next);
  for (const before of [leaked, good]) {
    const back = { ...next, cookies: [...next.cookies, ...before.cookies] };
    await expect(confirmOAuthKeys(store, back)).rejects.toMatchObject(others);
  }
  const kept = [...(await store.keys.checks()).values()].join(' ');
  for (const { cookies, signing } of [leaked, good])
    for (const secret of [...cookies, ...signing.map(({ d }) => d)]) expect(kept).not.toContain(secret);
});

test('in a data folder any keys are taken, but for those that leaked there', async () => {
  await store.clear();
  const first = makeKeys();
  await confirmNotGivenUp(store, first);
  await confirmNotGivenUp(store, replaced(first).keys);
  await confirmNotGivenUp(store, makeKeys());
  const now = new Date();
  for (const back of [first, rotated(first, now, now).keys])
    await expect(confirmNotGivenUp(store, back)).rejects.toMatchObject({ code: 'OAUTH_KEYS_INVALID' });
});

test('a running server hears that its keys leaked, once, and of nothing else', async () => {
  await store.clear();
  let current = makeKeys();
  let suspended = 0;
  const told: object[] = [];
  const log = { error: (what: object) => void told.push(what) };
  const suspend = (): void => {
    suspended += 1;
  };
  const stop = watchGivenUp({ store, current: () => current, suspend, log: log as never, everyMs: 5 });
  const fresh = replaced(current).keys;
  await confirmNotGivenUp(store, replaced(makeKeys()).keys);
  await confirmNotGivenUp(store, fresh);
  await expect.poll(() => suspended).toBe(1);
  expect(told).toEqual([{ kids: current.signing.map(({ kid }) => kid) }]);
  current = fresh;
  await confirmNotGivenUp(store, replaced(fresh).keys);
  await expect.poll(() => suspended).toBe(2);
  stop();
});

test('a root key is not missed for them', async () => {
  const keys = new Map([[1, new Uint8Array(32)]]);
  await expect(confirmRootKeys(store, { current: 1, keys })).resolves.toMatchObject({ ignored: [] });
});

test('keys that took the place of lost ones after a leak can be given up in their turn', async () => {
  await store.clear();
  const lost = replaced(makeKeys()).keys;
  // All that is left where the lost ones were let go of, as the page about PostgreSQL says.
  await confirmNotGivenUp(store, lost);
  const made = makeKeys();
  await confirmOAuthKeys(store, made);
  await confirmOAuthKeys(store, made);
  const next = replaced(made).keys;
  await confirmOAuthKeys(store, next);
  await confirmOAuthKeys(store, replaced(next).keys);
  const others = { code: 'OAUTH_KEYS_INVALID' };
  for (const gone of [made, next, lost])
    await expect(confirmOAuthKeys(store, gone)).rejects.toMatchObject(others);
  const told = (await store.audit.list({ limit: 10 })).filter(({ action }) => action === 'key.rotated');
  expect(told).toMatchObject([{ details: { leaked: true } }, { details: { leaked: true } }]);
  // A copy of what leaked, rotated by whoever has it, does not come back either.
  await expect(confirmOAuthKeys(store, { ...makeKeys(), origin: made.origin })).rejects.toMatchObject(others);
});
