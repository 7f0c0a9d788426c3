import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { ensureAdminToken } from '../adminkey.ts';
import { mintOpaque } from '../oauth/opaque.ts';
import { encodeBase62 } from './base62.ts';
import { mint } from './format.ts';

const folder = mkdtempSync(join(tmpdir(), 'ambit-leaks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const text = readFileSync(new URL('../../gitleaks.toml', import.meta.url), 'utf8');
const rules = new Map(
  [...text.matchAll(/^id = "([a-z-]+)"\n[^[]*?^regex = '''(.+)'''$/gm)].map(([, id = '', regex = '']) => [
    id,
    new RegExp(regex, 'g'),
  ]),
);
const found = (line: string): string[] =>
  [...rules].filter(([, regex]) => line.match(regex) !== null).map(([id]) => id);

const personal = mint({ current: 1, keys: new Map([[1, randomBytes(32)]]) }).token;
const body = encodeBase62(randomBytes(32), 43);

test('there is a rule for each kind', () => {
  expect([...rules.keys()]).toHaveLength(6);
});

test.each([
  [personal, 'ambit-personal-token'],
  [`ambn_${personal.slice(5)}${body}`, 'ambit-narrowed-token'],
  [`ambo_${body}`, 'ambit-oauth-access-token'],
  [`ambr_${body}`, 'ambit-oauth-refresh-token'],
  [mintOpaque('ambs_'), 'ambit-oauth-client-secret'],
])('%s is found wherever it stands, and whole', (token, rule) => {
  for (const line of [token, `"${token}"`, `curl -H "Authorization: Bearer ${token}" x`, `TOKEN=${token};`]) {
    expect(found(line)).toEqual([rule]);
    expect(line.match(rules.get(rule) ?? /$^/)).toEqual([token]);
  }
});

test('the admin credential is found as it is made', async () => {
  expect(found(await ensureAdminToken(folder, undefined))).toEqual(['ambit-admin-credential']);
});

test.each([
  'ambp_',
  'ambp_...',
  'ambp_secret',
  personal.slice(0, -1),
  `${personal}x`,
  `x${personal}`,
  `ambx_${body}`,
  'tok_0OyB1hXWzXQ1ab2cd',
  `amba_${'a'.repeat(42)}`,
  `ambo_${'a'.repeat(20)}`,
])('%s is not taken for one', (line) => {
  expect(found(line)).toEqual([]);
});
