import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { STORE_AWAY } from '../../../packages/server/dist/away.js';
import { ServerError } from '../../../packages/server/dist/errors.js';
import { sweepOnce } from '../../../packages/server/dist/oauth/sweep.js';
import { Browser } from './browser.ts';
import { askingUrl, BACK } from './flow.ts';
import { basic, type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

const SEARCH = 'tilores/query.search';

let site: OAuthSite;
let app: Credentials;
beforeAll(async () => {
  site = await startOAuthSite();
  app = await site.client({
    name: 'App',
    grants: ['authorization_code', 'client_credentials'],
    redirectUris: [BACK],
    ceiling: { scopes: [SEARCH] },
  });
});
afterAll(() => site.close());

const sent = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${site.issuer}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body,
  });

describe('a control character', () => {
  test.each([
    ['/oauth/token', 'grant_type=client_credentials&client_id=%00&client_secret=x'],
    ['/oauth/token', 'grant_type=client_credentials&client_id=\0&client_secret=x'],
    ['/oauth/authorize', 'client_id=%00'],
    ['/oauth/introspect', 'token=%00'],
    ['/oauth/token', 'authorization_details=%5B%22%5Cu0000%22%5D'],
  ])('posted to %s is refused: %j', async (path, body) => {
    const answer = await sent(path, body);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_request' }),
    ]);
  });

  test('as the id of a client in a header is refused', async () => {
    const answer = await sent('/oauth/token', 'grant_type=client_credentials', {
      authorization: basic({ id: '%00', secret: 'x' }),
    });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_request' }]);
  });

  test.each(['/api/tokens/%00', '/api/tokens?subject=%00', '/api/people/%00', '/api/clients/%00'])(
    'in an address of the admin API is refused: %s',
    async (path) => {
      const answer = await site.admin('GET', path);
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'INPUT_INVALID' } }]);
    },
  );

  test('in a body of the admin API is refused', async () => {
    const answer = await site.admin('POST', '/api/tokens', { name: 'a\0b', scopes: [SEARCH] });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'INPUT_INVALID' } }]);
  });

  test('in a form of a page is refused', async () => {
    const browser = await Browser.of(site, 'alice');
    const form = new URLSearchParams({ csrf: browser.csrf, name: '\0', password: 'x' });
    expect((await browser.go(`${site.issuer}/sign-in`, form)).status).toBe(400);
  });

  test('in the address of an authorization is refused', async () => {
    expect((await fetch(`${site.issuer}/oauth/authorize?client_id=%00`)).status).toBe(400);
  });
});

describe('what anybody can have us keep', () => {
  test.each([
    ['state', 2_049],
    ['nonce', 8_192],
  ])('is bounded: %s of %i', async (name, length) => {
    const url = new URL(askingUrl(site, app, SEARCH));
    url.searchParams.set(name, 'a'.repeat(length));
    const answer = await fetch(url, { redirect: 'manual' });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_request' }]);
    expect((await sent('/oauth/authorize', url.search.slice(1))).status).toBe(400);
  });

  test('goes soon after its end, all of it', async () => {
    const idHash = (at: number): string => `i${at}`;
    const expiresAt = new Date('2026-01-01T00:00:00Z');
    const rest = { payload: {}, grantId: undefined, userCode: undefined, uid: undefined };
    const record = { ...rest, consumedAt: undefined, expiresAt, parent: undefined };
    await site.store.write(async (unit) => {
      for (let at = 0; at < 1_001; at += 1)
        await unit.oauth.put({ ...record, model: 'Interaction', idHash: idHash(at) });
      await unit.oauth.put({ ...record, model: 'RefreshToken', idHash: 'kept' });
    });
    const find = (model: string, id: string) => site.store.oauth.find([model], 'idHash', id);
    await sweepOnce(site.store, new Date(expiresAt.getTime() + 60_000));
    expect(await find('Interaction', idHash(0))).toBeDefined();
    await sweepOnce(site.store, new Date(expiresAt.getTime() + 180_000));
    expect(await Promise.all([0, 500, 1_000].map((at) => find('Interaction', idHash(at))))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(await find('RefreshToken', 'kept')).toBeDefined();
  });
});

describe('a store that does not answer', () => {
  test('is told without where it is, in every form, with 503', async () => {
    const secret = 'PostgreSQL at db.internal:5432 refused the user ambit';
    const away = async (): Promise<never> => {
      throw new ServerError('STORE_UNREACHABLE', secret);
    };
    const { clients, people } = site.store;
    const kept = [clients.find, people.findSignIn] as const;
    const browser = await Browser.of(site, 'alice');
    Object.assign(clients, { find: away });
    Object.assign(people, { findSignIn: away });
    try {
      const token = await sent('/oauth/token', 'grant_type=client_credentials', {
        authorization: basic(app),
      });
      expect([token.status, await token.json()]).toEqual([
        503,
        { error: 'temporarily_unavailable', error_description: STORE_AWAY },
      ]);
      for (const path of [
        '/account',
        '/oauth/device',
        askingUrl(site, app, SEARCH).slice(site.issuer.length),
      ]) {
        const answer = await browser.go(`${site.issuer}${path}`);
        const text = await answer.text();
        expect([path, answer.status, text.includes(STORE_AWAY), text.includes('db.internal')]).toEqual([
          path,
          503,
          true,
          false,
        ]);
      }
    } finally {
      Object.assign(clients, { find: kept[0] });
      Object.assign(people, { findSignIn: kept[1] });
    }
  });
});
