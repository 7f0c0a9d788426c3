import { inspect } from 'node:util';

import { expect, test } from 'vitest';

import { TokenCache } from './cache.ts';

test('what was used longest ago goes first, and no more is kept than there is room for', () => {
  const cache = new TokenCache<{ until: number }>(2);
  for (const token of ['a', 'b']) cache.set(token, { until: 10 });
  expect(cache.get('a', 0)).toEqual({ until: 10 });
  cache.set('c', { until: 10 });
  expect(['a', 'b', 'c'].map((token) => cache.get(token, 0) !== undefined)).toEqual([true, false, true]);
});

test('nothing is remembered at its end or later', () => {
  const cache = new TokenCache<{ until: number }>(2);
  cache.set('a', { until: 10 });
  expect(cache.get('a', 9)).toBeDefined();
  expect(cache.get('a', 10)).toBeUndefined();
});

test('no token is kept as it is', () => {
  const kept: unknown[] = [];
  const cache = new TokenCache<{ until: number }>(2);
  const set = Map.prototype.set;
  Map.prototype.set = function (key: unknown, value: unknown) {
    kept.push(key);
    return set.call(this, key, value);
  };
  try {
    cache.set('secret-token', { until: 10 });
  } finally {
    Map.prototype.set = set;
  }
  expect(kept.length).toBe(1);
  expect(inspect(kept)).not.toContain('secret-token');
});
