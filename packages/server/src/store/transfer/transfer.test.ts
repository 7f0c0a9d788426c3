import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { databases, fillVersion1 } from '../../../../../spec/postgres/stores.ts';
import { auditIn } from '../audit.ts';
import { changesIn } from '../changes.ts';
import { keysIn } from '../keys.ts';
import { migrate, migrateTo, storeVersion } from '../migrations/migrate.ts';
import { TABLE_SINCE, type Tables } from '../tables.ts';
import { tokensIn } from '../tokens.ts';
import { STORE_VERSION } from '../version.ts';
import { exportStore } from './export.ts';
import { ExportLines, readExport, tablesOf } from './format.ts';
import { importStore } from './import.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ambit-transfer-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function linesOf(db: Kysely<Tables>): Promise<string[]> {
  const lines: string[] = [];
  await exportStore(
    db,
    (line) => {
      lines.push(line);
    },
    () => undefined,
  );
  return lines;
}

async function fileOf(name: string, lines: readonly string[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

const check = (path: string) => readExport(path, () => undefined);

async function load(db: Kysely<Tables>, path: string): Promise<void> {
  await importStore(db, path, await check(path), () => undefined);
}

const withoutHead = (lines: readonly string[]): readonly string[] => lines.slice(1, -1);

/** A row or more in every table, with what is easily lost on the way. */
async function fill(db: Kysely<Tables>): Promise<void> {
  await fillVersion1(db as never).catch(() => undefined);
  await sql`insert into tokens (id, id_hash, key_id, name, grants, created_at, expires_at, created_by, family, rate_limit, note)
    values ('tok_new', 'h', 255, ${'zeile\u2028 \r\n "\\" ünï \u{1f511}'}, '{"n": 12345678901234567890.123456789, "a": [null, {}]}',
      '2026-01-01 00:00:00.123456+05:30', 'infinity', 'x', 'tok_new', '{"requests": 1, "seconds": 2}', '')`.execute(
    db,
  );
  await sql`insert into root_key_checks values (9, 'nine'), (8, 'eight')`.execute(db);
  await keysIn(db).withdraw(8);
  await sql`insert into changes (seq, kind, ref, at) values (9007199254740993, 'token', 'tok_new', now())`.execute(
    db,
  );
  await sql`insert into revoked_tails values ('d', 'tok_new', now(), now())`.execute(db);
  await sql`insert into audit (at, action, actor, details) select now(), 'token.created', 'a' || n, '{}' from generate_series(1, 1200) n`.execute(
    db,
  );
  await sql`insert into oauth_clients values ('c', 'n', null, '{}', '[]', now(), 'x', null)`.execute(db);
  await sql`insert into oauth_records (model, id_hash, payload) values ('Grant', 'h', '{"a": 1}')`.execute(
    db,
  );
  await sql`insert into people (id, subject, name, must_change_password, is_admin, created_at) values ('p', 'ann', 'Ann', false, true, now())`.execute(
    db,
  );
  await sql`insert into sign_ins values ('h', 'p', now(), now())`.execute(db);
}

const kinds = await databases();
// From each kind to the other; where there is only one, to itself.
const ways = kinds.map((from, at) => ({ from, to: kinds[(at + 1) % kinds.length] ?? from }));

describe('a store', () => {
  test.each(ways)('goes from $from.0 to $to.0 as it is, and goes on from there', async ({ from, to }) => {
    const source = await from[1]();
    const target = await to[1]();
    await migrate(source.db);
    await fill(source.db);
    const lines = await linesOf(source.db);
    for (const table of Object.keys(TABLE_SINCE))
      expect(lines.some((line) => line.startsWith(`{"table":"${table}"`))).toBe(true);
    const path = await fileOf('whole.jsonl', lines);

    await load(target.db, path);
    expect([...withoutHead(await linesOf(target.db))].sort()).toEqual([...withoutHead(lines)].sort());
    // What was withdrawn stays so wherever the store goes.
    expect(await keysIn(target.db).withdrawn()).toEqual(new Map([[8, 'eight']]));
    await auditIn(target.db).add({ at: new Date(), action: 'token.created', actor: 'next' });
    expect((await auditIn(target.db).list({ limit: 1 }))[0]).toMatchObject({ id: 1201n, actor: 'next' });
    await target.db.transaction().execute((unit) => changesIn(unit).add('token', 'next', new Date()));
    expect(await changesIn(target.db).newest()).toBe(9007199254740994n);

    await expect(load(target.db, path)).rejects.toMatchObject({ code: 'STORE_NOT_EMPTY' });
    await Promise.all([source.close(), target.close()]);
  });

  test.each(kinds)(
    'of version 1 goes into an empty one of this version, on %s, and is left as it was',
    async (_name, open) => {
      const source = await open();
      await migrateTo(source.db, 1);
      await fillVersion1(source.db);
      const lines = await linesOf(source.db);
      expect(await storeVersion(source.db)).toBe(1);
      await source.close();
      const target = await open();
      const path = await fileOf('one.jsonl', lines);
      await migrate(target.db);

      // A file that changes between its check and its load leaves nothing behind.
      const other = { ...(await check(path)), sha256: 'another' };
      await expect(importStore(target.db, path, other, () => undefined)).rejects.toMatchObject({
        code: 'EXPORT_INVALID',
      });
      expect(
        await tokensIn(target.db)
          .list()
          .catch(() => []),
      ).toEqual([]);

      await load(target.db, path);
      expect(await storeVersion(target.db)).toBe(STORE_VERSION);
      expect((await tokensIn(target.db).list()).map(({ id, family }) => [id, family]).sort()).toEqual([
        ['tok_gone', 'tok_gone'],
        ['tok_old', 'tok_old'],
      ]);
      await target.close();
    },
  );
});

describe('a file', () => {
  const counts = Object.fromEntries(
    tablesOf(STORE_VERSION).map((table) => [table, table === 'people' ? 2 : 0]),
  );
  const made = (
    header: object = {},
    rows: readonly string[] = ['{"id":"a"}', '{"id":"b"}'],
    table = 'people',
  ): string[] => {
    const lines = new ExportLines();
    const head = lines.header({ store: STORE_VERSION, made: 'today', counts, ...header });
    return [head, ...rows.map((row) => lines.row(table, row)), lines.end()];
  };

  test('that is whole is read', async () => {
    const rows: string[] = [];
    const read = await readExport(await fileOf('good', made()), ({ table, row }) => {
      rows.push(`${table} ${row}`);
    });
    expect(rows).toEqual(['people {"id":"a"}', 'people {"id":"b"}']);
    expect(read).toMatchObject({ store: STORE_VERSION, counts });
  });

  const text = `${made().join('\n')}\n`;
  test.each([
    ['nothing', '', 'EXPORT_INVALID'],
    ['something else', 'hello\n', 'EXPORT_INVALID'],
    ['no end', `${made().slice(0, -1).join('\n')}\n`, 'EXPORT_INVALID'],
    ['a part of the end', text.slice(0, -5), 'EXPORT_INVALID'],
    ['a row less', `${made().toSpliced(1, 1).join('\n')}\n`, 'EXPORT_INVALID'],
    ['rows in another order', `${[0, 2, 1, 3].map((at) => made()[at]).join('\n')}\n`, 'EXPORT_INVALID'],
    ['another letter', text.replace('"b"', '"c"'), 'EXPORT_INVALID'],
    ['another header', text.replace('today', 'later'), 'EXPORT_INVALID'],
    ['more after the end', `${text}{}\n`, 'EXPORT_INVALID'],
    [
      'a row of a table that is not ours',
      `${made({}, undefined, 'pg_authid').join('\n')}\n`,
      'EXPORT_INVALID',
    ],
    ['a row of a table of a later version', `${made({ store: 1 }).join('\n')}\n`, 'EXPORT_INVALID'],
    [
      'fewer rows than its header says',
      `${made({ counts: { ...counts, audit: 1 } }).join('\n')}\n`,
      'EXPORT_INVALID',
    ],
    ['a row that is no JSON', `${made({}, ['{"id":', '{}']).join('\n')}\n`, 'EXPORT_INVALID'],
    ['a newer version', `${made({ store: STORE_VERSION + 1 }).join('\n')}\n`, 'STORE_UNKNOWN'],
    ['a newer format', text.replace('"format":1', '"format":2'), 'STORE_UNKNOWN'],
  ])('with %s is refused', async (_what, content, code) => {
    const path = join(folder, 'wrong');
    await writeFile(path, content);
    await expect(check(path)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('Nothing was'),
    });
  });

  test('that is not there is named', async () => {
    await expect(check(join(folder, 'none'))).rejects.toMatchObject({ code: 'USAGE' });
    expect(await readFile(join(folder, 'good'), 'utf8')).toBe(text);
  });
});
