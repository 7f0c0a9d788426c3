import { expect, test } from 'vitest';

import { tokensShape } from './policy.ts';

test.each([
  ['1d', true],
  ['25h', false],
  ['25d', false],
])('uses written every %s: taken is %s', (lastUsedEvery, isTaken) => {
  expect(tokensShape.safeParse({ lastUsedEvery }).success).toBe(isTaken);
});
