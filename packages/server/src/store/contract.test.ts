import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type FreshDatabase, freshDatabase, postgresUrl } from '../../../../spec/postgres/database.ts';
import { openMemoryStore } from './memory.ts';
import { databaseFrom } from './postgres/config.ts';
import { openPostgresStore } from './postgres/open.ts';
import type { Store } from './store.ts';
import type { StoredToken } from './tokens.ts';

/** What every store promises, asked of the embedded one and of a real PostgreSQL with two nodes on it. */

interface Opened {
  /** Two nodes where there can be two, else the same one twice. */
  readonly nodes: readonly [Store, Store];
  close(): Promise<void>;
}

const server = await postgresUrl();

const stores: readonly (readonly [name: string, open: () => Promise<Opened>])[] = [
  ['the embedded store', openEmbedded],
  ...(server === undefined ? [] : [['PostgreSQL', () => openPostgres(server)] as const]),
];

async function openEmbedded(): Promise<Opened> {
  const store = await openMemoryStore();
  return { nodes: [store, store], close: () => store.close() };
}

async function openPostgres(url: string): Promise<Opened> {
  const database: FreshDatabase = await freshDatabase(url);
  const config = databaseFrom(undefined, database.url, (path) => path);
  if (config === undefined) throw new Error('no database');
  // At once, as two nodes that are started together do.
  const nodes = await Promise.all([openPostgresStore(config), openPostgresStore(config)]);
  return {
    nodes,
    async close() {
      await Promise.all(nodes.map((node) => node.close()));
      await database.close();
    },
  };
}

const AT = new Date('2026-01-01T00:00:00.123Z');

const token = (id: string): StoredToken => ({
  id,
  idHash: `hash of ${id}`,
  keyId: 255,
  name: 'reader ünï \\ " \' $1',
  note: 'for the nightly report',
  grants: {
    subject: 'ann',
    client: 'app',
    scopes: ['api'],
    granular: [
      { permissions: ['read_issue'], boundary: { project: 'acme/web' } },
      { permissions: ['x'], boundary: 'user' },
    ],
    expires: '2026-02-01T00:00:00.000Z',
  },
  rateLimit: { requests: 10, seconds: 60 },
  createdAt: AT,
  createdBy: 'test',
  expiresAt: new Date('2026-02-01T00:00:00Z'),
  revokedAt: undefined,
  revokedBecause: undefined,
  family: id,
  replacedBy: undefined,
  livesUntil: undefined,
  lastUsedAt: undefined,
  firstUsedAt: undefined,
  lastUsedFor: undefined,
});

describe.each(stores)('%s', (_name, open) => {
  let opened: Opened;
  let one: Store;
  let other: Store;

  beforeAll(async () => {
    opened = await open();
    [one, other] = opened.nodes;
  });

  afterAll(() => opened?.close());

  test('a token comes back as it went in, by id and by hash, and on the other node', async () => {
    await one.write((unit) => unit.tokens.insert(token('round')));
    expect(await other.tokens.find('round')).toEqual(token('round'));
    expect(await other.tokens.findByIdHash('hash of round')).toEqual(token('round'));
    expect(await other.tokens.find('none')).toBeUndefined();
  });

  test('a unit of work is done whole or not at all, and its own reads see it', async () => {
    const failing = one.write(async (unit) => {
      await unit.tokens.insert(token('half'));
      await unit.audit.add({ at: AT, action: 'token.created', actor: 'test', token: 'half' });
      expect(await unit.tokens.find('half')).toBeDefined();
      throw new Error('broken off');
    });
    await expect(failing).rejects.toThrow('broken off');
    expect(await other.tokens.find('half')).toBeUndefined();
    expect(await other.audit.list({ token: 'half', limit: 10 })).toEqual([]);
  });

  test('what is there already is refused, and the unit with it', async () => {
    await one.write((unit) => unit.tokens.insert(token('twice')));
    const again = other.write(async (unit) => {
      await unit.tokens.insert(token('beside'));
      await unit.tokens.insert(token('twice'));
    });
    await expect(again).rejects.toMatchObject({ code: '23505' });
    expect(await one.tokens.find('beside')).toBeUndefined();
    const sameHash = { ...token('another'), idHash: 'hash of twice' };
    await expect(one.write((unit) => unit.tokens.insert(sameHash))).rejects.toMatchObject({ code: '23505' });
  });

  test('last uses are remembered for many tokens at once, none going back, none losing what it was for', async () => {
    const ids = ['used-a', 'used-b', 'used-c'];
    for (const id of ids) await one.write((unit) => unit.tokens.insert(token(id)));
    const later = new Date(AT.getTime() + 1000);
    const use = (id: string, at: Date, purpose?: string) => ({ id, at, for: purpose });
    await one.write((unit) =>
      unit.tokens.used([use('used-a', later, 'Query.a'), use('used-b', AT, 'Query.b'), use('none', AT)]),
    );
    await one.write((unit) => unit.tokens.used([use('used-a', AT, 'Query.x'), use('used-b', later)]));
    await one.write((unit) => unit.tokens.used([]));
    const found = await Promise.all(ids.map((id) => other.tokens.find(id)));
    expect(found.map((row) => [row?.lastUsedAt, row?.lastUsedFor])).toEqual([
      [later, 'Query.a'],
      [later, 'Query.b'],
      [undefined, undefined],
    ]);
  });

  test('of several that revoke at once one sets the time, and all are told the same', async () => {
    await one.write((unit) => unit.tokens.insert(token('raced')));
    const times = [1, 2, 3, 4].map((second) => new Date(AT.getTime() + second * 1000));
    const told = await Promise.all(
      times.map((at, index) =>
        (index % 2 === 0 ? one : other).write((unit) => unit.tokens.revoke('raced', at, `by ${index}`)),
      ),
    );
    const [first] = told;
    expect(times).toContainEqual(first?.revokedAt);
    for (const answer of told) expect(answer).toEqual(first);
    expect(await one.write((unit) => unit.tokens.revoke('none', AT, 'x'))).toBeUndefined();
  });

  test('a root key that is known keeps its value, and whoever adds is told which holds', async () => {
    const add = (store: Store, value: string): Promise<string> =>
      store.write((unit) => unit.keys.add(7, value));
    const [a, b] = await Promise.all([add(one, 'first'), add(other, 'second')]);
    expect(a).toBe(b);
    expect((await one.keys.checks()).get(7)).toBe(a);
  });

  test('tokens are listed oldest first, and those of one moment by id', async () => {
    for (const id of ['list-b', 'list-a']) await one.write((unit) => unit.tokens.insert(token(id)));
    const older = { ...token('list-c'), createdAt: new Date(0) };
    await other.write((unit) => unit.tokens.insert(older));
    const ids = (await one.tokens.list()).map(({ id }) => id).filter((id) => id.startsWith('list'));
    expect(ids).toEqual(['list-c', 'list-a', 'list-b']);
  });

  test('the audit is listed newest first, before a number, with what was said', async () => {
    for (const n of [1, 2, 3]) {
      const details = { n, big: '9007199254740993', deep: { list: [null, true, 'x'] } };
      await one.write((unit) =>
        unit.audit.add({ at: AT, action: 'token.changed', actor: 'me', token: 'aud', details }),
      );
    }
    const [third, second] = await other.audit.list({ token: 'aud', limit: 2 });
    expect(third).toMatchObject({
      at: AT,
      details: { n: 3, big: '9007199254740993', deep: { list: [null, true, 'x'] } },
    });
    expect(typeof third?.id).toBe('bigint');
    const before = await other.audit.list({ token: 'aud', before: second?.id, limit: 10 });
    expect(before.map(({ details }) => details?.['n'])).toEqual([1]);
  });

  test('the audit is listed of one client, and of one subject', async () => {
    const entry = { at: AT, action: 'oauth.issued', actor: 'c', token: 'whose' } as const;
    await one.write((unit) =>
      unit.audit.addAll([
        { ...entry, client: 'whose-1', subject: 'whose-ann' },
        { ...entry, client: 'whose-1', subject: 'whose-bob' },
        { ...entry, client: 'whose-2', subject: 'whose-ann' },
        { ...entry },
      ]),
    );
    const whose = async (query: { client?: string; subject?: string }): Promise<unknown> =>
      (await other.audit.list({ ...query, limit: 10 })).map(({ client, subject }) => [client, subject]);
    expect(await whose({ client: 'whose-1' })).toEqual([
      ['whose-1', 'whose-bob'],
      ['whose-1', 'whose-ann'],
    ]);
    expect(await whose({ subject: 'whose-ann' })).toEqual([
      ['whose-2', 'whose-ann'],
      ['whose-1', 'whose-ann'],
    ]);
    expect(await whose({ client: 'whose-2', subject: 'whose-bob' })).toEqual([]);
  });

  test('a change of a lower number never appears after a higher one was read', async () => {
    const from = await one.changes.newest();
    const writing = Array.from({ length: 40 }, (_, index) =>
      (index % 2 === 0 ? one : other).write(async (unit) => {
        await unit.changes.add('token', `race ${index}`, AT);
        // Commits would come out of order here if nothing kept them in order.
        await new Promise((resolve) => setTimeout(resolve, index % 5));
      }),
    );
    let running = true;
    const seen: bigint[] = [];
    const read = async (store: Store): Promise<void> => {
      const { changes } = await store.changes.since(seen.at(-1) ?? from);
      seen.push(...changes.map(({ seq }) => seq));
    };
    const reading = (async () => {
      while (running) await read(one);
    })();
    await Promise.all(writing);
    running = false;
    await reading;
    await read(other);
    expect(seen).toHaveLength(40);
    expect(await one.changes.after(from)).toHaveLength(40);
  });

  test('word of a change comes when its unit is done, from either node, and not when it was undone', async () => {
    let heard = 0;
    const stop = await one.hints.subscribe(() => {
      heard += 1;
    });
    await expect
      .poll(async () => {
        await other.write((unit) => unit.changes.add('token', 'word', AT));
        return heard;
      })
      .toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = heard;
    const undone = other.write(async (unit) => {
      await unit.changes.add('token', 'undone', AT);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(heard).toBe(before);
    await stop();
  });

  test('pruning leaves the newest of the old changes, by which a gap is seen', async () => {
    const old = new Date('2020-01-01T00:00:00Z');
    const first = await one.write(async (unit) => {
      await unit.changes.add('token', 'old 1', old);
      return unit.changes.newest();
    });
    await one.write((unit) => unit.changes.add('token', 'old 2', old));
    await one.write((unit) => unit.changes.add('token', 'new', new Date()));
    await other.write((unit) => unit.changes.prune(new Date('2021-01-01T00:00:00Z')));
    const { changes, oldest, newest } = await one.changes.since(0n);
    expect(changes.map(({ ref }) => ref)).toEqual(['old 2', 'new']);
    expect(oldest).toBeGreaterThan(first);
    expect(newest).toBe(changes.at(-1)?.seq);
  });
});
