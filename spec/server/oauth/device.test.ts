import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Browser, boxesOf } from './browser.ts';
import { type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

const SEARCH = 'tilores/query.search';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';

let site: OAuthSite;
let client: Credentials;
beforeAll(async () => {
  site = await startOAuthSite();
  client = await site.client({
    name: 'Television <b>',
    authentication: 'none',
    grants: ['device_code', 'refresh_token'],
    ceiling: { scopes: [SEARCH, 'tilores/record.other'] },
  });
});
afterAll(() => site.close());

interface Started {
  readonly device_code: string;
  readonly user_code: string;
  readonly verification_uri: string;
}

async function start(scope = SEARCH): Promise<Started> {
  const answer = await fetch(`${site.issuer}/oauth/device_authorization`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: client.id, scope }),
  });
  return (await answer.json()) as Started;
}

const poll = async ({ device_code }: Started): Promise<Record<string, string>> => {
  const answer = await site.token(undefined, { grant_type: DEVICE, client_id: client.id, device_code });
  return (await answer.json()) as Record<string, string>;
};

const xsrfOf = (page: string): string => /name="xsrf" value="([^"]*)"/.exec(page)?.[1] ?? '';

/** Types the code, says that it is the own device, and gives the consent page. */
async function typed(browser: Browser, { user_code, verification_uri }: Started) {
  const first = await (await browser.go(verification_uri)).text();
  const form = new URLSearchParams({ xsrf: xsrfOf(first), user_code });
  const second = await (await browser.go(verification_uri, form)).text();
  const sure = new URLSearchParams({ xsrf: xsrfOf(second), user_code, confirm: 'yes' });
  const answer = await browser.go(verification_uri, sure);
  const consent = await browser.follow(new URL(answer.headers.get('location') ?? '', site.issuer).href);
  return { second, url: consent.url, page: await consent.answer.text() };
}

describe('device flow', () => {
  test('a person types the code and ticks; the device gets that', async () => {
    const started = await start(`${SEARCH} tilores/record.other`);
    expect(await poll(started)).toMatchObject({ error: 'authorization_pending' });
    const browser = await Browser.of(site, 'alice');
    const { second, url, page } = await typed(browser, started);
    expect(second).toContain('Television &#60;b&#62;');
    expect(second).not.toContain('<script');
    const form = new URLSearchParams({ csrf: browser.csrf, decision: 'allow', grant: boxesOf(page)[0]! });
    const answer = await browser.go(url, form);
    const done = await browser.follow(new URL(answer.headers.get('location') ?? '', url).href);
    expect(await done.answer.text()).toContain('Done');
    const tokens = await poll(started);
    expect(tokens).toMatchObject({ scope: SEARCH, refresh_token: expect.stringMatching(/^ambr_/) });
    expect((await site.ask(tokens['access_token'], '{ search { id } }')).status).toBe(200);
    expect(await poll(started)).toMatchObject({ error: 'invalid_grant' });
  });

  test('a denial reaches the device', async () => {
    const started = await start();
    const browser = await Browser.of(site, 'alice');
    const { url } = await typed(browser, started);
    const form = new URLSearchParams({ csrf: browser.csrf, decision: 'deny' });
    const answer = await browser.go(url, form);
    await browser.follow(new URL(answer.headers.get('location') ?? '', url).href);
    expect(await poll(started)).toMatchObject({ error: 'access_denied' });
  });

  test('a code that nobody was shown says so and nothing more', async () => {
    const { verification_uri } = await start();
    const browser = await Browser.of(site, 'alice');
    const first = await (await browser.go(verification_uri)).text();
    const form = new URLSearchParams({ xsrf: xsrfOf(first), user_code: 'BBBB-BBBB' });
    const answer = await browser.go(verification_uri, form);
    expect(await answer.text()).toContain('This code cannot be used');
  });

  test('another client cannot use the code', async () => {
    const other = await site.client({
      name: 'Other',
      authentication: 'none',
      grants: ['device_code'],
      ceiling: { scopes: [SEARCH] },
    });
    const { device_code } = await start();
    const answer = await site.token(undefined, { grant_type: DEVICE, client_id: other.id, device_code });
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  });
});
