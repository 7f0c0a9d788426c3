import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { run } from '../../../packages/server/dist/cli/run.js';
import { loadOAuthKeys, signingKeyOf } from '../../../packages/server/dist/oauth/keys.js';
import { rotated } from '../../../packages/server/dist/oauth/rotate.js';
import { createSeal } from '../../../packages/server/dist/oauth/seal.js';
import { type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

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
      expect.stringMatching(/is published with the next start and signs from/),
    ]);
  });

  test.each([
    [['--oauth', '--after', 'soon'], {}],
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
