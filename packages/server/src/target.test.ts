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
  'http://127.0.0.1:4000/api/tokens?a=..',
  '/a%40b%5Bc%5D%60%7b%C3%A4',
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
  '/%61pi/tokens',
  '/ap%69/tokens',
  '/graph%71l',
  '/%41/%5A/%7a/%30/%39/%5f/%7E/%2D',
  '/%7e',
  '/a%2D',
  '/api/tokens#x',
  '/oauth%5capi',
  '/oauth\\api',
  'http://127.0.0.1/oauth/../api/tokens',
  'http://127.0.0.1',
  'ftp://127.0.0.1/api',
  '*',
  '',
])('%s cannot', (target) => {
  expect(isPlainTarget(target)).toBe(false);
});
