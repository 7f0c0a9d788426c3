import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { ServerError } from '../../../packages/server/dist/errors.js';
import { Browser, boxesOf } from './browser.ts';
import { askingUrl, BACK } from './flow.ts';
import { basic, type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

/** Where nothing can be issued, what was presented for it is not used up. */

const SEARCH = 'tilores/query.search';
const SUBGRAPH = 'https://subgraph.example/graphql';
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const MANY = Array.from({ length: 14 }, (_, at) => ({
  permissions: ['read_note'],
  boundary: { project: `acme/${'w'.repeat(200)}${at}` },
}));
const NOTES = { permissions: ['read_note'], boundary: { project: 'acme/other' } };
const CEILING = { scopes: [SEARCH], granular: MANY };
const DETAILS = JSON.stringify(MANY.map((grant) => ({ type: 'graphql', ...grant })));

let site: OAuthSite;
let app: Credentials;
let television: Credentials;
beforeAll(async () => {
  site = await startOAuthSite('memory', `, jwt: [{ resource: "${SUBGRAPH}" }]`);
  const grants = ['authorization_code', 'refresh_token'];
  app = await site.client({ name: 'App', grants, redirectUris: [BACK], ceiling: CEILING });
  television = await site.client({
    name: 'Television',
    grants: ['device_code', 'refresh_token'],
    ceiling: CEILING,
  });
});
afterAll(() => site.close());
beforeEach(() => Promise.all([ceiling(app, CEILING), ceiling(television, CEILING)]));

interface Answer {
  readonly status: number;
  readonly error?: string;
  readonly access_token: string;
  readonly refresh_token: string;
}

const ceiling = async (client: Credentials, to: object): Promise<void> => {
  const answer = await site.admin('PATCH', `/api/clients/${client.id}`, { ceiling: to });
  if (answer.status !== 200) throw new Error(await answer.text());
};

async function token(
  client: Credentials,
  params: readonly (readonly [string, string])[],
  proof?: string,
): Promise<Answer> {
  const answer = await fetch(`${site.issuer}/oauth/token`, {
    method: 'POST',
    headers: { authorization: basic(client), ...(proof === undefined ? {} : { dpop: proof }) },
    body: new URLSearchParams(params.map(([name, value]) => [name, value])),
  });
  return { status: answer.status, ...((await answer.json()) as Omit<Answer, 'status'>) };
}

async function allow(browser: Browser, page: { readonly url: string; readonly answer: Response }) {
  const form = new URLSearchParams({ csrf: browser.csrf, decision: 'allow' });
  for (const box of boxesOf(await page.answer.text())) form.append('grant', box);
  const decided = await browser.go(page.url, form);
  return browser.follow(new URL(decided.headers.get('location') ?? '', page.url).href);
}

type Presented = readonly (readonly [string, string])[];

async function codeOf(more: Record<string, string> = {}): Promise<Presented> {
  const browser = await Browser.of(site, 'alice');
  const url = new URL(askingUrl(site, app, SEARCH));
  for (const [name, value] of Object.entries({ authorization_details: DETAILS, ...more }))
    url.searchParams.set(name, value);
  for (const resource of [`${site.issuer}/graphql`, SUBGRAPH]) url.searchParams.append('resource', resource);
  const pushed = await fetch(`${site.issuer}/oauth/par`, {
    method: 'POST',
    headers: { authorization: basic(app) },
    body: url.searchParams,
  });
  const { request_uri: pushedAs } = (await pushed.json()) as { request_uri: string };
  const short = new URLSearchParams({ client_id: app.id, request_uri: pushedAs });
  const back = await allow(browser, await browser.follow(`${url.origin}${url.pathname}?${short}`));
  const code = new URL(back.url).searchParams.get('code') ?? '';
  return [
    ['grant_type', 'authorization_code'],
    ['code', code],
    ['redirect_uri', BACK],
    ['code_verifier', 'v'.repeat(43)],
  ];
}

async function refreshOf(): Promise<Presented> {
  const { refresh_token: refresh } = await token(app, await codeOf());
  return [
    ['grant_type', 'refresh_token'],
    ['refresh_token', refresh],
  ];
}

const formIn = (page: string): string => /name="xsrf" value="([^"]*)"/.exec(page)?.[1] ?? '';

async function deviceOf(): Promise<Presented> {
  const started = await fetch(`${site.issuer}/oauth/device_authorization`, {
    method: 'POST',
    headers: { authorization: basic(television) },
    body: new URLSearchParams({ scope: SEARCH, authorization_details: DETAILS }),
  });
  const { device_code, user_code, verification_uri } = (await started.json()) as Record<string, string>;
  const browser = await Browser.of(site, 'alice');
  const go = (form?: Record<string, string>) =>
    browser.go(verification_uri ?? '', form === undefined ? undefined : new URLSearchParams(form));
  const typed = { user_code: user_code ?? '', xsrf: formIn(await (await go()).text()) };
  const xsrf = formIn(await (await go(typed)).text());
  const answer = await go({ ...typed, xsrf, confirm: 'yes' });
  await allow(browser, await browser.follow(new URL(answer.headers.get('location') ?? '', site.issuer).href));
  return [
    ['grant_type', DEVICE],
    ['device_code', device_code ?? ''],
  ];
}

const KINDS: readonly (readonly [string, () => Promise<Presented>, () => Credentials])[] = [
  ['a code', codeOf, () => app],
  ['a refresh token', refreshOf, () => app],
  ['a device code', deviceOf, () => television],
];

describe.each(KINDS)('%s is not used up', (_name, presentedOf, clientOf) => {
  const search = async (accessToken: string) => (await site.ask(accessToken, '{ search { id } }')).status;

  async function stillGood(presented: Presented): Promise<void> {
    const given = await token(clientOf(), presented);
    expect([given.status, await search(given.access_token)]).toEqual([200, 200]);
    // And then it is, with everything that came of it.
    expect(await token(clientOf(), presented)).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await search(given.access_token)).toBe(401);
    const refresh: Presented = [
      ['grant_type', 'refresh_token'],
      ['refresh_token', given.refresh_token],
    ];
    expect(await token(clientOf(), refresh)).toMatchObject({ status: 400, error: 'invalid_grant' });
  }

  test('where its client may have none of it now', async () => {
    const presented = await presentedOf();
    await ceiling(clientOf(), { scopes: ['tilores/record.other'] });
    expect(await token(clientOf(), presented)).toMatchObject({ status: 400, error: 'invalid_scope' });
    await ceiling(clientOf(), CEILING);
    await stillGood(presented);
  });

  test('where the store fails on the way', async () => {
    const presented = await presentedOf();
    const { write } = site.store;
    let isFirst = true;
    const failing: typeof write = (work) =>
      write(async (unit) => {
        const put: typeof unit.oauth.put = async (record) => {
          if (record.model === 'AccessToken' && isFirst) {
            isFirst = false;
            throw new ServerError('STORE_UNREACHABLE', 'gone');
          }
          await unit.oauth.put(record);
        };
        return work({ ...unit, oauth: { ...unit.oauth, put } });
      });
    Object.assign(site.store, { write: failing });
    try {
      expect(await token(clientOf(), presented)).toMatchObject({ status: 503 });
    } finally {
      Object.assign(site.store, { write });
    }
    expect(isFirst).toBe(false);
    await stillGood(presented);
  });

  if (presentedOf !== deviceOf)
    test('where the JWT would be too long', async () => {
      const presented = await presentedOf();
      const refused = await token(clientOf(), [...presented, ['resource', SUBGRAPH]]);
      expect(refused).toMatchObject({ status: 400, error: 'invalid_request' });
      await stillGood(presented);
    });

  test('where it asks for another resource', async () => {
    const presented = await presentedOf();
    const refused = await token(clientOf(), [...presented, ['resource', 'https://other.example']]);
    expect(refused).toMatchObject({ status: 400, error: 'invalid_target' });
    await stillGood(presented);
  });
});

test('a code is not used up by whoever has not all that belongs to it', async () => {
  const code = await codeOf();
  const refused = { status: 400, error: 'invalid_grant' };
  const changed = (name: string, to: string): Presented =>
    code.map(([key, value]) => [key, key === name ? to : value]);
  expect(await token(app, changed('code_verifier', 'w'.repeat(43)))).toMatchObject(refused);
  expect(await token(app, changed('redirect_uri', 'https://app.test/other'))).toMatchObject(refused);
  const grants = ['authorization_code'];
  const other = await site.client({ name: 'Other', grants, redirectUris: [BACK], ceiling: CEILING });
  expect(await token(other, code)).toMatchObject(refused);
  expect(await token(app, code)).toMatchObject({ status: 200 });
});

test('a code for permissions alone gives no token that holds nothing, and is not used up by asking for one', async () => {
  const code = await codeOf({ scope: '' });
  const refused = { status: 400, error: 'invalid_authorization_details' };
  await ceiling(app, { scopes: [SEARCH] });
  expect(await token(app, code)).toMatchObject(refused);
  await ceiling(app, { ...CEILING, granular: [...MANY, NOTES] });
  const other = JSON.stringify([{ type: 'graphql', ...NOTES }]);
  expect(await token(app, [...code, ['authorization_details', other]])).toMatchObject(refused);
  const given = await token(app, code);
  expect(given).toMatchObject({ status: 200, authorization_details: { length: MANY.length } });
  await ceiling(app, { scopes: [SEARCH] });
  const refresh: Presented = [
    ['grant_type', 'refresh_token'],
    ['refresh_token', given.refresh_token],
  ];
  expect(await token(app, refresh)).toMatchObject(refused);
  await ceiling(app, CEILING);
  expect(await token(app, refresh)).toMatchObject({ status: 200 });
});

async function newKey(): Promise<{ readonly thumbprint: string; proof(): Promise<string> }> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    proof: () =>
      new SignJWT({ jti: crypto.randomUUID(), htm: 'POST', htu: `${site.issuer}/oauth/token` })
        .setIssuedAt()
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .sign(privateKey),
  };
}

test('a code that is bound to a key is not used up without a proof of it, and a proof is', async () => {
  const [own, other] = [await newKey(), await newKey()];
  const code = await codeOf({ dpop_jkt: own.thumbprint });
  const refused = { status: 400, error: 'invalid_grant' };
  expect(await token(app, code)).toMatchObject(refused);
  expect(await token(app, code, await other.proof())).toMatchObject(refused);
  await ceiling(app, { scopes: ['tilores/record.other'] });
  const proof = await own.proof();
  expect(await token(app, code, proof)).toMatchObject({ status: 400, error: 'invalid_scope' });
  await ceiling(app, CEILING);
  expect(await token(app, code, proof)).toMatchObject(refused);
  expect(await token(app, code, await own.proof())).toMatchObject({ status: 200, token_type: 'DPoP' });
});
