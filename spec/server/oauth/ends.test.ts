import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { Browser, boxesOf } from './browser.ts';
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

describe('a person who is disabled, or gets another password', () => {
  const status = async (token: string): Promise<number> =>
    (await site.ask(token, '{ search { id } }')).status;

  const refreshed = async (token = ''): Promise<string | undefined> => {
    const answer = await site.token(app, { grant_type: 'refresh_token', refresh_token: token });
    return ((await answer.json()) as { error?: string }).error;
  };

  const grantsOf = async (name: string) => {
    const browser = await Browser.of(site, name);
    const tokens = await redeem(site, app, await codeFor(site, app, browser, SEARCH));
    expect(await status(tokens.access_token)).toBe(200);
    return { tokens, code: await codeFor(site, app, browser, SEARCH) };
  };

  const revokedOf = async (subject: string): Promise<number> =>
    (await site.store.audit.list({ limit: 100 })).filter(
      (row) => row.action === 'grant.revoked' && row.subject === subject,
    ).length;

  test('has granted nothing any more, also once let in again', async () => {
    const { tokens, code } = await grantsOf('dora');
    const kept = await redeem(site, app, await codeFor(site, app, await Browser.of(site, 'eve'), SEARCH));
    await site.admin('PATCH', '/api/people/dora', { disabled: true });
    expect(await status(tokens.access_token)).toBe(401);
    expect(await redeem(site, app, code)).toMatchObject({ error: 'invalid_grant' });
    await site.admin('PATCH', '/api/people/dora', { disabled: false });
    expect(await status(tokens.access_token)).toBe(401);
    expect(await refreshed(tokens.refresh_token)).toBe('invalid_grant');
    expect(await redeem(site, app, code)).toMatchObject({ error: 'invalid_grant' });
    expect(await revokedOf('dora')).toBe(2);
    expect(await status(kept.access_token)).toBe(200);
  });

  test('loses with a reset what was granted under the old password', async () => {
    const { tokens, code } = await grantsOf('fred');
    expect((await site.admin('POST', '/api/people/fred/password')).status).toBe(201);
    expect(await status(tokens.access_token)).toBe(401);
    expect(await refreshed(tokens.refresh_token)).toBe('invalid_grant');
    expect(await redeem(site, app, code)).toMatchObject({ error: 'invalid_grant' });
    expect(await revokedOf('fred')).toBe(2);
  });

  test('has personal tokens that count again once let in: those are a switch', async () => {
    await site.signIn('gina');
    const made = await site.admin('POST', '/api/tokens', { name: 'n', subject: 'gina', scopes: [SEARCH] });
    const { token } = (await made.json()) as { token: string };
    await site.admin('PATCH', '/api/people/gina', { disabled: true });
    expect(await status(token)).toBe(401);
    await site.admin('PATCH', '/api/people/gina', { disabled: false });
    expect(await status(token)).toBe(200);
  });
});

describe('the next person in a browser', () => {
  test('is asked anew and can allow, whoever was there before', async () => {
    const before = await Browser.of(site, 'alice');
    const first = await redeem(site, app, await codeFor(site, app, before, SEARCH));
    expect(await introspected(site, app, first.access_token)).toMatchObject({ sub: 'alice' });
    const after = before.as(await site.signIn('henry'));
    const second = await redeem(site, app, await codeFor(site, app, after, SEARCH));
    expect(await introspected(site, app, second.access_token)).toMatchObject({ sub: 'henry' });
    expect(await introspected(site, app, first.access_token)).toMatchObject({ active: true });
  });

  test('can connect a device', async () => {
    const tv = await site.client({
      name: 'Television',
      authentication: 'none',
      grants: ['device_code'],
      ceiling: { scopes: [SEARCH] },
    });
    const before = await Browser.of(site, 'alice');
    await codeFor(site, app, before, SEARCH);
    const after = before.as(await site.signIn('ines'));
    const started = await fetch(`${site.issuer}/oauth/device_authorization`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: tv.id, scope: SEARCH }),
    });
    const { device_code, user_code, verification_uri } = (await started.json()) as Record<string, string>;
    const xsrfOf = (text: string): string => /name="xsrf" value="([^"]*)"/.exec(text)?.[1] ?? '';
    const page = await (await after.go(verification_uri!)).text();
    const form = new URLSearchParams({ xsrf: xsrfOf(page), user_code: user_code!, confirm: 'yes' });
    const answer = await after.go(verification_uri!, form);
    const consent = await after.follow(new URL(answer.headers.get('location') ?? '', site.issuer).href);
    const [box = ''] = boxesOf(await consent.answer.text());
    const allowed = new URLSearchParams({ csrf: after.csrf, decision: 'allow', grant: box });
    const decided = await after.go(consent.url, allowed);
    await after.follow(new URL(decided.headers.get('location') ?? '', consent.url).href);
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const tokens = await site.token(undefined, { grant_type, client_id: tv.id, device_code: device_code! });
    const { access_token } = (await tokens.json()) as { access_token: string };
    expect((await site.ask(access_token, '{ search { id } }')).status).toBe(200);
    expect(await introspected(site, await asking(), access_token)).toMatchObject({ sub: 'ines' });
  });

  const asking = (): Promise<Credentials> => site.client({ name: 'resource', grants: [], introspects: true });
});

describe('a mistaken request at the token endpoint', () => {
  const other = { resource: 'https://other.test/graphql' };

  test('for another resource leaves code and refresh token as they are', async () => {
    const browser = await Browser.of(site, 'alice');
    const code = await codeFor(site, app, browser, SEARCH);
    expect(await redeem(site, app, code, other)).toMatchObject({ error: 'invalid_target' });
    const { refresh_token = '' } = await redeem(site, app, code);
    const refresh = async (more: object): Promise<object> =>
      (
        await site.token(app, { grant_type: 'refresh_token', refresh_token, ...more })
      ).json() as Promise<object>;
    expect(await refresh(other)).toMatchObject({ error: 'invalid_target' });
    expect(await refresh({})).toMatchObject({ scope: SEARCH });
    // Once it was used, it is used, whatever is asked for.
    expect(await refresh({})).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('the page for codes of devices', () => {
  test('answers what no form of it sent with a page, and nothing is printed', async () => {
    const printed = vi.spyOn(console, 'error');
    const browser = await Browser.of(site, 'alice');
    const answer = await browser.go(
      `${site.issuer}/oauth/device`,
      new URLSearchParams({ user_code: 'BBBB-BBBB' }),
    );
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining('too old')]);
    expect(printed).not.toHaveBeenCalled();
  });
});
