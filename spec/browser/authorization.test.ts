import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import * as client from 'openid-client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type OAuthSite, startOAuthSite } from '../server/oauth/site.ts';
import { findViolations, launch, overflow, picture } from './browser.ts';
import { OWN_PASSWORD } from './rig.ts';

const SEARCH = 'tilores/query.search';
const FIELD = 'tilores/record.myCustomField';
const NAME = 'Record browser';

let site: OAuthSite;
let browser: Browser;
let app: Server;
let back: string;
let configuration: client.Configuration;
let firstPassword: string;

beforeAll(async () => {
  site = await startOAuthSite();
  firstPassword = (await readFile(join(site.folder, '.ambit', 'admin.password'), 'utf8')).trim();
  app = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>app</title><h1>back</h1>');
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  back = `http://127.0.0.1:${(app.address() as AddressInfo).port}/back`;
  const made = await site.client({
    name: NAME,
    grants: ['authorization_code', 'refresh_token', 'device_code'],
    redirectUris: [back],
    ceiling: { scopes: [SEARCH, FIELD, 'read_api'] },
  });
  configuration = await client.discovery(new URL(site.issuer), made.id, made.secret, undefined, {
    algorithm: 'oauth2',
    execute: [client.allowInsecureRequests],
  });
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  app?.closeAllConnections();
  app?.close();
  await site?.close();
});

interface Begun {
  readonly url: string;
  readonly verifier: string;
  readonly state: string;
}

async function begin(scope: string): Promise<Begun> {
  const verifier = client.randomPKCECodeVerifier();
  const state = client.randomState();
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: back,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    scope,
  });
  return { url: url.href, verifier, state };
}

const finish = ({ verifier, state }: Begun, at: string) =>
  client.authorizationCodeGrant(configuration, new URL(at), {
    pkceCodeVerifier: verifier,
    expectedState: state,
  });

/** A tab in which nobody is signed in; what its pages complain about fails the test. */
async function inTab(work: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text()))
      complaints.push(message.text());
  });
  try {
    await work(page);
    expect(complaints).toEqual([]);
  } finally {
    await context.close();
  }
}

async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function looked(page: Page, name: string): Promise<void> {
  await picture(page, name);
  expect(await overflow(page)).toBe(0);
  expect(await findViolations(page)).toEqual([]);
}

const search = async (token: string): Promise<unknown> => (await site.ask(token)).json();

describe.sequential('a person at a real server', () => {
  it('signs in for the first time, unticks one wish, and the client gets exactly the others', () =>
    inTab(async (page) => {
      const begun = await begin(`${SEARCH} ${FIELD} read_api`);
      await page.goto(begun.url);
      await signIn(page, firstPassword);
      await page.getByLabel('Present password').fill(firstPassword);
      await page.getByLabel('New password', { exact: true }).fill(OWN_PASSWORD);
      await page.getByLabel('New password, once more').fill(OWN_PASSWORD);
      await looked(page, 'real-change-password');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await page.getByRole('heading', { name: `Allow ${NAME} to use this API for you?` }).waitFor();
      const coarse = page.getByLabel('Everything that you may see in this API, without changing anything');
      const described = (await coarse.getAttribute('aria-describedby')) ?? '';
      const grows = described.split(' ').find((id) => id.endsWith('-grows'));
      expect(await page.locator(`#${grows}`).innerText()).toContain('everything that this API gets later');
      expect(await page.getByText('also everything that this API gets later').count()).toBe(1);
      expect(await page.getByText(new URL(back).host).count()).toBe(1);
      await looked(page, 'real-consent');
      await page.getByLabel(`lets ${FIELD} happen`).uncheck();
      await coarse.uncheck();
      await page.getByRole('button', { name: 'Allow what is ticked' }).click();
      await page.waitForURL(`${back}?**`);
      const tokens = await finish(begun, page.url());
      expect(tokens.scope).toBe(SEARCH);
      expect(await search(tokens.access_token)).toMatchObject({
        data: { search: [{ id: '1', myCustomField: null }] },
        errors: [{ path: ['search', 'myCustomField'] }],
      });
      const renewed = await client.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
      expect(renewed.scope).toBe(SEARCH);
    }));

  it('denies, and the client hears of it with its state', () =>
    inTab(async (page) => {
      const begun = await begin(SEARCH);
      await page.goto(begun.url);
      await signIn(page, OWN_PASSWORD);
      await page.getByRole('button', { name: 'Deny' }).click();
      await page.waitForURL(`${back}?**`);
      const { searchParams } = new URL(page.url());
      expect(Object.fromEntries(searchParams)).toMatchObject({
        error: 'access_denied',
        state: begun.state,
        iss: site.issuer,
      });
      await expect(finish(begun, page.url())).rejects.toMatchObject({ error: 'access_denied' });
    }));

  it('lets a device in, whose code may be typed in any way', () =>
    inTab(async (page) => {
      const started = await client.initiateDeviceAuthorization(configuration, {
        scope: `${SEARCH} ${FIELD}`,
      });
      await page.goto(started.verification_uri);
      await signIn(page, OWN_PASSWORD);
      await page.getByRole('heading', { name: 'Connect a device' }).waitFor();
      await looked(page, 'real-device-code');
      await page.getByLabel('Code').fill('BBBB-BBBB');
      await page.getByRole('button', { name: 'Continue' }).click();
      expect(await page.getByRole('alert').innerText()).toContain('No device waits with this code');
      await looked(page, 'real-device-wrong');
      await page.getByLabel('Code').fill(started.user_code.toLowerCase().replace('-', ' '));
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('heading', { name: 'Is this your device?' }).waitFor();
      expect(await page.getByText(started.user_code, { exact: true }).count()).toBe(1);
      expect(await page.getByText('127.0.0.1').count()).toBe(1);
      await looked(page, 'real-device-confirm');
      await page.getByRole('button', { name: 'The codes are the same: continue' }).click();
      await page.getByRole('heading', { name: `Allow ${NAME} to use this API for you?` }).waitFor();
      expect(await page.getByText('a device that you were asked to let in').count()).toBe(1);
      await looked(page, 'real-device-consent');
      await page.getByLabel(`lets ${FIELD} happen`).uncheck();
      await page.getByRole('button', { name: 'Allow what is ticked' }).click();
      await page.getByRole('heading', { name: 'The device is connected' }).waitFor();
      await looked(page, 'real-device-done');
      const tokens = await client.pollDeviceAuthorizationGrant(configuration, { ...started, interval: 0 });
      expect(await search(tokens.access_token)).toMatchObject({
        data: { search: [{ id: '1', myCustomField: null }] },
      });
    }));

  it('comes by the address that has the code, and says that it is another device', () =>
    inTab(async (page) => {
      const started = await client.initiateDeviceAuthorization(configuration, { scope: SEARCH });
      await page.goto(started.verification_uri_complete ?? '');
      await signIn(page, OWN_PASSWORD);
      await page.getByRole('heading', { name: 'Connect a device' }).waitFor();
      expect(await page.getByLabel('Code').inputValue()).toBe(started.user_code);
      await looked(page, 'real-device-code-given');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('heading', { name: 'Is this your device?' }).waitFor();
      await page.getByRole('button', { name: 'This is not my device' }).click();
      await page.getByRole('heading', { name: 'The device was refused' }).waitFor();
      await looked(page, 'real-device-refused');
      const polled = client.pollDeviceAuthorizationGrant(configuration, { ...started, interval: 0 });
      await expect(polled).rejects.toMatchObject({ error: 'access_denied' });
    }));

  it('sees what they allowed, and ends one of it', () =>
    inTab(async (page) => {
      const begun = await begin(`${SEARCH} read_api`);
      await page.goto(begun.url);
      await signIn(page, OWN_PASSWORD);
      await page.getByRole('button', { name: 'Allow what is ticked' }).click();
      await page.waitForURL(`${back}?**`);
      const tokens = await finish(begun, page.url());
      await page.goto(`${site.issuer}/account`);
      await page.getByRole('link', { name: 'Applications that act for you' }).click();
      // Newest first: the one of now, the device, the one of the first time.
      const sections = page.getByRole('article', { name: NAME });
      expect(await sections.count()).toBe(3);
      expect(await sections.first().getByRole('listitem').allInnerTexts()).toEqual([
        `lets ${SEARCH} happen`,
        'Everything that you may see in this API, without changing anything',
      ]);
      await looked(page, 'real-grants');
      await page.setViewportSize({ width: 320, height: 640 });
      await looked(page, 'real-grants-narrow');
      await sections.first().getByRole('button', { name: 'End its access' }).click();
      await page.getByRole('status').waitFor();
      expect(await sections.count()).toBe(2);
      await looked(page, 'real-grants-ended');
      expect((await site.ask(tokens.access_token)).status).toBe(401);
      await expect(client.refreshTokenGrant(configuration, tokens.refresh_token ?? '')).rejects.toMatchObject(
        { error: 'invalid_grant' },
      );
      const [row] = await site.store.audit.list({ limit: 1 });
      expect(row).toMatchObject({
        action: 'grant.revoked',
        details: { scopes: [SEARCH, 'read_api'], granular: [] },
      });
      expect(row?.actor).toBe(row?.subject);
    }));
});
