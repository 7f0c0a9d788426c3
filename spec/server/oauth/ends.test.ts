import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Browser } from './browser.ts';
import { BACK, codeFor, introspected, redeem } from './flow.ts';
import { type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

const SEARCH = 'tilores/query.search';
const FIELD = 'tilores/record.myCustomField';

let site: OAuthSite;
let app: Credentials;
beforeAll(async () => {
  site = await startOAuthSite();
  app = await site.client({
    name: 'App',
    grants: ['authorization_code', 'refresh_token'],
    redirectUris: [BACK],
    ceiling: { scopes: [SEARCH, FIELD] },
  });
});
afterAll(() => site.close());

describe('introspection', () => {
  test('says what a token holds now, access or refresh, and nothing of one of which nothing is left', async () => {
    const browser = await Browser.of(site, 'alice');
    const tokens = await redeem(site, app, await codeFor(site, app, browser, `${SEARCH} ${FIELD}`));
    const both = [tokens.access_token, tokens.refresh_token ?? ''];
    for (const token of both)
      expect(await introspected(site, app, token)).toMatchObject({
        sub: 'alice',
        scope: `${SEARCH} ${FIELD}`,
      });
    await site.admin('PATCH', `/api/clients/${app.id}`, { ceiling: { scopes: [SEARCH] } });
    for (const token of both) expect(await introspected(site, app, token)).toMatchObject({ scope: SEARCH });
    await site.admin('PATCH', `/api/clients/${app.id}`, { ceiling: { scopes: ['tilores/record.other'] } });
    for (const token of both) expect(await introspected(site, app, token)).toEqual({ active: false });
    await site.admin('PATCH', `/api/clients/${app.id}`, { ceiling: { scopes: [SEARCH, FIELD] } });
  });
});
