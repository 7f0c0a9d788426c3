import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Browser, boxesOf } from './browser.ts';
import { type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

const SEARCH = 'tilores/query.search';
const FIELD = 'tilores/record.myCustomField';
const BACK = 'https://app.test/back';
const VERIFIER = 'v'.repeat(43);
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

let site: OAuthSite;
let app: Credentials;
let page: string;
beforeAll(async () => {
  site = await startOAuthSite();
  page = `${site.issuer}/account/grants`;
  app = await site.client({
    name: 'App <b>',
    grants: ['authorization_code', 'token_exchange'],
    redirectUris: [BACK],
    ceiling: { scopes: [SEARCH, FIELD] },
  });
});
afterAll(() => site.close());

/** Lets a person allow everything; gives the access token. */
async function allow(browser: Browser): Promise<string> {
  const challenge = Buffer.from(
    await crypto.subtle.digest('SHA-256', new TextEncoder().encode(VERIFIER)),
  ).toString('base64url');
  const url = new URL(`${site.issuer}/oauth/authorize`);
  const asked = {
    client_id: app.id,
    response_type: 'code',
    redirect_uri: BACK,
    scope: `${SEARCH} ${FIELD}`,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  const consent = await browser.follow(url.href);
  const form = new URLSearchParams({ csrf: browser.csrf, decision: 'allow' });
  for (const box of boxesOf(await consent.answer.text())) form.append('grant', box);
  const decided = await browser.go(consent.url, form);
  const back = await browser.follow(new URL(decided.headers.get('location') ?? '', consent.url).href);
  const answer = await site.token(app, {
    grant_type: 'authorization_code',
    code: new URL(back.url).searchParams.get('code') ?? '',
    redirect_uri: BACK,
    code_verifier: VERIFIER,
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

const refsOf = (text: string): string[] =>
  [...text.matchAll(/name="grant" value="([0-9a-f]{64})"/g)].map(([, ref = '']) => ref);

const shown = async (browser: Browser): Promise<string> => (await browser.go(page)).text();

const end = (browser: Browser, ref: string, csrf = browser.csrf): Promise<Response> =>
  browser.go(page, new URLSearchParams({ csrf, grant: ref }));

const status = async (token: string): Promise<number> => (await site.ask(token, '{ search { id } }')).status;

describe('the page of what a person allowed', () => {
  test('is for people who are signed in', async () => {
    const { url } = await new Browser().follow(page);
    expect(new URL(url).pathname).toBe('/sign-in');
  });

  test('shows what was allowed in words, and what the client may not have any more is not there', async () => {
    const browser = await Browser.of(site, 'alice');
    expect(await shown(browser)).toContain('You have allowed no application');
    await allow(browser);
    const text = await shown(browser);
    expect(text).toContain('App &lt;b&gt;');
    expect(text).toContain(`lets ${FIELD} happen`);
    expect(refsOf(text)).toHaveLength(1);
    await site.admin('PATCH', `/api/clients/${app.id}`, { ceiling: { scopes: [SEARCH] } });
    expect(await shown(browser)).not.toContain(`lets ${FIELD} happen`);
    await site.admin('PATCH', `/api/clients/${app.id}`, { ceiling: { scopes: [SEARCH, FIELD] } });
  });

  test('ends one grant at once, with what came of it by exchange, and no other', async () => {
    const browser = await Browser.of(site, 'bob');
    const first = await allow(browser);
    const second = await allow(browser);
    const answer = await site.token(app, {
      grant_type: EXCHANGE,
      subject_token: first,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope: SEARCH,
    });
    const { access_token: exchanged } = (await answer.json()) as { access_token: string };
    expect(await status(exchanged)).toBe(200);
    // Nobody was asked for the exchanged one, which stands and falls with the first.
    const before = refsOf(await shown(browser));
    expect(before).toHaveLength(2);
    const ended: number[] = [];
    for (const ref of before) {
      expect((await end(browser, ref)).status).toBe(303);
      ended.push(await status(first), await status(second));
      if (ended.at(-2) === 401) break;
    }
    expect(await status(first)).toBe(401);
    expect(await status(exchanged)).toBe(401);
    const [row] = await site.store.audit.list({ limit: 1 });
    expect(row).toMatchObject({ action: 'grant.revoked', actor: 'bob', subject: 'bob', client: app.id });
    expect(JSON.stringify(row?.details)).not.toMatch(/amb[ors]_/);
  });

  test('ends nothing of anybody else, and nothing without the token of the form', async () => {
    const carol = await Browser.of(site, 'carol');
    const dave = await Browser.of(site, 'dave');
    const token = await allow(carol);
    const [ref = ''] = refsOf(await shown(carol));
    expect(refsOf(await shown(dave))).toEqual([]);
    await end(dave, ref);
    expect((await end(carol, ref, dave.csrf)).status).toBe(403);
    expect((await new Browser().go(page, new URLSearchParams({ grant: ref }))).status).toBe(403);
    expect(await status(token)).toBe(200);
    await end(carol, ref);
    expect(await status(token)).toBe(401);
  });
});
