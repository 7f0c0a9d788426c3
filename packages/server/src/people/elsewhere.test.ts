import { AuthorizationResponseError } from 'openid-client';
import { expect, test } from 'vitest';

import { tellable } from './elsewhere.ts';

const issuer = 'https://login.example/realms/one?secret=s3cret';

test('a connection that failed is told by its cause and by whom it went to', async () => {
  const error = await fetch('http://127.0.0.1:1/?secret=s3cret', { headers: {} }).catch(
    (why: unknown) => why,
  );
  expect(error).toBeInstanceOf(TypeError);
  const told = tellable(Object.assign(new Error('x', { cause: error }), { code: 'OAUTH_TIMEOUT' }), issuer);
  expect(told).toMatchObject({ issuer: 'https://login.example', error: 'OAUTH_TIMEOUT' });
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  expect(tellable(new TypeError('fetch failed', { cause: refused }), issuer)).toEqual({
    issuer: 'https://login.example',
    error: 'ECONNREFUSED',
  });
});

test('an issuer that refuses is told by the code of its answer, and by nothing else in that', () => {
  const cause = new URLSearchParams({ error: 'access_denied', error_description: 's3cret', code: 's3cret' });
  const told = tellable(new AuthorizationResponseError('refused', { cause }), issuer);
  expect(told).toMatchObject({ issuer: 'https://login.example', error: 'access_denied' });
  expect(JSON.stringify(told)).not.toContain('s3cret');
});

test('what is no code, and what is no error, is not repeated', () => {
  const odd = Object.assign(new Error('s3cret'), { error: 's3cret https://login.example/?code=1' });
  expect(tellable(odd, issuer)).toEqual({ issuer: 'https://login.example', error: 'Error' });
  expect(tellable('s3cret', issuer)).toEqual({ issuer: 'https://login.example', error: 'unknown' });
});
