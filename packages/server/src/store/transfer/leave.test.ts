import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { withStore } from '../../openkeys.ts';
import { openEmbeddedStore } from '../embedded.ts';
import { storeFolders } from '../version.ts';
import { exportFrom, importInto, leaveStore } from './place.ts';

/** A store that was moved away: what would be revoked in it would be revoked nowhere. */

let data: string;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'ambit-leave-'));
  await (await openEmbeddedStore(data)).close();
  const lines: string[] = [];
  await exportFrom(
    place(),
    (line) => void lines.push(line),
    () => undefined,
  ); // prettier-ignore
  await writeFile(join(data, 'own.jsonl'), `${lines.join('\n')}\n`);
  await leaveStore(data);
});
afterAll(() => rm(data, { recursive: true, force: true }));

const place = () => ({ data, database: undefined });
const moved = { code: 'STORE_MOVED', message: expect.stringContaining('goes on where that was imported') };

test('is opened by nothing', async () => {
  await expect(openEmbeddedStore(data)).rejects.toMatchObject(moved);
  await expect(withStore(place(), async () => 0)).rejects.toMatchObject(moved);
  await expect(
    exportFrom(
      place(),
      () => undefined,
      () => undefined,
    ),
  ).rejects.toMatchObject(moved); // prettier-ignore
  await expect(leaveStore(data)).rejects.toMatchObject(moved);
  await expect(importInto(place(), join(data, 'own.jsonl'), () => undefined)).rejects.toMatchObject(moved);
});

test('opens again where the move is given up', async () => {
  const { record } = storeFolders(data);
  const said = await readFile(record, 'utf8');
  await writeFile(record, said.replace('"moved"', '"ready"'));
  await (await openEmbeddedStore(data)).close();
});
