import { expect, test } from 'vitest';

import { expiryFrom } from './expiry.ts';
import { DEFAULT_POLICY } from './policy.ts';

const now = new Date('2026-01-01T00:00:00Z');

test.each([
  ['15m', '2026-01-01T00:15:00.000Z'],
  ['24h', '2026-01-02T00:00:00.000Z'],
  ['30d', '2026-01-31T00:00:00.000Z'],
  ['365d', '2027-01-01T00:00:00.000Z'],
])('%s from now is %s', (text, end) => {
  expect(expiryFrom(text, now, DEFAULT_POLICY).toISOString()).toBe(end);
});

test.each(['', '0d', '-1d', '1.5h', '30', 'd', '1w', '30 d', '1y', ' 1d', '1e3d'])(
  '%j is no expiry',
  (text) => {
    expect(() => expiryFrom(text, now, DEFAULT_POLICY)).toThrow(/whole number with a unit/);
  },
);

test.each(['366d', '8761h', '999999999d'])('%s is longer than a token may live', (text) => {
  expect(() => expiryFrom(text, now, DEFAULT_POLICY)).toThrow(/at most 365d/);
});
