import { mkdir, mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { rootKeyIdsIn } from './openkeys.ts';
import { loadRootKeys, parseRootKeys } from './rootkey.ts';
import { readRootKeyFile, rotateRootKey, withNextKey } from './rootkey-file.ts';
import { openEmbeddedStore } from './store/embedded.ts';
import { lockFolder } from './store/lock.ts';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'ambit-rootkeys-'));

test('a rotation adds a key of the next id, which is the current one, and keeps those before', async () => {
  const data = await folder();
  const first = await loadRootKeys({ data, fromEnvironment: undefined, storeExists: false });
  expect(await rotateRootKey(data, [])).toBe(2);
  expect(await rotateRootKey(data, [])).toBe(3);
  const { current, keys } = await readRootKeyFile(data);
  expect([current, [...keys.keys()]]).toEqual([3, [1, 2, 3]]);
  expect(keys.get(1)).toEqual(first.keys.get(1));
  expect(new Set([...keys.values()].map((key) => Buffer.from(key).toString('hex'))).size).toBe(3);
  if (process.platform !== 'win32') expect((await stat(join(data, 'root.key'))).mode & 0o777).toBe(0o600);
});

test('the new id is above all others, in whatever order they stand, and above those that were given up', () => {
  const key = 'A'.repeat(43);
  const keys = parseRootKeys(`7:${key} 2:${'B'.repeat(42)}A`, 'the test');
  expect(withNextKey(keys, []).current).toBe(8);
  expect(withNextKey(keys, [9, 256]).current).toBe(10);
  expect(() => withNextKey(keys, [255])).toThrow('no id left');
});

test('a file that was put back gets an id that its store does not know', async () => {
  const data = await folder();
  const place = { data, database: undefined };
  await loadRootKeys({ data, fromEnvironment: undefined, storeExists: false });
  expect(await rootKeyIdsIn(place)).toEqual([]);
  const store = await openEmbeddedStore(data);
  await store.write(async (unit) => {
    await unit.keys.add(1, 'a');
    await unit.keys.add(2, 'b');
    await unit.keys.withdraw(1);
  });
  await store.close();
  expect([...(await rootKeyIdsIn(place))].sort()).toEqual([1, 2]);
  expect(await rotateRootKey(data, await rootKeyIdsIn(place))).toBe(3);
});

test('of rotations that come at once each makes a key of its own, and none undoes another', async () => {
  const data = await folder();
  await loadRootKeys({ data, fromEnvironment: undefined, storeExists: false });
  const ids = await Promise.all([1, 2, 3].map(() => rotateRootKey(data, [])));
  expect([...ids].sort()).toEqual([2, 3, 4]);
  expect([...(await readRootKeyFile(data)).keys.keys()]).toEqual([1, 2, 3, 4]);
});

test('while another process changes keys, a rotation says so and changes nothing', async () => {
  const data = await folder();
  await loadRootKeys({ data, fromEnvironment: undefined, storeExists: false });
  const before = await readFile(join(data, 'root.key'), 'utf8');
  await mkdir(join(data, 'keys.lock'));
  await writeFile(join(data, 'keys.lock', 'other-host_17_12'), '');
  await expect(rotateRootKey(data, [])).rejects.toMatchObject({
    code: 'STORE_LOCKED',
    message: expect.stringContaining('the process 17'),
  });
  expect(await readFile(join(data, 'root.key'), 'utf8')).toBe(before);
});

test("a server that has the data folder is in nobody's way", async () => {
  const data = await folder();
  await loadRootKeys({ data, fromEnvironment: undefined, storeExists: false });
  const lock = await lockFolder(data);
  expect(await rotateRootKey(data, [])).toBe(2);
  await lock.release();
});

test('where there is no file none is made, and a broken one stays as it is', async () => {
  const data = await folder();
  await expect(rotateRootKey(data, [])).rejects.toMatchObject({ code: 'ROOT_KEY_LOST' });
  await expect(stat(join(data, 'root.key'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readdir(data)).toEqual([]);
  await writeFile(join(data, 'root.key'), 'broken', { mode: 0o600 });
  await expect(rotateRootKey(data, [])).rejects.toMatchObject({ code: 'ROOT_KEY_INVALID' });
  expect(await readFile(join(data, 'root.key'), 'utf8')).toBe('broken');
});
