import { afterAll, beforeAll, expect, test } from 'vitest';

import { Browser } from './browser.ts';
import { BACK, codeFor, redeem } from './flow.ts';
import { basic, type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

/** Who is told what about which token: the table in docs/reference/oauth.md. */

const SEARCH = 'tilores/query.search';

let site: OAuthSite;
let app: Credentials;
let subgraph: Credentials;
let neighbour: Credentials;
let page: Credentials;
beforeAll(async () => {
  site = await startOAuthSite();
  const ceiling = { scopes: [SEARCH] };
  const grants = ['authorization_code', 'refresh_token'];
  app = await site.client({ name: 'App', grants, redirectUris: [BACK], ceiling });
  subgraph = await site.client({ name: 'Subgraph', grants: [], introspects: true });
  neighbour = await site.client({ name: 'Neighbour', grants: ['client_credentials'], ceiling });
  page = await site.client({
    name: 'Page',
    authentication: 'none',
    grants,
    redirectUris: [BACK],
    ceiling,
  });
});
afterAll(() => site.close());

async function asked(token: string, who: Credentials | undefined): Promise<unknown> {
  const isPublic = who?.id === page.id;
  const answer = await fetch(`${site.issuer}/oauth/introspect`, {
    method: 'POST',
    headers: who === undefined || isPublic ? {} : { authorization: basic(who) },
    body: new URLSearchParams({ token, ...(isPublic ? { client_id: page.id } : {}) }),
  });
  const { active, error } = (await answer.json()) as { active?: boolean; error?: string };
  return error ?? active;
}

test('introspection is answered to the client of a token and to those that may ask about all', async () => {
  const browser = await Browser.of(site, 'alice');
  const { access_token: access, refresh_token: refresh = '' } = await redeem(
    site,
    app,
    await codeFor(site, app, browser, SEARCH),
  );
  const made = await site.admin('POST', '/api/tokens', { name: 'p', scopes: [SEARCH] });
  const { token: personal } = (await made.json()) as { token: string };
  for (const token of [access, refresh])
    expect([
      await asked(token, app),
      await asked(token, subgraph),
      await asked(token, neighbour),
      await asked(token, page),
    ]).toEqual([true, true, false, false]);
  expect([await asked(personal, subgraph), await asked(personal, app)]).toEqual([false, false]);
  expect(await asked(access, { ...app, secret: 'wrong' })).toBe('invalid_client');
  expect(await asked(access, undefined)).toBe('invalid_request');
});
