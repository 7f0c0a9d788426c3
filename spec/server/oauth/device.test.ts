import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { hashOf } from '../../../packages/server/dist/oauth/opaque.js';
import { sweepOnce } from '../../../packages/server/dist/oauth/sweep.js';
import { Browser, boxesOf } from './browser.ts';
import { basic, type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

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

/** A code that somebody allowed and that no device has used. */
async function allowed(browser: Browser): Promise<Started> {
  const started = await start();
  const { url, page } = await typed(browser, started);
  const form = new URLSearchParams({ csrf: browser.csrf, decision: 'allow', grant: boxesOf(page)[0]! });
  const answer = await browser.go(url, form);
  await browser.follow(new URL(answer.headers.get('location') ?? '', url).href);
  return started;
}

describe('device flow', () => {
  test('a person types the code and ticks; the device gets that', async () => {
    const started = await start(`${SEARCH} tilores/record.other`);
    expect(started).toMatchObject({ interval: 5, expires_in: 600 });
    expect(await poll(started)).toMatchObject({ error: 'authorization_pending' });
    const browser = await Browser.of(site, 'alice');
    const { second, url, page } = await typed(browser, started);
    expect(second).toContain('Television &lt;b&gt;');
    expect(second).not.toContain('<script');
    const form = new URLSearchParams({ csrf: browser.csrf, decision: 'allow', grant: boxesOf(page)[0]! });
    const answer = await browser.go(url, form);
    const done = await browser.follow(new URL(answer.headers.get('location') ?? '', url).href);
    expect(await done.answer.text()).toContain('The device is connected');
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
    const done = await browser.follow(new URL(answer.headers.get('location') ?? '', url).href);
    expect([done.answer.status, await done.answer.text()]).toEqual([
      200,
      expect.stringContaining('The device was refused'),
    ]);
    expect(await poll(started)).toMatchObject({ error: 'access_denied' });
  });

  test('a device that is not the own one is refused before anything is asked for', async () => {
    const started = await start();
    const browser = await Browser.of(site, 'alice');
    const first = await (await browser.go(started.verification_uri)).text();
    const form = new URLSearchParams({ xsrf: xsrfOf(first), user_code: started.user_code, abort: 'yes' });
    const answer = await browser.go(started.verification_uri, form);
    expect(await answer.text()).toContain('The device was refused');
    expect(await poll(started)).toMatchObject({ error: 'access_denied' });
  });

  test.each([
    ['in small letters without a dash', (code: string) => code.toLowerCase().replace('-', '')],
    ['with spaces', (code: string) => ` ${code.replace('-', ' ')} `],
  ])('a code is taken %s', async (_how, write) => {
    const { user_code, verification_uri } = await start();
    const browser = await Browser.of(site, 'alice');
    const first = await (await browser.go(verification_uri)).text();
    const form = new URLSearchParams({ xsrf: xsrfOf(first), user_code: write(user_code) });
    const page = await (await browser.go(verification_uri, form)).text();
    expect(page).toContain(`<code>${user_code}</code>`);
  });

  test('whoever is not signed in signs in first, and the code of the address is kept', async () => {
    const { user_code, verification_uri } = await start();
    const { url } = await new Browser().follow(`${verification_uri}?user_code=${user_code}`);
    expect(new URL(url).pathname).toBe('/sign-in');
    expect(new URL(url).searchParams.get('return')).toBe(`/oauth/device?user_code=${user_code}`);
    const posted = await new Browser().go(verification_uri, new URLSearchParams({ user_code }));
    expect(posted.headers.get('location')).toBe('/sign-in?return=%2Foauth%2Fdevice');
  });

  test('the code of the address stands in the form, on a page that runs no script', async () => {
    const { user_code, verification_uri } = await start();
    const browser = await Browser.of(site, 'alice');
    const page = await browser.go(`${verification_uri}?user_code=${user_code}`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await page.text();
    expect(text).not.toContain('<script');
    expect(text).toContain(`value="${user_code}"`);
    const form = new URLSearchParams({ xsrf: xsrfOf(text), user_code });
    expect(await (await browser.go(verification_uri, form)).text()).toContain('Is this your device?');
    for (const odd of [
      'user_code=%22%3E%3Cb%3E',
      `user_code=${user_code}&user_code=BBBB-BBBB`,
      'user_code=',
    ]) {
      const answer = await (await browser.go(`${verification_uri}?${odd}`)).text();
      expect(answer).toContain('id="user_code" name="user_code" value=""');
    }
  });

  test('nobody guesses codes: after ten wrong ones a person waits, and others do not', async () => {
    const { user_code, verification_uri } = await start();
    const browser = await Browser.of(site, 'guesser');
    const type = async (who: Browser, code: string): Promise<Response> => {
      const first = await (await who.go(verification_uri)).text();
      return who.go(verification_uri, new URLSearchParams({ xsrf: xsrfOf(first), user_code: code }));
    };
    // What is right does not count.
    for (let time = 0; time < 3; time += 1) await (await type(browser, user_code)).text();
    for (let time = 0; time < 10; time += 1) expect((await type(browser, 'BBBB-BBBB')).status).toBe(200);
    const late = await type(browser, user_code);
    expect([late.status, await late.text()]).toEqual([429, expect.stringContaining('Wait 15 minutes')]);
    const other = await type(await Browser.of(site, 'patient'), user_code);
    expect(await other.text()).toContain('Is this your device?');
  });

  test('a code that nobody was shown says so and nothing more', async () => {
    const { verification_uri } = await start();
    const browser = await Browser.of(site, 'alice');
    const first = await (await browser.go(verification_uri)).text();
    const form = new URLSearchParams({ xsrf: xsrfOf(first), user_code: 'BBBB-BBBB' });
    const answer = await browser.go(verification_uri, form);
    expect(await answer.text()).toContain('No device waits with this code');
  });

  test('a form that is too old says so, and not that the code is wrong', async () => {
    const { user_code, verification_uri } = await start();
    const browser = await Browser.of(site, 'alice');
    await (await browser.go(verification_uri)).text();
    const answer = await browser.go(verification_uri, new URLSearchParams({ xsrf: 'old', user_code }));
    const page = await answer.text();
    expect(page).toContain('This form is too old');
    expect(page).not.toContain('No device waits');
  });

  test('codes are counted by address, unless the client proves who it is', async () => {
    // A site of its own: all of a site come from one address.
    const own = await startOAuthSite();
    try {
      const asked = { grants: ['device_code'], ceiling: { scopes: [SEARCH] } };
      const open = await own.client({ ...asked, name: 'Open', authentication: 'none' });
      const proven = await own.client({ ...asked, name: 'Proven' });
      const ask = (params: object, headers = {}): Promise<Response> =>
        fetch(`${own.issuer}/oauth/device_authorization`, {
          method: 'POST',
          headers,
          body: new URLSearchParams({ scope: SEARCH, ...params }),
        });
      const known = (): Promise<Response> => ask({}, { authorization: basic(proven) });
      for (let time = 0; time < 5; time += 1) expect((await known()).status).toBe(200);
      // Whoever guesses is counted, whomever they name.
      expect((await ask({}, { authorization: basic({ ...proven, secret: 'guessed' }) })).status).toBe(401);
      const statuses: number[] = [];
      for (let time = 0; time < 99; time += 1) statuses.push((await ask({ client_id: open.id })).status);
      expect(new Set(statuses)).toEqual(new Set([200]));
      const late = await ask({ client_id: open.id });
      expect([late.status, await late.json()]).toMatchObject([429, { error: 'temporarily_unavailable' }]);
      expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    } finally {
      await own.close();
    }
  });

  test('a code that nobody allowed is gone soon after it is over; one that was allowed stays to tell of a theft', async () => {
    const ignored = await start();
    const started = await allowed(await Browser.of(site, 'alice'));
    const row = (one: Started) => site.store.oauth.find(['DeviceCode'], 'idHash', hashOf(one.device_code));
    const inMinutes = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);
    await sweepOnce(site.store, inMinutes(9));
    expect([await row(ignored), await row(started)]).toMatchObject([{}, {}]);
    await sweepOnce(site.store, inMinutes(13));
    expect(await row(ignored)).toBeUndefined();
    expect(await row(started)).toMatchObject({ model: 'DeviceCode' });
  });

  test('what a device was allowed is listed before it fetched its tokens, and can be ended', async () => {
    const browser = await Browser.of(site, 'erin');
    const list = async (): Promise<string> => (await browser.go(`${site.issuer}/account/grants`)).text();
    const started = await allowed(browser);
    expect(
      await (await (await Browser.of(site, 'frank')).go(`${site.issuer}/account/grants`)).text(),
    ).toContain('You have allowed no application');
    const text = await list();
    expect(text).toContain('Television &lt;b&gt;');
    expect(text).toContain(`lets ${SEARCH} happen`);
    const ref = /name="grant" value="([0-9a-f]{64})"/.exec(text)?.[1] ?? '';
    const form = new URLSearchParams({ csrf: browser.csrf, grant: ref });
    expect((await browser.go(`${site.issuer}/account/grants`, form)).status).toBe(303);
    expect(await list()).toContain('You have allowed no application');
    expect(await poll(started)).toMatchObject({ error: 'invalid_grant' });
    // One that is fetched is listed once, by what it became.
    const second = await allowed(browser);
    expect(await poll(second)).toMatchObject({ token_type: 'Bearer' });
    expect((await list()).match(/name="grant"/g)).toHaveLength(1);
    // And what waits for a device ends with all else that is a person's.
    const third = await allowed(browser);
    await site.store.write((unit) => unit.oauth.removeOfAccount('erin'));
    const row = await site.store.oauth.find(['DeviceCode'], 'idHash', hashOf(third.device_code));
    expect(row).toBeUndefined();
    expect(await poll(third)).toMatchObject({ error: 'invalid_grant' });
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
