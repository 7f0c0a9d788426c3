import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Browser, boxesOf } from './browser.ts';
import { askingUrl, BACK, codeFor, redeem, type Tokens } from './flow.ts';
import { type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

/** What ends grants for good ends those, too, that are made at the same moment: before each thing that is written then. */

const SEARCH = 'tilores/query.search';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

let site: OAuthSite;
let app: Credentials;
let count = 0;
beforeAll(async () => {
  site = await startOAuthSite();
  app = await site.client({
    name: 'App',
    grants: ['authorization_code', 'refresh_token', 'device_code', 'token_exchange'],
    redirectUris: [BACK],
    ceiling: { scopes: [SEARCH] },
  });
});
afterAll(() => site.close());

/** Does something, and something else right before its nth unit of work. Says whether there were so many. */
async function between<T>(nth: number, other: () => Promise<void>, work: () => Promise<T>) {
  const { write } = site.store;
  let left = nth;
  let isDone = false;
  const counted: typeof write = async (unit) => {
    left -= 1;
    if (left === 0) {
      Object.assign(site.store, { write });
      await other();
      isDone = true;
    }
    return write(unit);
  };
  Object.assign(site.store, { write: counted });
  try {
    return { value: await work(), isDone };
  } finally {
    Object.assign(site.store, { write });
  }
}

async function person(path: string, method: string, body: object = {}): Promise<void> {
  const answer = await site.admin(method, `/api/people/${path}`, body);
  if (!answer.ok) throw new Error(await answer.text());
}

const disabled = (name: string) => person(name, 'PATCH', { disabled: true });
const enabled = (name: string) => person(name, 'PATCH', { disabled: false });

const ENDINGS: readonly (readonly [string, (name: string) => Promise<void>])[] = [
  [
    'is disabled and enabled again',
    async (name) => {
      await disabled(name);
      await enabled(name);
    },
  ],
  ['gets another password', (name) => person(`${name}/password`, 'POST')],
];

async function allow(browser: Browser, url: string, page: string): Promise<string> {
  const form = new URLSearchParams({ csrf: browser.csrf, decision: 'allow' });
  for (const box of boxesOf(page)) form.append('grant', box);
  const to = (await browser.go(url, form)).headers.get('location');
  return to === null ? '' : (await browser.follow(new URL(to, url).href)).url;
}

/** Up to the page on which somebody is asked, and from there on. */
type Flow = (browser: Browser) => Promise<() => Promise<Tokens>>;

const byCode: Flow = async (browser) => {
  const asked = await browser.follow(askingUrl(site, app, SEARCH));
  const page = await asked.answer.text();
  return async () => {
    const back = await allow(browser, asked.url, page);
    const code = URL.canParse(back) ? new URL(back).searchParams.get('code') : null;
    return redeem(site, app, code ?? 'none');
  };
};

const formIn = (page: string): string => /name="xsrf" value="([^"]*)"/.exec(page)?.[1] ?? '';

const byDevice: Flow = async (browser) => {
  const { id, secret } = app;
  const started = await fetch(`${site.issuer}/oauth/device_authorization`, {
    method: 'POST',
    body: new URLSearchParams({ client_id: id, client_secret: secret, scope: SEARCH }),
  });
  const told = (await started.json()) as Record<'device_code' | 'user_code' | 'verification_uri', string>;
  const go = async (form?: Record<string, string>) =>
    browser.go(told.verification_uri, form === undefined ? undefined : new URLSearchParams(form));
  const typed = { user_code: told.user_code, xsrf: formIn(await (await go()).text()) };
  const sure = { ...typed, xsrf: formIn(await (await go(typed)).text()), confirm: 'yes' };
  const to = (await go(sure)).headers.get('location') ?? '';
  const asked = await browser.follow(new URL(to, site.issuer).href);
  const page = await asked.answer.text();
  return async () => {
    await allow(browser, asked.url, page);
    const answer = await site.token(app, { grant_type: DEVICE, device_code: told.device_code });
    return (await answer.json()) as Tokens;
  };
};

const FLOWS: readonly (readonly [string, Flow])[] = [
  ['an application', byCode],
  ['a device', byDevice],
];

const status = async (token: string | undefined) => (await site.ask(token, '{ search { id } }')).status;

async function nothingLives({ access_token, refresh_token = 'none' }: Tokens): Promise<void> {
  expect(await status(access_token)).toBe(401);
  const refreshed = await site.token(app, { grant_type: 'refresh_token', refresh_token });
  expect(await refreshed.json()).toMatchObject({ error: 'invalid_grant' });
}

describe.each(FLOWS)('what is allowed to %s is over', (_what, flow) => {
  describe.each(ENDINGS)('where the person %s', (_how, end) => {
    test.each([1, 2, 3, 4, 5, 6])('before the unit of work number %i', async (nth) => {
      count += 1;
      const name = `person-${count}-`;
      const go = await flow(await Browser.of(site, name));
      const { value, isDone } = await between(nth, () => end(name), go);
      // Each of them writes four times at least: the grant, the answer, the code, and what comes of it.
      if (nth <= 4) expect(isDone).toBe(true);
      if (!isDone) {
        expect(await status(value.access_token)).toBe(200);
        await end(name);
      }
      await nothingLives(value);
      const audited = (await site.store.audit.list({ limit: 50 })).filter(({ subject }) => subject === name);
      const made = audited.filter(({ action }) => action === 'grant.made').length;
      expect(audited.filter(({ action }) => action === 'grant.revoked')).toHaveLength(made);
    });
  });
});

test.each([1, 2])('what comes of a personal token, before the unit of work number %i', async (nth) => {
  count += 1;
  const name = `person-${count}-`;
  await site.signIn(name);
  const made = await site.admin('POST', '/api/tokens', { name: 'p', subject: name, scopes: [SEARCH] });
  const { token } = (await made.json()) as { token: string };
  const exchange = async (): Promise<Tokens> => {
    const answer = await site.token(app, {
      grant_type: EXCHANGE,
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope: SEARCH,
    });
    return (await answer.json()) as Tokens;
  };
  const { value, isDone } = await between(nth, () => disabled(name), exchange);
  expect(isDone).toBe(nth === 1);
  if (!isDone) await disabled(name);
  await enabled(name);
  await nothingLives(value);
  // The personal token is a switch, and on again.
  expect(await status(token)).toBe(200);
});

test('a code that comes twice is told of once, also where the database breaks the unit off and has it begun anew', async () => {
  const code = await codeFor(site, app, await Browser.of(site, 'broken-off-'), SEARCH);
  expect(await redeem(site, app, code)).toHaveProperty('access_token');
  const { write } = site.store;
  const broken: typeof write = (work) => {
    let isFirst = true;
    return write(async (unit) => {
      const value = await work(unit);
      if (!isFirst) return value;
      isFirst = false;
      throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    });
  };
  Object.assign(site.store, { write: broken });
  try {
    expect(await redeem(site, app, code)).toMatchObject({ error: 'invalid_grant' });
  } finally {
    Object.assign(site.store, { write });
  }
  const told = await site.store.audit.list({ limit: 10 });
  expect(told.filter(({ action }) => action === 'oauth.reused')).toHaveLength(1);
});
