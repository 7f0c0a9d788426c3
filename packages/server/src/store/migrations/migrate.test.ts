import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Migration, sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';

import { databases, type EmptyDatabase, fillVersion1 } from '../../../../../spec/postgres/stores.ts';
import { openEmbeddedDatabase, openEmbeddedStore } from '../embedded.ts';
import { tokensIn } from '../tokens.ts';
import { STORE_VERSION } from '../version.ts';
import { MIGRATIONS, migrate, migrateTo, storeVersion } from './migrate.ts';

/** Version 1 as it is known today. */
const OLD = [
  { id: 'tok_gone', family: 'tok_gone', revokedAt: new Date('2025-02-01T00:00:00Z'), note: undefined },
  { id: 'tok_old', family: 'tok_old', revokedAt: undefined, grants: { subject: 'ann', scopes: ['api'] } },
];

test('there is a step for every version', () => {
  expect(Object.keys(MIGRATIONS)).toHaveLength(STORE_VERSION);
  expect(Object.keys(MIGRATIONS)).toEqual(Object.keys(MIGRATIONS).sort());
});

describe.each(await databases())('%s', (_name, open) => {
  let opened: EmptyDatabase | undefined;

  afterEach(() => opened?.close());

  test('of every earlier version comes to this one with all that it holds; a step that fails is undone', async () => {
    opened = await open();
    const { db } = opened;
    expect(await storeVersion(db)).toBe(0);
    await migrateTo(db, 1);
    await fillVersion1(db);
    expect(await storeVersion(db)).toBe(1);

    const broken: Migration = {
      async up(step) {
        await step.schema.createTable('half').addColumn('n', 'integer').execute();
        await sql`update tokens set name = 'broken'`.execute(step);
        await sql`select 1 / 0`.execute(step);
      },
    };
    const withBroken = { ...MIGRATIONS, '0003-broken': broken };
    await expect(migrateTo(db, 3, withBroken)).rejects.toMatchObject({
      code: 'STORE_UNUSABLE',
      message: expect.stringMatching(/step 0003-broken failed: division by zero\. It is as it was before/),
    });
    expect(await storeVersion(db)).toBe(1);
    const { rows } = await sql`select to_regclass('half') as half, to_regclass('audit') as audit`.execute(db);
    expect(rows).toEqual([{ half: null, audit: null }]);

    await migrate(db);
    await migrate(db);
    expect(await storeVersion(db)).toBe(STORE_VERSION);
    const tokens = [...(await tokensIn(db).list())].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(tokens).toMatchObject(OLD);

    await sql`insert into kysely_migration (name, timestamp) values ('0099-later', '')`.execute(db);
    await expect(migrate(db)).rejects.toMatchObject({
      code: 'STORE_UNKNOWN',
      message: expect.stringMatching(/0099-later.*Nothing was changed/),
    });
  });
});

test('a data folder of the release before is opened, brought up to date and recorded as such', async () => {
  const data = await mkdtemp(join(tmpdir(), 'ambit-before-'));
  const record = join(data, 'store', 'store.json');
  const before = await openEmbeddedDatabase(data);
  await migrateTo(before.db, 1);
  await fillVersion1(before.db);
  await before.close();
  await writeFile(record, '{"store":1,"postgres":18,"state":"ready"}\n');

  const store = await openEmbeddedStore(data);
  expect([...(await store.tokens.list())].sort((a, b) => (a.id < b.id ? -1 : 1))).toMatchObject(OLD);
  expect(await store.keys.checks()).toEqual(new Map([[1, 'check']]));
  await store.close();
  expect(JSON.parse(await readFile(record, 'utf8'))).toMatchObject({ store: STORE_VERSION, state: 'ready' });
  await rm(data, { recursive: true });
});
