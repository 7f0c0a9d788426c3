import { mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { openEmbeddedStore } from './embedded.ts';
import { POSTGRES_MAJOR, readStoreRecord, STORE_VERSION } from './version.ts';

async function dataWith(record: string | undefined, pgVersion = String(POSTGRES_MAJOR)): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'ambit-version-'));
  await mkdir(join(data, 'store', 'postgres'), { recursive: true });
  await writeFile(join(data, 'store', 'postgres', 'PG_VERSION'), `${pgVersion}\n`);
  if (record !== undefined) await writeFile(join(data, 'store', 'store.json'), record);
  return data;
}

async function snapshot(folder: string): Promise<readonly string[]> {
  const names = (await readdir(folder, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => {
      const file = await stat(join(folder, name));
      const content = file.isFile() ? await readFile(join(folder, name), 'utf8') : '';
      return `${name} ${file.mtimeMs} ${content}`;
    }),
  );
}

const json = (store: number, postgres: number): string => JSON.stringify({ store, postgres, state: 'ready' });

test.each([
  ['a newer store version', json(STORE_VERSION + 1, POSTGRES_MAJOR), undefined],
  ['another PostgreSQL major', json(STORE_VERSION, 17), undefined],
  ['a database of another major than its record says', json(STORE_VERSION, POSTGRES_MAJOR), '17'],
  ['a record that is not JSON', 'store: 1', undefined],
  ['a record of another form', '{"version":1}', undefined],
  ['a database without a record', undefined, undefined],
])('%s is refused with a sentence and nothing is changed', async (_what, record, pgVersion) => {
  const data = await dataWith(record, pgVersion);
  const before = await snapshot(data);
  await expect(openEmbeddedStore(data)).rejects.toMatchObject({
    code: 'STORE_UNKNOWN',
    message: expect.stringContaining('Nothing was changed'),
  });
  expect(await snapshot(data)).toEqual(before);
});

test('an empty data folder has no record, and asking leaves it empty', async () => {
  const data = await mkdtemp(join(tmpdir(), 'ambit-version-'));
  expect(await readStoreRecord(data)).toBeUndefined();
  expect(await readdir(data)).toEqual([]);
});
