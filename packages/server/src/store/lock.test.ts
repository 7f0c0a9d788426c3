import { spawnSync } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { findLockHolder, lockFolder } from './lock.ts';

async function folder(...files: readonly string[]): Promise<string> {
  const data = await mkdtemp(join(tmpdir(), 'ambit-lock-'));
  await mkdir(join(data, 'lock'));
  for (const file of files) await writeFile(join(data, 'lock', file), '');
  return data;
}

const NAMESPACE_LINK = '/proc/self/ns/pid';
const namespace = existsSync(NAMESPACE_LINK) ? `..${readlinkSync(NAMESPACE_LINK).replaceAll(/\D/g, '')}` : '';
const place = `${hostname()}${namespace}`;

const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

test('a locked folder is refused with the id of the process that has it, and free after release', async () => {
  const data = await folder();
  const lock = await lockFolder(data);
  await expect(lockFolder(data)).rejects.toMatchObject({
    code: 'STORE_LOCKED',
    message: expect.stringContaining(`process ${process.pid}`),
  });
  expect((await findLockHolder(data))?.pid).toBe(process.pid);
  await lock.release();
  expect(await findLockHolder(data)).toBeUndefined();
  await (await lockFolder(data)).release();
});

test('the lock of a dead process is taken over and its file removed', async () => {
  const data = await folder(`${place}_${deadPid()}_0`);
  const lock = await lockFolder(data);
  expect(await readdir(join(data, 'lock'))).toHaveLength(1);
  await lock.release();
});

test.skipIf(process.platform !== 'linux')(
  'a process id that another process has now does not hold the lock',
  async () => {
    const data = await folder(`${place}_${process.ppid}_00000000123`);
    await (await lockFolder(data)).release();
  },
);

test('a process on another host holds the lock while it shows life, and no longer', async () => {
  const data = await folder('other-host_1_12');
  await expect(lockFolder(data)).rejects.toMatchObject({
    message: expect.stringContaining('1 on other-host'),
  });
  const past = new Date(Date.now() - 60_000);
  await utimes(join(data, 'lock', 'other-host_1_12'), past, past);
  await (await lockFolder(data)).release();
});

test.skipIf(namespace === '').each([
  ['in another namespace', '..1'],
  ['of a release that did not record the namespace', ''],
])(
  'a process %s on a host of our name holds the lock while it shows life, whatever its id is here',
  async (_where, other) => {
    const name = `${hostname()}${other}_${deadPid()}_12`;
    const data = await folder(name);
    await expect(lockFolder(data)).rejects.toMatchObject({
      code: 'STORE_LOCKED',
      message: expect.stringContaining(`in another container named ${hostname()}`),
    });
    expect(await findLockHolder(data)).toMatchObject({ host: hostname() });
    const past = new Date(Date.now() - 60_000);
    await utimes(join(data, 'lock', name), past, past);
    expect(await findLockHolder(data)).toBeUndefined();
    const lock = await lockFolder(data);
    expect(await readdir(join(data, 'lock'))).not.toContain(name);
    await lock.release();
  },
);

test('a file that names no process is left alone', async () => {
  const data = await folder('README');
  await (await lockFolder(data)).release();
  expect(await readdir(join(data, 'lock'))).toEqual(['README']);
});
