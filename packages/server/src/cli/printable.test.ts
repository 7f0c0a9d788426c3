import { expect, test } from 'vitest';

import { printableJson } from './printable.ts';
import { lineOf } from './token-list.ts';

const raw = 'a\n\u001b[2Jb\u009b\u202ec\u2028\ud800';

const token = {
  id: 'tok_1',
  name: raw,
  grants: { subject: raw, scopes: [raw], granular: [{ permissions: [raw], boundary: { [raw]: raw } }] },
  createdAt: '2026-01-01T00:00:00.000Z',
  createdBy: 'admin',
  expiresAt: '2026-02-01T00:00:00.000Z',
  revokedAt: null,
  status: 'active' as const,
};
const shown = String.raw`a\u000a\u001b[2Jb\u009b\u202ec\u2028\ud800`;

test('a listed token is one line, on which what is not printable is shown as its number', () => {
  expect(lineOf(token)).toBe(
    `tok_1  active   until 2026-02-01T00:00:00.000Z  ${shown}: ${shown}; ${shown} in ${shown}=${shown}; for ${shown}`,
  );
});

test('as JSON it is the same value, and nothing in it but the line breaks is not printable', () => {
  const json = printableJson({ tokens: [token] });
  expect(JSON.parse(json)).toEqual({ tokens: [token] });
  expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e]/u);
});

test('text in any script is shown as it is', () => {
  const name = 'Größe \u{1f469}\u200d\u{1f52c} שלום';
  expect(lineOf({ ...token, name })).toContain(`  ${name}: `);
});
