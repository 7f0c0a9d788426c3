import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { run } from '../../../packages/server/dist/cli/run.js';
import { confirmNotGivenUp } from '../../../packages/server/dist/oauth/given-up.js';
import { loadOAuthKeys, signingKeyOf } from '../../../packages/server/dist/oauth/keys.js';
import { replaced, rotated } from '../../../packages/server/dist/oauth/rotate.js';
import { createSeal } from '../../../packages/server/dist/oauth/seal.js';
import { Browser, boxesOf } from './browser.ts';
import { askingUrl, BACK, redeem } from './flow.ts';
import { basic, type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

const SUBGRAPH = 'https://subgraph.example/graphql';
const SEARCH = 'tilores/query.search';
const MINUTE = 60_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ambit-keys-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('a rotation', () => {
  const now = new Date('2026-01-01T12:00:00Z');
  const later = (minutes: number): Date => new Date(now.getTime() + minutes * MINUTE);

  test('publishes the new key before it signs, and lets the old one go once nothing of it is believed', async () => {
    const first = await loadOAuthKeys(folder, undefined);
    const [old] = first.signing;
    const { keys: second, removed } = rotated(first, later(60), now);
    expect(second.signing.map(({ kid }) => kid)).toEqual([old?.kid, expect.any(String)]);
    expect(removed).toEqual([]);
    const fresh = second.signing[1];
    expect(signingKeyOf(second, later(59))).toBe(old);
    expect(signingKeyOf(second, later(60))).toBe(fresh);
    // Again too early: the old one still signed within the hour.
    expect(rotated(second, later(180), later(119)).removed).toEqual([]);
    const third = rotated(second, later(240), later(121));
    expect(third.removed).toEqual([old?.kid]);
    expect(signingKeyOf(third.keys, later(121)).kid).toBe(fresh?.kid);
  });

  test('has no end of keys that wait', async () => {
    let keys = await loadOAuthKeys(folder, undefined);
    for (let time = 1; time < 10; time += 1) keys = rotated(keys, later(60), now).keys;
    expect(() => rotated(keys, later(60), now)).toThrow('none is old enough');
  });

  test('leaves what was sealed and named before to be opened and found', async () => {
    const first = await loadOAuthKeys(folder, undefined);
    const before = createSeal(first.cookies);
    const after = createSeal(rotated(first, now, now).keys.cookies);
    expect(after.open(before.close('text', 'about'), 'about')).toBe('text');
    expect(after.blind('WDJBMJHT')).not.toBe(before.blind('WDJBMJHT'));
    expect(after.blinds('WDJBMJHT')).toContain(before.blind('WDJBMJHT'));
    expect(before.open(after.close('text', 'about'), 'about')).toBeUndefined();
  });
});

describe('the command', () => {
  let site: OAuthSite;
  let client: Credentials;
  beforeAll(async () => {
    site = await startOAuthSite('memory', `, jwt: [{ resource: "${SUBGRAPH}" }]`);
    client = await site.client({
      name: 'machine',
      grants: ['client_credentials'],
      ceiling: { scopes: [SEARCH] },
    });
  });
  afterAll(() => site.close());

  const path = (): string => join(site.folder, '.ambit', 'oauth.keys');
  const rotate = async (words: readonly string[], env = {}): Promise<readonly [number, string]> => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push(line);
    const io = { env, folder: site.folder, out: write, err: write };
    return [await run(['keys', 'rotate', ...words], io), lines.join('\n')];
  };

  test('writes a file from which a server starts that believes both and signs with the new one', async () => {
    const jwt = async (of: OAuthSite, who: Credentials): Promise<string> => {
      const params = { grant_type: 'client_credentials', scope: SEARCH, resource: SUBGRAPH };
      return ((await (await of.token(who, params)).json()) as { access_token: string }).access_token;
    };
    const token = await jwt(site, client);
    const { kid: old } = decodeProtectedHeader(token);
    const [code, text] = await rotate(['--oauth', '--after', '0', '--json']);
    expect(code).toBe(0);
    const { kid } = JSON.parse(text) as { kid: string };
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    const keys = await readFile(path(), 'utf8');
    expect(text).not.toContain((JSON.parse(keys) as { signing: { d: string }[] }).signing[1]?.d);
    const next = await startOAuthSite('memory', `, jwt: [{ resource: "${SUBGRAPH}" }]`, {
      AMBIT_OAUTH_KEYS: keys,
    });
    try {
      const jwks = (await (await fetch(`${next.issuer}/oauth/jwks`)).json()) as { keys: object[] };
      expect(jwks.keys).toMatchObject([{ kid: old }, { kid }]);
      expect(JSON.stringify(jwks)).not.toMatch(/"d"|signsFrom/);
      await expect(jwtVerify(token, createLocalJWKSet(jwks as never))).resolves.toBeDefined();
      const who = await next.client({
        name: 'machine',
        grants: ['client_credentials'],
        ceiling: { scopes: [SEARCH] },
      });
      expect(decodeProtectedHeader(await jwt(next, who)).kid).toBe(kid);
    } finally {
      await next.close();
    }
  });

  test('says what is published from when', async () => {
    const [code, text] = await rotate(['--oauth']);
    expect([code, text]).toEqual([
      0,
      expect.stringMatching(/is published and signs from .* within seconds/s),
    ]);
  });

  test.each([
    [['--oauth', '--after', 'soon'], {}],
    [['--oauth', '--leaked', '--after', '0'], {}],
    [[], {}],
    [['--oauth'], { AMBIT_OAUTH_KEYS: '{}' }],
  ])('is refused with %j and %j, and the file stays', async (words, env) => {
    const before = await readFile(path(), 'utf8');
    expect((await rotate(words, env))[0]).toBe(2);
    expect(await readFile(path(), 'utf8')).toBe(before);
  });

  test('refuses a file that it does not know, and does not show it', async () => {
    const before = await readFile(path(), 'utf8');
    await writeFile(path(), '{"signing":"secret"}');
    const [code, text] = await rotate(['--oauth']);
    expect(code).not.toBe(0);
    expect(text).not.toContain('secret"');
    expect(await readFile(path(), 'utf8')).toBe('{"signing":"secret"}');
    await writeFile(path(), before);
  });
});

describe('a running server', () => {
  let site: OAuthSite;
  let client: Credentials;
  beforeAll(async () => {
    site = await startOAuthSite('memory', `, jwt: [{ resource: "${SUBGRAPH}" }]`);
    client = await site.client({
      name: 'machine',
      grants: ['client_credentials', 'device_code'],
      ceiling: { scopes: [SEARCH] },
    });
  });
  afterAll(() => site.close());

  const rotate = async (...words: readonly string[]): Promise<string> => {
    const lines: string[] = [];
    const out = (line: string): void => void lines.push(line);
    const io = { env: {}, folder: site.folder, out, err: out };
    expect(await run(['keys', 'rotate', '--oauth', ...words, '--json'], io)).toBe(0);
    return (JSON.parse(lines.join('')) as { kid: string }).kid;
  };
  const jwks = async (): Promise<{ keys: { kid: string }[] }> =>
    (await (await fetch(`${site.issuer}/oauth/jwks`)).json()) as { keys: { kid: string }[] };
  const kids = async (): Promise<string[]> => (await jwks()).keys.map(({ kid }) => kid);
  const jwt = async (): Promise<string> => {
    const params = { grant_type: 'client_credentials', scope: SEARCH, resource: SUBGRAPH };
    return ((await (await site.token(client, params)).json()) as { access_token: string }).access_token;
  };
  const published = { timeout: 15_000, interval: 200 };

  test('publishes a new key and signs with it from its time on; what was before stays good', async () => {
    const old = await jwt();
    const opaque = (await (
      await site.token(client, { grant_type: 'client_credentials', scope: SEARCH })
    ).json()) as { access_token: string };
    const device = (await (
      await fetch(`${site.issuer}/oauth/device_authorization`, {
        method: 'POST',
        headers: { authorization: basic(client) },
        body: new URLSearchParams({ scope: SEARCH }),
      })
    ).json()) as { device_code: string };
    const { kid: first } = decodeProtectedHeader(old);

    const waiting = await rotate('--after', '60');
    await expect.poll(kids, published).toEqual([first, waiting]);
    expect(decodeProtectedHeader(await jwt()).kid).toBe(first);
    const signing = [
      await rotate('--after', '0'),
      await rotate('--after', '0'),
      await rotate('--after', '0'),
    ];
    await expect.poll(kids, published).toEqual([first, waiting, ...signing]);
    const fresh = await jwt();
    expect(decodeProtectedHeader(fresh).kid).toBe(signing.at(-1));

    const keys = createLocalJWKSet((await jwks()) as never);
    for (const token of [old, fresh]) await expect(jwtVerify(token, keys)).resolves.toBeDefined();
    expect((await site.ask(opaque.access_token)).status).toBe(200);
    const asked = await fetch(`${site.issuer}/oauth/introspect`, {
      method: 'POST',
      headers: { authorization: basic(client) },
      body: new URLSearchParams({ token: old }),
    });
    expect(await asked.json()).toMatchObject({ active: true });
    // Sealed under a secret of four rotations ago.
    const polled = await site.token(client, {
      grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
      device_code: device.device_code,
    });
    expect(await polled.json()).toMatchObject({ error: 'authorization_pending' });
  });

  test('lets whoever is just consenting go on, and their refresh token after that', async () => {
    const app = await site.client({
      name: 'App',
      grants: ['authorization_code', 'refresh_token'],
      redirectUris: [BACK],
      ceiling: { scopes: [SEARCH] },
    });
    const browser = await Browser.of(site, 'ann');
    const consent = await browser.follow(askingUrl(site, app, SEARCH));
    const form = new URLSearchParams({ csrf: browser.csrf, decision: 'allow' });
    for (const box of boxesOf(await consent.answer.text())) form.append('grant', box);
    const kid = await rotate('--after', '0');
    await expect.poll(kids, published).toContain(kid);
    const decided = await browser.go(consent.url, form);
    const back = await browser.follow(new URL(decided.headers.get('location') ?? '', consent.url).href);
    const tokens = await redeem(site, app, new URL(back.url).searchParams.get('code') ?? '');
    expect((await site.ask(tokens.access_token)).status).toBe(200);
    const next = await rotate('--after', '0');
    await expect.poll(kids, published).toContain(next);
    const refreshed = await site.token(app, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token ?? '',
    });
    expect(refreshed.status).toBe(200);
  });

  test('stays with its keys while the file is broken, and lets go of those that leaked', async () => {
    const path = join(site.folder, '.ambit', 'oauth.keys');
    const before = await readFile(path, 'utf8');
    const old = await jwt();
    await writeFile(path, before.slice(0, 100));
    expect(decodeProtectedHeader(await jwt()).kid).toBe(decodeProtectedHeader(old).kid);
    await writeFile(path, before);
    const kid = await rotate('--leaked');
    await expect.poll(kids, published).toEqual([kid]);
    expect(decodeProtectedHeader(await jwt()).kid).toBe(kid);
    await expect(jwtVerify(old, createLocalJWKSet((await jwks()) as never))).rejects.toThrow();
  });

  test('is not given back the file that leaked', async () => {
    const path = join(site.folder, '.ambit', 'oauth.keys');
    const leaked = await readFile(path, 'utf8');
    const kid = await rotate('--leaked');
    await expect.poll(kids, published).toEqual([kid]);
    const good = await readFile(path, 'utf8');
    await writeFile(path, leaked);
    // Rotated, it is another set, with the leaked key in it.
    await rotate('--after', '0');
    const forked = JSON.parse(await readFile(path, 'utf8')) as { signing: { kid: string }[] };
    expect(forked.signing.length).toBe(2);
    const keys = await loadOAuthKeys(join(site.folder, '.ambit'), undefined);
    await expect(confirmNotGivenUp(site.store, keys)).rejects.toMatchObject({ code: 'OAUTH_KEYS_INVALID' });
    await writeFile(path, good);
    expect(await kids()).toEqual([kid]);
  });

  test('that goes on with keys which its store knows as leaked publishes and believes them no more', async () => {
    const opaque = await site.token(client, { grant_type: 'client_credentials', scope: SEARCH });
    const { access_token: token } = (await opaque.json()) as { access_token: string };
    const old = await jwt();
    const keys = await loadOAuthKeys(join(site.folder, '.ambit'), undefined);
    // As another server on the same store has it after `--leaked`.
    await confirmNotGivenUp(site.store, replaced(keys).keys);
    const status = async (): Promise<number> => (await fetch(`${site.issuer}/oauth/jwks`)).status;
    await expect.poll(status, published).toBe(503);
    const refused = await site.token(client, {
      grant_type: 'client_credentials',
      scope: SEARCH,
      resource: SUBGRAPH,
    });
    expect([refused.status, await refused.json()]).toMatchObject([503, { error: 'temporarily_unavailable' }]);
    const asked = await fetch(`${site.issuer}/oauth/introspect`, {
      method: 'POST',
      headers: { authorization: basic(client) },
      body: new URLSearchParams({ token: old }),
    });
    expect(asked.status).toBe(503);
    const browser = await Browser.of(site, 'ben');
    expect((await browser.go(`${site.issuer}/oauth/interaction/somewhere`)).status).toBe(503);
    // These are random, and nothing of them is in the keys.
    expect((await site.ask(token)).status).toBe(200);
    const kid = await rotate('--leaked');
    await expect.poll(status, published).toBe(200);
    expect(await kids()).toEqual([kid]);
    expect(decodeProtectedHeader(await jwt()).kid).toBe(kid);
  });
});
