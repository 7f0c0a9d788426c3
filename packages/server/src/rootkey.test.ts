import { chmod, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { keyCheckValue, loadRootKeys, parseRootKeys } from './rootkey.ts';

const folder = (): Promise<string> => mkdtemp(join(tmpdir(), 'ambit-rootkey-'));
const key = 'A'.repeat(43);

test('the first start makes a key that its owner alone can read, the second reads the same', async () => {
  const data = await folder();
  const first = await loadRootKeys({ data, fromEnvironment: undefined, storeExists: false });
  const second = await loadRootKeys({ data, fromEnvironment: undefined, storeExists: true });
  expect(second).toEqual(first);
  if (process.platform !== 'win32') expect((await stat(join(data, 'root.key'))).mode & 0o777).toBe(0o600);
});

test('a key that is gone while the store is there is a sentence and not a new key', async () => {
  const data = await folder();
  const lost = loadRootKeys({ data, fromEnvironment: undefined, storeExists: true });
  await expect(lost).rejects.toMatchObject({ code: 'ROOT_KEY_LOST' });
  await expect(readFile(join(data, 'root.key'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test.skipIf(process.platform === 'win32')('a key that others can read stops the start', async () => {
  const data = await folder();
  await writeFile(join(data, 'root.key'), `1:${key}`);
  await chmod(join(data, 'root.key'), 0o640);
  const read = loadRootKeys({ data, fromEnvironment: undefined, storeExists: true });
  await expect(read).rejects.toMatchObject({
    code: 'ROOT_KEY_UNSAFE',
    message: expect.stringContaining('640'),
  });
});

test('the environment goes before the file, and leaves no file', async () => {
  const data = await folder();
  const keys = await loadRootKeys({ data, fromEnvironment: `7:${key}`, storeExists: false });
  expect(keys.current).toBe(7);
  await expect(stat(join(data, 'root.key'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each(['', 'secret', `0:${key}`, `256:${key}`, '1:short', `1:${key} 1:${key}`, `1:${key}A`])(
  '%j is no root key, and the message does not repeat it',
  (text) => {
    let message = '';
    try {
      parseRootKeys(text, 'AMBIT_ROOT_KEY');
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('AMBIT_ROOT_KEY must hold');
    expect(message).not.toContain(key);
    if (text !== '') expect(message).not.toContain(text);
  },
);

test('check values tell keys apart and are not the key', () => {
  const one = Buffer.alloc(32, 1);
  expect(keyCheckValue(one, 1)).not.toBe(keyCheckValue(Buffer.alloc(32, 2), 1));
  expect(keyCheckValue(one, 1)).not.toContain(one.toString('hex'));
});
