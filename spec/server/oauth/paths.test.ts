import { afterAll, beforeAll, expect, test } from 'vitest';

import { METADATA_PATH, PATHS } from '../../../packages/server/dist/oauth/paths.js';
import { type OAuthSite, startOAuthSite } from './site.ts';

/** The authorization server answers under one form of each of its paths: what guards them knows no other. */

let site: OAuthSite;
beforeAll(async () => {
  site = await startOAuthSite();
});
afterAll(() => site.close());

const others = [METADATA_PATH, ...Object.values(PATHS)].flatMap((path) => [
  `${path}/`,
  `${path}//`,
  `/${path}`,
  path.toUpperCase(),
  path.replace('/o', '/O'),
  path.replace('oauth', '%6fauth'),
  path.replace(/.$/, (last) => `%${last.charCodeAt(0).toString(16)}`),
  `${path};a`,
  `${path}/a/b`,
]);

test.each(others)('%s leads nowhere', async (path) => {
  for (const method of ['GET', 'POST', 'OPTIONS']) {
    const answer = await fetch(`${site.issuer}${path}`, {
      method,
      redirect: 'manual',
      ...(method === 'POST' ? { body: new URLSearchParams({ token: 'x', user_code: 'BBBBBBBB' }) } : {}),
    });
    // Escapes of letters have a second meaning for whoever compares bytes.
    const [status, code] = path.includes('%') ? [400, 'INPUT_INVALID'] : [404, 'NOT_FOUND'];
    expect([method, answer.status]).toEqual([method, status]);
    expect(await answer.json()).toMatchObject({ error: { code } });
  }
});

test('the forms that there are answer', async () => {
  const statuses = await Promise.all(
    [METADATA_PATH, PATHS.jwks, PATHS.authorization, PATHS.device_authorization].map(
      async (path) => (await fetch(`${site.issuer}${path}`, { redirect: 'manual' })).status,
    ),
  );
  expect(statuses).toEqual([200, 200, 400, 404]);
});
