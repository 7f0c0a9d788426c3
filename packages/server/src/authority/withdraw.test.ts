import { randomBytes } from 'node:crypto';

import { narrowToken } from 'ambit/narrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type FreshDatabase, freshDatabase, postgresUrl } from '../../../../spec/postgres/database.ts';
import { configOf } from '../../../../spec/postgres/stores.ts';
import { type Authority, createAuthority, type Refusal } from '../authority.ts';
import { type Feed, openLocalFeed, openSharedFeed, SHARED_FEED } from '../feed/feed.ts';
import type { RootKeys } from '../rootkey.ts';
import { openMemoryStore } from '../store/memory.ts';
import { openPostgresStore } from '../store/postgres/open.ts';
import type { Store } from '../store/store.ts';
import { narrowForTests } from './narrow-for-tests.ts';
import { withdrawKey } from './withdraw.ts';

const KEYS = new Map([1, 2, 3, 4, 5, 6].map((id) => [id, Uint8Array.from(randomBytes(32))]));
const keysOf = (...ids: readonly number[]): RootKeys => ({
  current: ids.at(-1) ?? 0,
  keys: new Map([...KEYS].filter(([id]) => ids.includes(id))),
});
const WANTED = { name: 'job', subject: 'ann', scopes: ['read'] };
const now = new Date();

interface Node {
  readonly authority: Authority;
  readonly feed: Feed;
  readonly refusals: Refusal[];
  readonly ignored: number[];
  /** Whether it takes a bearer once it has heard of everything. */
  takes(bearer: string): Promise<boolean>;
}

interface World {
  /** What the command writes through. */
  readonly store: Store;
  start(keys: RootKeys): Promise<Node>;
  close(): Promise<void>;
}

async function startOn(store: Store, rootKeys: RootKeys, feed: Feed): Promise<Node> {
  const refusals: Refusal[] = [];
  const ignored: number[] = [];
  const authority = await createAuthority({
    store,
    feed,
    rootKeys,
    narrow: narrowForTests,
    checkGrants: () => [],
    onRefused: (refusal) => refusals.push(refusal),
    onIgnoredKey: (keyId) => ignored.push(keyId),
  });
  const takes = async (bearer: string): Promise<boolean> => {
    await feed.catchUp();
    return 'grants' in (await authority.authenticate(bearer));
  };
  return { authority, feed, refusals, ignored, takes };
}

async function embedded(): Promise<World> {
  const store = await openMemoryStore();
  return {
    store,
    start: async (keys) => startOn(store, keys, await openLocalFeed(store)),
    close: () => store.close(),
  };
}

async function postgres(server: string): Promise<World> {
  const database: FreshDatabase = await freshDatabase(server);
  const stores: Store[] = [];
  const feeds: Feed[] = [];
  const open = async (): Promise<Store> => {
    const store = await openPostgresStore(configOf(database.url));
    stores.push(store);
    return store;
  };
  return {
    store: await open(),
    async start(keys) {
      const store = await open();
      const feed = await openSharedFeed(store, SHARED_FEED);
      feeds.push(feed);
      return startOn(store, keys, feed);
    },
    async close() {
      for (const feed of feeds) await feed.close();
      for (const store of stores) await store.close();
      await database.close();
    },
  };
}

const server = await postgresUrl();
const worlds: readonly (readonly [string, () => Promise<World>])[] = [
  ['the embedded store', embedded],
  ...(server === undefined ? [] : [['PostgreSQL', () => postgres(server)] as const]),
];

describe.each(worlds)('a root key that is withdrawn, on %s', (_name, open) => {
  let world: World;
  const withdraw = (keyId: number): Promise<number> =>
    withdrawKey(world.store, keyId, { by: 'command', at: now });

  beforeAll(async () => {
    world = await open();
  });
  afterAll(() => world.close());

  test('ends its tokens, narrowed ones and what rotated itself out of them, on every node, and nothing else', async () => {
    const before = await world.start(keysOf(1));
    const old = await before.authority.createToken(WANTED, 'test');
    const narrowed = await narrowToken(old.token, { expires: '1h' });
    const rotating = await before.authority.createToken(WANTED, 'test');
    const replaced = await before.authority.createToken(WANTED, 'test');
    const after = await world.start(keysOf(1, 2));
    const own = await after.authority.self.rotate(rotating.token, {});
    const ownAgain = await after.authority.self.rotate(own.token, {});
    const given = await after.authority.rotateToken(replaced.id, {}, 'admin');
    const other = await after.authority.createToken(WANTED, 'test');
    for (const { token } of [old, other, given, ownAgain]) expect(await after.takes(token)).toBe(true);
    expect(await after.takes(narrowed)).toBe(true);
    expect(await before.takes(old.token)).toBe(true);

    // Three that were made under it, and two that one of them made out of itself.
    expect(await withdraw(1)).toBe(5);
    for (const bearer of [old.token, narrowed, rotating.token, own.token, ownAgain.token, replaced.token]) {
      expect(await after.takes(bearer)).toBe(false);
      expect(await before.takes(bearer)).toBe(false);
    }
    expect(await after.takes(other.token)).toBe(true);
    expect(await after.takes(given.token)).toBe(true);
    expect(before.refusals).toContain('withdrawn');

    const { entries } = await after.authority.listAudit({});
    expect(entries.find(({ action }) => action === 'key.withdrawn')).toMatchObject({
      actor: 'command',
      details: { key: 1, revoked: 5 },
    });
    const ends = entries.filter(({ action }) => action === 'token.revoked');
    expect(ends.map(({ token }) => token).sort()).toEqual(
      [old.id, rotating.id, own.id, ownAgain.id, replaced.id].sort(),
    );
    expect(ends.find(({ token }) => token === own.id)?.details).toMatchObject({
      key: 1,
      madeBy: rotating.id,
    });
    expect(await after.authority.showToken(old.id)).toMatchObject({ status: 'revoked' });
    // Again changes nothing.
    expect(await withdraw(1)).toBe(0);
  });

  test('does not come back with its line, nor under another id', async () => {
    const made = await (await world.start(keysOf(2))).authority.createToken(WANTED, 'test');
    await withdraw(2);
    const node = await world.start(keysOf(1, 2, 3));
    expect(node.ignored).toEqual([1, 2]);
    expect(await node.takes(made.token)).toBe(false);
    expect(node.refusals).toEqual(['forged']);
    const refused = { code: 'ROOT_KEY_WITHDRAWN' };
    const last: RootKeys = { current: 2, keys: keysOf(2, 3).keys };
    await expect(world.start(last)).rejects.toMatchObject(refused);
    const renamed: RootKeys = {
      current: 3,
      keys: new Map([...keysOf(3).keys, [9, KEYS.get(2) ?? new Uint8Array()]]),
    };
    await expect(world.start(renamed)).rejects.toMatchObject(refused);
    expect((await world.store.keys.checks()).has(9)).toBe(false);
  });

  test('makes no token any more on a node that has no other, also in the same moment', async () => {
    const node = await world.start(keysOf(3, 4));
    const first = await node.authority.createToken(WANTED, 'test');
    const making = Array.from({ length: 10 }, () =>
      node.authority.createToken(WANTED, 'test').catch(() => undefined),
    );
    const [, ...made] = await Promise.all([withdraw(4), ...making]);
    for (const token of [first, ...made]) {
      if (token === undefined) continue;
      expect(await node.takes(token.token)).toBe(false);
      expect(await node.authority.showToken(token.id)).toMatchObject({ status: 'revoked' });
    }
    const refused = { code: 'ROOT_KEY_WITHDRAWN', message: expect.stringContaining('root key 4') };
    await expect(node.authority.createToken(WANTED, 'test')).rejects.toMatchObject(refused);
  });

  test('may be one that is lost, after which a server starts without it', async () => {
    const { token } = await (await world.start(keysOf(3, 5))).authority.createToken(WANTED, 'test');
    await expect(world.start(keysOf(3))).rejects.toMatchObject({ code: 'ROOT_KEY_LOST' });
    expect(await withdraw(5)).toBe(1);
    expect(await (await world.start(keysOf(3))).takes(token)).toBe(false);
  });
});
