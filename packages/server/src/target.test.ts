import { expect, test } from 'vitest';

import { isPlainTarget } from './target.ts';

test.each([
  '/graphql',
  '/api/tokens/tok_0OyB1hXWzXQ1ab2cd/rotate',
  '/.well-known/oauth-protected-resource/graphql',
  '/graphql?query=%2f..%2f../../x',
  '/a/...',
  '/a..b/..c/d..',
  '/a%20b',
])('%s can be read in one way', (target) => {
  expect(isPlainTarget(target)).toBe(true);
});

test.each([
  '/oauth/a%2fb%2fc/../../api/tokens',
  '/oauth/../api/tokens',
  '/oauth/./token',
  '/oauth/..',
  '/oauth/%2e%2e/api/tokens',
  '/oauth/.%2E/api/tokens',
  '/oauth%2Fapi',
  '/oauth%5capi',
  '/oauth\\api',
  'http://127.0.0.1/api/tokens',
  '*',
  '',
])('%s cannot', (target) => {
  expect(isPlainTarget(target)).toBe(false);
});
