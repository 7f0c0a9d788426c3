import { generateKeyPairSync, sign } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { issuersShape } from '../../../packages/server/src/foreign/config.ts';
import { createForeignTokens, type ForeignTokens } from '../../../packages/server/src/foreign/foreign.ts';
import {
  headerAndPayload,
  json,
  keyNamed,
  makeToken,
  startIssuer,
  type TestIssuer,
  type TokenPlan,
} from './issuer.ts';
import { createTestLog, type TestLog } from './testlog.ts';

/** How the keys of an issuer are found, kept, and given up. */

const MINUTE = 60_000;

let issuer: TestIssuer;
let log: TestLog;
let now: number;
const opened: ForeignTokens[] = [];

beforeEach(async () => {
  issuer = await startIssuer();
  log = createTestLog();
  now = Date.now();
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await issuer.close();
});

function door(options: object = {}): ForeignTokens {
  const issuers = issuersShape.parse([
    {
      issuer: issuer.url,
      jwks: `${issuer.url}/jwks`,
      audience: ['https://graphql.example'],
      allowPrivateNetwork: true,
      ...options,
    },
  ]);
  const tokens = createForeignTokens({ issuers, introspection: undefined, log: log.log, now: () => now });
  opened.push(tokens);
  return tokens;
}

const serials = { last: 0 };
/** A good token that is like no other, so that nothing remembers it. */
const fresh = (plan: TokenPlan = {}): Promise<string> => {
  serials.last += 1;
  return makeToken({ ...plan, claims: { jti: String(serials.last), ...plan.claims } }, issuer, now / 1_000);
};
const isTaken = async (tokens: ForeignTokens, plan?: TokenPlan): Promise<boolean> =>
  (await tokens.authenticate(await fresh(plan))) !== undefined;
const fetches = (): number => issuer.asked.filter((path) => path === '/jwks').length;
const reasons = (): unknown[] =>
  log.lines.filter(({ level }) => level === 'warn').map(({ reason }) => reason);

/** Waits for what goes on in the background. */
async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries += 1) await pause(10);
  expect(condition()).toBe(true);
}

describe('fetching', () => {
  it('happens once for many tokens at a time, and not again while the keys are young', async () => {
    const tokens = door();
    const made = await Promise.all(Array.from({ length: 20 }, () => fresh()));
    const answers = await Promise.all(made.map((token) => tokens.authenticate(token)));
    expect(answers.every((grants) => grants !== undefined)).toBe(true);
    now += 4 * MINUTE;
    expect(await isTaken(tokens)).toBe(true);
    expect(fetches()).toBe(1);
  });

  it('never happens for an issuer that is not configured', async () => {
    const tokens = door();
    expect(await isTaken(tokens, { claims: { iss: `${issuer.url}/other` } })).toBe(false);
    expect(await isTaken(tokens, { header: { alg: 'HS256' } })).toBe(false);
    expect(issuer.asked).toEqual([]);
  });

  it('happens again when the clock was set back, so that no key lives for ever', async () => {
    const tokens = door();
    const claims = { iat: 'ABSENT' };
    await isTaken(tokens, { claims });
    now -= 60 * MINUTE;
    expect(await isTaken(tokens, { claims })).toBe(true);
    expect(fetches()).toBe(2);
  });

  it('happens in the background from half of their life on', async () => {
    const tokens = door();
    await isTaken(tokens);
    // Were anybody to wait for this, the token would not be taken.
    const held: (() => void)[] = [];
    issuer.answers.set('/jwks', (_, response) => held.push(() => response.end('{}')));
    now += 6 * MINUTE;
    expect(await isTaken(tokens)).toBe(true);
    await until(() => fetches() === 2);
    for (const release of held) release();
  });
});

describe('a key that was changed', () => {
  it('is found at once when the last look is 30 seconds old, and then again only after 30 seconds', async () => {
    const tokens = door();
    await isTaken(tokens);
    const next = await keyNamed('next', 'ES256');
    const own = issuer.keys.get('ES256')!;
    const rotated = { ...issuer, keys: new Map([['ES256', next] as const]) };
    const plan = { header: { kid: 'next-ES256' }, claims: { jti: 'rotated' } };
    issuer.answers.set('/jwks', json({ keys: [own.jwk, next.jwk] }));
    expect(await tokens.authenticate(await makeToken(plan, rotated, now / 1_000))).toBeUndefined();
    expect(fetches()).toBe(1);
    now += 30_000;
    expect(await tokens.authenticate(await makeToken(plan, rotated, now / 1_000))).toBeDefined();
    expect(await isTaken(tokens)).toBe(true);
    expect(fetches()).toBe(2);
    for (let tries = 0; tries < 10; tries += 1)
      await isTaken(tokens, { header: { kid: `made-up-${tries}` } });
    expect(fetches()).toBe(2);
  });

  it('makes remembered tokens be looked at again', async () => {
    const tokens = door();
    const token = await fresh({ claims: { exp: { seconds: 3_600 } } });
    expect(await tokens.authenticate(token)).toBeDefined();
    const next = await keyNamed('next', 'ES256');
    issuer.answers.set('/jwks', json({ keys: [next.jwk] }));
    now += 30_000;
    expect(await isTaken(tokens, { header: { kid: 'unknown' } })).toBe(false);
    expect(await tokens.authenticate(token)).toBeUndefined();
  });

  it('is refused where a token names none and several fit', async () => {
    const next = await keyNamed('next', 'ES256');
    issuer.answers.set('/jwks', json({ keys: [issuer.keys.get('ES256')!.jwk, next.jwk] }));
    expect(await isTaken(door(), { header: { kid: 'ABSENT' } })).toBe(false);
    issuer.answers.delete('/jwks');
    expect(await isTaken(door(), { header: { kid: 'ABSENT' } })).toBe(true);
  });
});

describe('a token that was taken', () => {
  it('is refused from its expiry on, with the tolerance added, and its keys are not fetched for that', async () => {
    const tokens = door();
    const token = await fresh({ claims: { exp: { seconds: 20 } } });
    expect(await tokens.authenticate(token)).toBeDefined();
    now += 24_000;
    expect(await tokens.authenticate(token)).toBeDefined();
    now += 2_000;
    expect(await tokens.authenticate(token)).toBeUndefined();
    expect(fetches()).toBe(1);
  });

  it('is looked at again after a minute, and has keys fetched again by that', async () => {
    const tokens = door();
    const token = await fresh({ claims: { exp: { seconds: 3_600 } } });
    expect(await tokens.authenticate(token)).toBeDefined();
    now += 11 * MINUTE;
    issuer.answers.set('/jwks', json({ keys: [] }));
    expect(await tokens.authenticate(token)).toBeUndefined();
    expect(fetches()).toBe(2);
  });
});

describe('two issuers', () => {
  it('have keys of their own, under one name too', async () => {
    const other = await startIssuer();
    const theirs = await keyNamed('stranger', 'ES256');
    other.answers.set('/jwks', json({ keys: [{ ...theirs.jwk, kid: 'own-ES256' }] }));
    const audience = ['https://graphql.example'];
    const config = ({ url }: TestIssuer) => ({
      issuer: url,
      jwks: `${url}/jwks`,
      audience,
      allowPrivateNetwork: true,
    });
    const issuers = issuersShape.parse([config(issuer), config(other)]);
    const tokens = createForeignTokens({ issuers, introspection: undefined, log: log.log });
    opened.push(tokens);
    const taken = async (plan: TokenPlan, by: TestIssuer) =>
      (await tokens.authenticate(await makeToken(plan, by))) !== undefined;
    expect([await taken({}, issuer), await taken({ sign: 'stranger' }, other)]).toEqual([true, true]);
    expect([await taken({ sign: 'stranger' }, issuer), await taken({}, other)]).toEqual([false, false]);
    await other.close();
  });
});

describe('an issuer that is away', () => {
  it('has its old keys used for an hour, and then no more', async () => {
    const tokens = door();
    await isTaken(tokens);
    issuer.answers.set('/jwks', (_, response) => response.writeHead(503).end());
    now += 59 * MINUTE;
    expect(await isTaken(tokens)).toBe(true);
    now += 2 * MINUTE;
    expect(await isTaken(tokens)).toBe(false);
    expect(reasons()).toContain('the answer has status 503');
    issuer.answers.delete('/jwks');
    now += MINUTE;
    expect(await isTaken(tokens)).toBe(true);
  });

  it('is not asked again for each token', async () => {
    const tokens = door();
    issuer.answers.set('/jwks', (_, response) => response.writeHead(503).end());
    for (let tries = 0; tries < 5; tries += 1) expect(await isTaken(tokens)).toBe(false);
    expect(fetches()).toBe(1);
    now += 5_000;
    await isTaken(tokens);
    expect(fetches()).toBe(2);
  });

  it('is not called where its name stands for a private address, unless it may be', async () => {
    const { port } = new URL(issuer.url);
    const secret = { jwks: `https://localhost:${port}/jwks`, allowPrivateNetwork: false };
    expect(await isTaken(door(secret))).toBe(false);
    expect(await isTaken(door({ ...secret, jwks: `https://127.0.0.1:${port}/jwks` }))).toBe(false);
    const reason = 'the name stands for an address that is not public; `allowPrivateNetwork: true` allows it';
    expect(reasons()).toEqual([reason, reason]);
    expect(issuer.asked).toEqual([]);
  });

  it('says which issuer it was, at warning level', async () => {
    issuer.answers.set('/jwks', (_, response) => response.destroy());
    expect(await isTaken(door())).toBe(false);
    expect(log.lines).toContainEqual({
      level: 'warn',
      message: 'the keys of an issuer could not be fetched',
      issuer: issuer.url,
      reason: expect.stringMatching(/^the connection failed/),
    });
  });
});

describe('a key set that cannot be used', () => {
  const large = JSON.stringify({ keys: [], padding: 'x'.repeat(10 * 1024 * 1024) });
  it.each([
    ['no JSON', '<html>', 'the answer is not JSON'],
    ['a list', '[]', 'the answer is no set of keys'],
    ['null', 'null', 'the answer is no set of keys'],
    ['no list of keys', '{"keys":{"0":{}}}', 'the answer is no set of keys'],
    ['ten megabytes', large, 'the answer has more than 262144 bytes'],
    [
      'too many keys',
      JSON.stringify({ keys: Array(101).fill({ kty: 'EC' }) }),
      'the set has more than 100 keys',
    ],
  ])('refuses the token and is told: %s', async (_, text, reason) => {
    issuer.answers.set('/jwks', (_request, response) => response.end(text));
    expect(await isTaken(door())).toBe(false);
    expect(reasons()).toEqual([reason]);
  });

  it.each([
    ['no keys', []],
    ['keys that are texts', ['key', null, 1]],
    ['a shared secret', [{ kty: 'oct', k: 'c2VjcmV0', kid: 'own-ES256', alg: 'HS256' }]],
    [
      'a point that is not on the curve',
      [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'own-ES256', alg: 'ES256' }],
    ],
    ['a key for encryption', 'enc'],
  ])('refuses the token where there are only %s', async (_, keys) => {
    const own = { ...issuer.keys.get('ES256')!.jwk, use: 'enc' };
    issuer.answers.set('/jwks', json({ keys: keys === 'enc' ? [own] : keys }));
    expect(await isTaken(door())).toBe(false);
  });

  it('refuses the token of a short RSA key (RFC 7518, 3.3)', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'own-RS256', alg: 'RS256' };
    issuer.answers.set('/jwks', json({ keys: [jwk] }));
    const [header, payload] = headerAndPayload({ key: 'RS256' }, issuer.url, Math.floor(now / 1_000));
    const input = [JSON.stringify(header), payload]
      .map((text) => Buffer.from(text).toString('base64url'))
      .join('.');
    const token = `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
    expect(await door().authenticate(token)).toBeUndefined();
    expect(fetches()).toBe(1);
  });

  it('is used without the entries that are no public keys', async () => {
    const own = issuer.keys.get('ES256')!.jwk;
    issuer.answers.set('/jwks', json({ keys: [null, { kty: 'oct', k: 'AA' }, { kty: 'new' }, own] }));
    expect(await isTaken(door())).toBe(true);
  });

  it('is not believed at another address to which it is redirected', async () => {
    issuer.answers.set('/jwks', (_, response) => response.writeHead(302, { location: '/other' }).end());
    issuer.answers.set('/other', json({ keys: [issuer.keys.get('ES256')!.jwk] }));
    expect(await isTaken(door())).toBe(false);
    expect(issuer.asked).toEqual(['/jwks']);
    expect(reasons()).toEqual(['the answer has status 302; redirects are not followed']);
  });

  it('is given up when it does not come in time', async () => {
    const stop = new AbortController();
    issuer.answers.set('/jwks', (_, response) => {
      response.write('{"keys":[');
      const drip = setInterval(() => response.write(' '), 50);
      stop.signal.addEventListener('abort', () => clearInterval(drip));
    });
    expect(await isTaken(door())).toBe(false);
    stop.abort();
    expect(reasons()).toEqual(['there was no answer in time']);
  });
});

describe('an issuer whose keys have to be looked for', () => {
  const metadata = (more: object = {}) =>
    json({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks`, ...more });
  const openid = '/.well-known/openid-configuration';
  const oauth = '/.well-known/oauth-authorization-server';

  it.each([openid, oauth])('is found by %s', async (path) => {
    issuer.answers.set(path, metadata());
    expect(await isTaken(door({ jwks: undefined }))).toBe(true);
  });

  it('is found below a path, where both rules look for it', async () => {
    for (const path of ['/tenant/.well-known/openid-configuration', `${oauth}/tenant`]) {
      issuer.answers.clear();
      issuer.answers.set(path, metadata({ issuer: `${issuer.url}/tenant` }));
      const tokens = door({ issuer: `${issuer.url}/tenant`, jwks: undefined });
      expect(await isTaken(tokens, { claims: { iss: `${issuer.url}/tenant` } })).toBe(true);
    }
  });

  it.each([
    ['another issuer', { issuer: 'https://evil.example' }, 'the metadata is that of another issuer'],
    ['the issuer with a slash', { issuer: 'SLASH' }, 'the metadata is that of another issuer'],
    ['no issuer', { issuer: undefined }, 'the metadata is that of another issuer'],
    ['no keys', { jwks_uri: undefined }, 'the metadata names no jwks_uri'],
    ['keys in a file', { jwks_uri: 'file:///etc/keys' }, 'the address is no http or https address'],
    [
      'keys behind a credential',
      { jwks_uri: 'http://a:b@127.0.0.1/' },
      'the address is no http or https address',
    ],
  ])('is not believed when its metadata names %s', async (_, more, reason) => {
    const answer = json({
      issuer: issuer.url,
      jwks_uri: `${issuer.url}/jwks`,
      ...more,
      ...('issuer' in more && more.issuer === 'SLASH' ? { issuer: `${issuer.url}/` } : {}),
    });
    issuer.answers.set(openid, answer);
    expect(await isTaken(door({ jwks: undefined }))).toBe(false);
    expect(String(reasons()[0])).toContain(reason);
    expect(fetches()).toBe(0);
  });
});
