import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { loadOAuthKeys, type OAuthKeys } from './keys.ts';
import { watchKeys } from './keys-watch.ts';
import { rotateKeys } from './rotate.ts';

let data: string;
let path: string;
let stop = (): void => undefined;
let taken: OAuthKeys[];
let warned: string[];
let told: string[];
let refusal: Error | undefined;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'ambit-watch-'));
  path = join(data, 'oauth.keys');
  [taken, warned, told, refusal] = [[], [], [], undefined];
  const log = {
    info: (_what: object, sentence: string) => void told.push(sentence),
    warn: ({ reason }: { reason: string }) => void warned.push(reason),
  };
  stop = watchKeys({
    data,
    keys: await loadOAuthKeys(data, undefined),
    async take(keys) {
      if (refusal !== undefined) throw refusal;
      taken.push(keys);
    },
    log: log as never,
    everyMs: 5,
  });
});
afterEach(async () => {
  stop();
  await rm(data, { recursive: true });
});

const rotate = (): Promise<unknown> =>
  rotateKeys(data, { signsFrom: new Date(), hasLeaked: false }, new Date());
const count = (): number => taken.length;

test('a rotation is taken up once', async () => {
  await rotate();
  await expect.poll(count).toBe(1);
  await rotate();
  await expect.poll(count).toBe(2);
  expect(taken[1]).toEqual(await loadOAuthKeys(data, undefined));
  expect([told.length, warned]).toEqual([2, []]);
});

test('what cannot be used is told of once and changes nothing', async () => {
  const warnings = (): number => warned.length;
  await writeFile(path, '{"signing": "secret');
  await expect.poll(warnings).toBe(1);
  await chmod(path, 0o644);
  if (process.platform !== 'win32') await expect.poll(warnings).toBe(2);
  const before = warnings();
  await rm(path);
  await expect.poll(warnings).toBe(before + 1);
  expect(warned.join('\n')).not.toContain('secret');
  expect(warned.at(-1)).toContain('is gone');
  // Each of them was looked at many times.
  expect(new Set(warned).size).toBe(warned.length);
  expect(taken).toEqual([]);
});

test('keys that are refused are tried again, until they are taken', async () => {
  refusal = new Error('not those of this database');
  await rotate();
  await expect.poll(() => warned).toEqual(['not those of this database']);
  expect(taken).toEqual([]);
  refusal = undefined;
  await expect.poll(count).toBe(1);
});

test('rotations at once undo nothing of each other: what leaked is gone, and what was announced is there', async () => {
  stop();
  for (let time = 0; time < 5; time += 1) {
    const [leaked] = (await loadOAuthKeys(data, undefined)).signing;
    const now = new Date();
    const all = await Promise.all(
      [true, false, false].map((hasLeaked) => rotateKeys(data, { signsFrom: now, hasLeaked }, now)),
    );
    const kids = (await loadOAuthKeys(data, undefined)).signing.map(({ kid }) => kid);
    expect(kids).not.toContain(leaked?.kid);
    // The rest came before the leak was told of, and went with it, or after that.
    const [first, ...others] = all;
    expect(kids).toContain(first?.kid);
    for (const { kid } of others) expect([...kids, ...(first?.removed ?? [])]).toContain(kid);
  }
});
