import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { expect, test } from 'vitest';

import { openEmbeddedStore } from './embedded.ts';
import { createPglitePool } from './pglite-pool.ts';
import type { StoredToken } from './tokens.ts';
import { POSTGRES_MAJOR } from './version.ts';

const token = (id: string): StoredToken => ({
  id,
  idHash: `hash of ${id}`,
  keyId: 1,
  name: 'reader',
  grants: {
    subject: 'ann',
    scopes: ['api'],
    granular: [{ permissions: ['read_issue'], boundary: { project: 'acme/web' } }],
    expires: '2026-02-01T00:00:00.000Z',
  },
  createdAt: new Date('2026-01-01T00:00:00Z'),
  expiresAt: new Date('2026-02-01T00:00:00Z'),
  revokedAt: undefined,
  createdBy: 'test',
  note: 'for the nightly report',
  rateLimit: { requests: 10, seconds: 60 },
  revokedBecause: undefined,
  family: id,
  replacedBy: undefined,
  livesUntil: undefined,
  firstUsedAt: undefined,
  lastUsedAt: undefined,
  lastUsedFor: undefined,
});

test('a store keeps tokens, revocations and key checks over a reopening, also after a first start that broke off', async () => {
  const data = await mkdtemp(join(tmpdir(), 'ambit-store-'));
  const postgres = join(data, 'store', 'postgres');
  await mkdir(postgres, { recursive: true });
  await writeFile(join(postgres, 'half-made'), '');
  await writeFile(join(data, 'store', 'store.json'), '{"store":1,"postgres":18,"state":"creating"}');

  const store = await openEmbeddedStore(data);
  await store.write(async (unit) => {
    await unit.tokens.insert(token('a'));
    await unit.tokens.insert(token('b'));
  });
  await expect(store.write((unit) => unit.tokens.insert(token('a')))).rejects.toThrow();
  const at = new Date('2026-01-15T00:00:00Z');
  expect((await store.write((unit) => unit.tokens.revoke('b', at, 'asked for')))?.revokedAt).toEqual(at);
  expect((await store.write((unit) => unit.tokens.revoke('b', new Date(), 'asked for')))?.revokedAt).toEqual(
    at,
  );
  expect(await store.write((unit) => unit.tokens.revoke('none', at, 'asked for'))).toBeUndefined();
  await store.write((unit) => unit.keys.add(1, 'value'));
  await store.close();

  const again = await openEmbeddedStore(data);
  expect(await again.tokens.findByIdHash('hash of a')).toEqual(token('a'));
  expect((await again.tokens.list()).map(({ id, revokedAt }) => [id, revokedAt])).toEqual([
    ['a', undefined],
    ['b', at],
  ]);
  expect(await again.tokens.findByIdHash('hash of none')).toBeUndefined();
  expect(await again.keys.checks()).toEqual(new Map([[1, 'value']]));
  await again.close();
  expect(JSON.parse(await readFile(join(data, 'store', 'store.json'), 'utf8'))).toMatchObject({
    state: 'ready',
  });
  await rm(data, { recursive: true });
});

test('the database is of the major that is recorded, and transactions at the same time do not run into each other', async () => {
  const db = new Kysely<{ counter: { n: number } }>({
    dialect: new PostgresDialect({ pool: createPglitePool(await PGlite.create()) }),
  });
  const { rows } = await sql<{ v: string }>`select current_setting('server_version_num') as v`.execute(db);
  expect(Math.floor(Number(rows[0]?.v) / 10_000)).toBe(POSTGRES_MAJOR);

  await db.schema.createTable('counter').addColumn('n', 'integer').execute();
  const add = (fail: boolean): Promise<void> =>
    db.transaction().execute(async (trx) => {
      await trx.insertInto('counter').values({ n: 1 }).execute();
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (fail) throw new Error('rolled back');
    });
  const results = await Promise.allSettled([add(false), add(true), add(false), add(true)]);
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected']);
  expect(await db.selectFrom('counter').selectAll().execute()).toHaveLength(2);
  const updated = await db.updateTable('counter').set({ n: 2 }).executeTakeFirst();
  expect(updated.numUpdatedRows).toBe(2n);
  await db.destroy();
});
