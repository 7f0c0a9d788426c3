import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { Browser, boxesOf } from './browser.ts';
import { type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

const SEARCH = 'tilores/query.search';
const FIELD = 'tilores/record.myCustomField';
const OTHER = 'tilores/record.other';
const BACK = 'https://app.test/back';
const NOTES = { type: 'graphql', permissions: ['read_note'], boundary: { project: 'acme/web' } };

let site: OAuthSite;
let app: Credentials;
let configuration: client.Configuration;
const printed: unknown[] = [];
beforeAll(async () => {
  for (const method of ['log', 'info', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((...words) => void printed.push(words));
  site = await startOAuthSite();
  app = await site.client({
    name: 'App',
    grants: ['authorization_code', 'refresh_token'],
    redirectUris: [BACK],
    ceiling: {
      scopes: [SEARCH, FIELD],
      granular: [{ permissions: ['read_note'], boundary: { project: 'acme/web' } }],
    },
  });
  configuration = await client.discovery(new URL(site.issuer), app.id, app.secret, undefined, {
    algorithm: 'oauth2',
    execute: [client.allowInsecureRequests],
  });
});
afterAll(async () => {
  await site.close();
  // Nothing of the library's own warnings and notices reaches whoever runs the server.
  expect(printed).toEqual([]);
});

interface Begun {
  readonly url: string;
  readonly verifier: string;
  readonly state: string;
}

async function begin(params: Record<string, string>, pushed = false): Promise<Begun> {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const all = {
    redirect_uri: BACK,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    ...params,
  };
  const url = pushed
    ? await client.buildAuthorizationUrlWithPAR(configuration, all)
    : client.buildAuthorizationUrl(configuration, all);
  return { url: url.href, verifier, state };
}

interface Asked {
  readonly page: string;
  readonly url: string;
  readonly browser: Browser;
}

async function asked(begun: Begun, person = 'alice'): Promise<Asked> {
  const browser = await Browser.of(site, person);
  const { url, answer } = await browser.follow(begun.url);
  return { page: await answer.text(), url, browser };
}

/** Ticks boxes and sends the form; gives where the browser ends. */
async function decide(
  { url, browser }: Asked,
  ticked: readonly string[],
  decision = 'allow',
  csrf = browser.csrf,
): Promise<string> {
  const form = new URLSearchParams({ csrf, decision });
  for (const value of ticked) form.append('grant', value);
  const answer = await browser.go(url, form);
  const to = answer.headers.get('location');
  if (to === null) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await browser.follow(new URL(to, url).href)).url;
}

async function tokens(params: Record<string, string>, tick: (all: string[]) => string[] = (all) => all) {
  const begun = await begin(params);
  const page = await asked(begun);
  const back = await decide(page, tick(boxesOf(page.page)));
  return client.authorizationCodeGrant(configuration, new URL(back), {
    pkceCodeVerifier: begun.verifier,
    expectedState: begun.state,
  });
}

describe('authorization code', () => {
  test('holds exactly what was ticked', async () => {
    const params = { scope: `${SEARCH} ${FIELD} ${OTHER}`, authorization_details: JSON.stringify([NOTES]) };
    const begun = await begin(params);
    const page = await asked(begun);
    const boxes = boxesOf(page.page);
    expect(boxes).toEqual([
      `scope ${SEARCH}`,
      `scope ${FIELD}`,
      'permission read_note {"project":"acme/web"}',
    ]);
    const back = await decide(page, [boxes[0]!, boxes[2]!]);
    expect(new URL(back).searchParams.get('iss')).toBe(site.issuer);
    const answer = await client.authorizationCodeGrant(configuration, new URL(back), {
      pkceCodeVerifier: begun.verifier,
      expectedState: begun.state,
    });
    expect(answer).toMatchObject({
      scope: SEARCH,
      authorization_details: [NOTES],
      refresh_token: expect.stringMatching(/^ambr_/),
    });
    expect(await (await site.ask(answer.access_token)).json()).toMatchObject({
      data: { search: [{ id: '1', myCustomField: null }] },
    });
    const note = await site.ask(answer.access_token, '{ note(project: "acme/web") }');
    expect(await note.json()).toEqual({ data: { note: 'secret' } });
    const outside = await site.ask(answer.access_token, '{ note(project: "acme/other") }');
    expect(await outside.json()).toMatchObject({ data: { note: null } });
  });

  test('by a pushed request it is the same', async () => {
    const begun = await begin({ scope: SEARCH }, true);
    expect(begun.url).toContain('request_uri=');
    const page = await asked(begun);
    const back = await decide(page, boxesOf(page.page));
    const answer = await client.authorizationCodeGrant(configuration, new URL(back), {
      pkceCodeVerifier: begun.verifier,
      expectedState: begun.state,
    });
    expect(answer.scope).toBe(SEARCH);
  });

  test('whoever is not signed in is sent to sign in first', async () => {
    const begun = await begin({ scope: SEARCH });
    const { url } = await new Browser().follow(begun.url);
    expect(new URL(url).pathname).toBe('/sign-in');
    expect(new URL(url).searchParams.get('return')).toMatch(/^\/oauth\/interaction\//);
  });

  test('a denial goes back as access_denied, with the issuer', async () => {
    const begun = await begin({ scope: SEARCH });
    const back = new URL(await decide(await asked(begun), [], 'deny'));
    expect(Object.fromEntries(back.searchParams)).toMatchObject({
      error: 'access_denied',
      iss: site.issuer,
      state: begun.state,
    });
  });

  test('a box that was not shown grants nothing', async () => {
    const page = await asked(await begin({ scope: SEARCH }));
    await expect(decide(page, [`scope ${SEARCH}`, `scope ${FIELD}`])).rejects.toThrow('400');
  });

  test('a form of another page is refused', async () => {
    const page = await asked(await begin({ scope: SEARCH }));
    await expect(decide(page, boxesOf(page.page), 'allow', 'x')).rejects.toThrow('403');
  });

  test('another browser cannot answer', async () => {
    const page = await asked(await begin({ scope: SEARCH }));
    const other = { ...page, browser: await Browser.of(site, 'alice') };
    await expect(decide(other, boxesOf(page.page))).rejects.toThrow('400');
  });

  test.each([
    ['no challenge', { code_challenge: '', code_challenge_method: '' }, 'invalid_request'],
    ['the plain method', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['an implicit token', { response_type: 'token' }, 'unsupported_response_type'],
    ['only what is not allowed', { scope: OTHER }, 'invalid_scope'],
    ['another resource', { resource: 'https://other.test' }, 'invalid_target'],
    [
      'details that are none',
      { authorization_details: '[{"type":"other"}]' },
      'invalid_authorization_details',
    ],
    [
      'details with an unknown key',
      { authorization_details: JSON.stringify([{ ...NOTES, extra: 1 }]) },
      'invalid_authorization_details',
    ],
  ])('%s is refused to the client', async (_what, params, error) => {
    const { url } = await begin({ scope: SEARCH, ...params });
    const strict = new URL(url);
    for (const [name, value] of Object.entries(params)) if (value === '') strict.searchParams.delete(name);
    const { url: back } = await new Browser().follow(strict.href);
    expect(new URL(back.replace('#', '?')).searchParams.get('error')).toBe(error);
  });

  test.each([
    `${BACK}/`,
    `${BACK}?a=1`,
    'https://app.test/Back',
    'https://app.test:8443/back',
    'https://evil.test/',
  ])('the address %s, which is not the registered one, is never gone to', async (redirect) => {
    const { url } = await begin({ scope: SEARCH, redirect_uri: redirect });
    const { answer, url: at } = await new Browser().follow(url);
    expect([answer.status, new URL(at).origin]).toEqual([400, site.issuer]);
  });

  test('a code works once, and used twice it takes back what came of it', async () => {
    const begun = await begin({ scope: SEARCH });
    const page = await asked(begun);
    const back = new URL(await decide(page, boxesOf(page.page)));
    const exchange = () =>
      site.token(app, {
        grant_type: 'authorization_code',
        code: back.searchParams.get('code') ?? '',
        redirect_uri: BACK,
        code_verifier: begun.verifier,
      });
    const first = (await (await exchange()).json()) as { access_token: string };
    expect((await site.ask(first.access_token, '{ search { id } }')).status).toBe(200);
    expect(await (await exchange()).json()).toMatchObject({ error: 'invalid_grant' });
    expect((await site.ask(first.access_token, '{ search { id } }')).status).toBe(401);
    expect(await actions(1)).toEqual(['oauth.reused']);
  });

  test('a code that several use at once is given for to one at most', async () => {
    const begun = await begin({ scope: SEARCH });
    const page = await asked(begun);
    const back = new URL(await decide(page, boxesOf(page.page)));
    const answers = await Promise.all(
      [1, 2, 3].map(() =>
        site.token(app, {
          grant_type: 'authorization_code',
          code: back.searchParams.get('code') ?? '',
          redirect_uri: BACK,
          code_verifier: begun.verifier,
        }),
      ),
    );
    const given = answers.filter(({ status }) => status === 200);
    expect(given.length).toBeLessThanOrEqual(1);
    for (const answer of given) {
      const { access_token: token } = (await answer.json()) as { access_token: string };
      expect((await site.ask(token, '{ search { id } }')).status).toBe(401);
    }
  });
});

const actions = async (limit: number): Promise<readonly string[]> =>
  (await site.store.audit.list({ limit })).map(({ action }) => action);

test('the audit has what was ticked and what was refused', async () => {
  const begun = await begin({ scope: `${SEARCH} ${FIELD}` });
  const page = await asked(begun, 'bob');
  await decide(page, boxesOf(page.page).slice(0, 1));
  const [made] = await site.store.audit.list({ limit: 1 });
  expect(made).toMatchObject({
    action: 'grant.made',
    subject: 'bob',
    client: app.id,
    details: { asked: { scopes: [SEARCH, FIELD] }, granted: { scopes: [SEARCH], granular: [] } },
  });
  await decide(await asked(await begin({ scope: SEARCH }), 'bob'), [], 'deny');
  expect(await actions(1)).toEqual(['grant.refused']);
});

test('tokens end with the person, also those that could be renewed', async () => {
  const begun = await begin({ scope: SEARCH });
  const page = await asked(begun, 'carol');
  const back = await decide(page, boxesOf(page.page));
  const answer = await client.authorizationCodeGrant(configuration, new URL(back), {
    pkceCodeVerifier: begun.verifier,
    expectedState: begun.state,
  });
  expect((await site.ask(answer.access_token, '{ search { id } }')).status).toBe(200);
  const people = (await (await site.admin('GET', '/api/people')).json()) as {
    people: { id: string; subject: string }[];
  };
  const { id } = people.people.find(({ subject }) => subject === 'carol')!;
  const disabled = await site.admin('PATCH', `/api/people/${id}`, { disabled: true });
  expect(disabled.status).toBe(200);
  expect((await site.ask(answer.access_token, '{ search { id } }')).status).toBe(401);
  await expect(client.refreshTokenGrant(configuration, answer.refresh_token ?? '')).rejects.toMatchObject({
    error: 'invalid_grant',
  });
});

describe('refresh', () => {
  test('rotates, and a second use of the same ends all of it', async () => {
    const first = await tokens({ scope: `${SEARCH} ${FIELD}` });
    const second = await client.refreshTokenGrant(configuration, first.refresh_token ?? '');
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect((await site.ask(second.access_token)).status).toBe(200);
    await expect(client.refreshTokenGrant(configuration, first.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    expect(await actions(8)).toEqual(expect.arrayContaining(['oauth.reused', 'oauth.refreshed']));
    for (const token of [first.access_token, second.access_token])
      expect((await site.ask(token)).status).toBe(401);
    await expect(client.refreshTokenGrant(configuration, second.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
  });

  test('keeps the details that were ticked, and no others', async () => {
    const two = [NOTES, { ...NOTES, boundary: { project: 'acme/api' } }];
    const first = await tokens({ scope: SEARCH, authorization_details: JSON.stringify(two) });
    expect(first).toMatchObject({ authorization_details: [NOTES] });
    const second = await client.refreshTokenGrant(configuration, first.refresh_token ?? '');
    expect(second).toMatchObject({ scope: SEARCH, authorization_details: [NOTES] });
    const note = await site.ask(second.access_token, '{ note(project: "acme/web") }');
    expect(await note.json()).toEqual({ data: { note: 'secret' } });
  });

  test('can ask for less, and not for more', async () => {
    const first = await tokens({ scope: `${SEARCH} ${FIELD}` }, (all) => all.slice(0, 1));
    await expect(
      client.refreshTokenGrant(configuration, first.refresh_token ?? '', { scope: `${SEARCH} ${FIELD}` }),
    ).rejects.toMatchObject({ error: 'invalid_scope' });
  });

  test('revoking an access token leaves the others; revoking the refresh token ends all', async () => {
    const first = await tokens({ scope: SEARCH });
    const second = await client.refreshTokenGrant(configuration, first.refresh_token ?? '');
    await client.tokenRevocation(configuration, first.access_token);
    expect((await site.ask(first.access_token, '{ search { id } }')).status).toBe(401);
    expect((await site.ask(second.access_token, '{ search { id } }')).status).toBe(200);
    await client.tokenRevocation(configuration, second.refresh_token ?? '');
    expect((await site.ask(second.access_token, '{ search { id } }')).status).toBe(401);
  });
});
