import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CompiledQuery, type Kysely, type KyselyPlugin, type Migration, sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';

import {
  databases,
  type EmptyDatabase,
  fillVersion1,
  fillVersion2,
} from '../../../../../spec/postgres/stores.ts';
import { openEmbeddedDatabase, openEmbeddedStore } from '../embedded.ts';
import { oauthIn } from '../oauth.ts';
import type { Tables } from '../tables.ts';
import { tokensIn } from '../tokens.ts';
import { STORE_VERSION } from '../version.ts';
import { MIGRATIONS, migrate, migrateTo, storeVersion } from './migrate.ts';

/** Version 1 as it is known today. */
const OLD = [
  { id: 'tok_gone', family: 'tok_gone', revokedAt: new Date('2025-02-01T00:00:00Z'), note: undefined },
  { id: 'tok_old', family: 'tok_old', revokedAt: undefined, grants: { subject: 'ann', scopes: ['api'] } },
];

const AT = new Date('2026-06-01T00:00:00Z');
const LATER = new Date('2027-01-01T00:00:00Z');

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
    const withBroken = { ...MIGRATIONS, '0004-broken': broken };
    await expect(migrateTo(db, 4, withBroken)).rejects.toMatchObject({
      code: 'STORE_UNUSABLE',
      message: expect.stringMatching(/step 0004-broken failed: division by zero\. It is as it was before/),
    });
    expect(await storeVersion(db)).toBe(1);
    const { rows } = await sql`select to_regclass('half') as half, to_regclass('audit') as audit`.execute(db);
    expect(rows).toEqual([{ half: null, audit: null }]);

    await migrate(db);
    await migrate(db);
    expect(await storeVersion(db)).toBe(STORE_VERSION);
    expect(await oauthIn(db).livingGrants('ann', AT)).toEqual([]);
    const tokens = [...(await tokensIn(db).list())].sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(tokens).toMatchObject(OLD);

    await sql`insert into kysely_migration (name, timestamp) values ('0099-later', '')`.execute(db);
    await expect(migrate(db)).rejects.toMatchObject({
      code: 'STORE_UNKNOWN',
      message: expect.stringMatching(/0099-later.*Nothing was changed/),
    });
  });

  test.each([
    ['2', 2],
    ['this one, from the beginning', STORE_VERSION],
  ])('of version %s finds what somebody granted without looking at all of it', async (_which, version) => {
    opened = await open();
    const { db } = opened;
    await migrateTo(db, version);
    await fillVersion2(db);
    await sql`insert into oauth_records (model, id_hash, payload, grant_id, expires_at)
      select 'AccessToken', 'n' || n, jsonb_build_object('accountId', 'p' || n), 'g' || n, ${LATER}
      from generate_series(1, 3000) n`.execute(db);
    await migrate(db);
    expect(await storeVersion(db)).toBe(STORE_VERSION);
    await sql`analyze oauth_records`.execute(db);
    expect(await oauthIn(db).livingGrants('ann', AT)).toEqual(['grant of ann']);
    const plans = await plansOf(db, async (seen) => {
      await oauthIn(seen).livingGrants('ann', AT);
      expect(await oauthIn(seen).removeOfAccount('ann')).toMatchObject([{ payload: { accountId: 'ann' } }]);
    });
    expect(plans).toHaveLength(2);
    for (const plan of plans) {
      expect(plan).toContain('oauth_records_account');
      expect(plan).not.toContain('Seq Scan');
    }
    expect(await oauthIn(db).livingGrants('ann', AT)).toEqual([]);
    expect(await oauthIn(db).livingGrants('ben', AT)).toEqual(['grant of ben']);
  });
});

/** How the database would find what a query asks for: the queries of `work`, explained and not run. */
async function plansOf(
  db: Kysely<Tables>,
  work: (seen: Kysely<Tables>) => Promise<unknown>,
): Promise<string[]> {
  const asked: CompiledQuery[] = [];
  const plugin: KyselyPlugin = {
    transformQuery({ node, queryId }) {
      asked.push(db.getExecutor().compileQuery(node, queryId));
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await work(db.withPlugin(plugin));
  const plans: string[] = [];
  for (const { sql: text, parameters } of asked) {
    const { rows } = await db.executeQuery<Record<string, string>>(
      CompiledQuery.raw(`explain ${text}`, [...parameters]),
    );
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
  }
  return plans;
}

test.each([1, 2])(
  'a data folder of version %i is opened, brought up to date and recorded as such',
  async (version) => {
    const data = await mkdtemp(join(tmpdir(), 'ambit-before-'));
    const record = join(data, 'store', 'store.json');
    const before = await openEmbeddedDatabase(data);
    await migrateTo(before.db, 1);
    await fillVersion1(before.db);
    await migrateTo(before.db, version);
    if (version > 1) await fillVersion2(before.db);
    await before.close();
    await writeFile(record, `{"store":${version},"postgres":18,"state":"ready"}\n`);

    const store = await openEmbeddedStore(data);
    expect([...(await store.tokens.list())].sort((a, b) => (a.id < b.id ? -1 : 1))).toMatchObject(OLD);
    expect(await store.oauth.livingGrants('ann', AT)).toEqual(version > 1 ? ['grant of ann'] : []);
    expect(await store.keys.checks()).toEqual(new Map([[1, 'check']]));
    await store.close();
    expect(JSON.parse(await readFile(record, 'utf8'))).toMatchObject({
      store: STORE_VERSION,
      state: 'ready',
    });
    await rm(data, { recursive: true });
  },
);
