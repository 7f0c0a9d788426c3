import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { loadOAuthKeys } from '../oauth/keys.ts';
import { run } from './run.ts';

/** What the rotation of the authorization server's keys tells, in a data folder and on PostgreSQL. */

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ambit-rotate-'));
  await loadOAuthKeys(folder, undefined);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ALONE = {};
const SHARED = { AMBIT_DATABASE_URL: 'postgres://ambit@127.0.0.1:1/ambit' };

async function told(env: Record<string, string>, ...flags: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const write = (line: string): void => void lines.push(line);
  const io = { out: write, err: write, env: { AMBIT_DATA: folder, ...env }, folder };
  expect(await run(['keys', 'rotate', '--oauth', ...flags], io)).toBe(0);
  return lines.join('\n');
}

test('after a leak the new key signs at once, and nothing has to be done before', async () => {
  const alone = await told(ALONE, '--leaked');
  const shared = await told(SHARED, '--leaked');
  for (const text of [alone, shared]) {
    expect(text).toMatch(/signs at once\. Gone: \S+\./);
    expect(text).toMatch(/fetch \/oauth\/jwks anew/);
    expect(text).not.toMatch(/before then|signs from/);
  }
  expect(alone).not.toContain('other server');
  expect(shared).toMatch(/Give every other server the same file now: .* 503/);
});

test('without one, others have until the key signs', async () => {
  expect(await told(SHARED)).toMatch(/signs from 20\S+Z\.[\s\S]*other server the same file before then\./);
  expect(await told(SHARED, '--after', '0')).toMatch(/other server the same file now\./);
  expect(await told(ALONE)).not.toContain('other server');
});
