import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { Grants } from 'ambit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { JWT_CHECKS, type JwtCheck } from '../../../packages/server/src/foreign/checks.ts';
import { issuersShape } from '../../../packages/server/src/foreign/config.ts';
import { createForeignTokens, type ForeignTokens } from '../../../packages/server/src/foreign/foreign.ts';
import {
  joseToken,
  type KeyName,
  makeToken,
  startIssuer,
  type TestIssuer,
  type TokenPlan,
} from './issuer.ts';
import { createTestLog, type TestLog } from './testlog.ts';

/** What is taken and what is refused of JWTs that a configured issuer signed, or somebody else in its name. */

interface Case extends TokenPlan {
  readonly id: string;
  readonly source: string;
  readonly refused: string;
  readonly weaken?: readonly string[];
  readonly mended?: TokenPlan;
}

const file = fileURLToPath(new URL('./jwt.yml', import.meta.url));
const { cases } = parse(readFileSync(file, 'utf8')) as { cases: readonly Case[] };

let issuer: TestIssuer;
let stranger: TestIssuer;
const opened: ForeignTokens[] = [];

beforeAll(async () => {
  issuer = await startIssuer();
  stranger = await startIssuer();
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});
afterAll(async () => {
  await issuer.close();
  await stranger.close();
});

function door(
  log: TestLog,
  options: object = {},
  jwtChecks: readonly JwtCheck[] = JWT_CHECKS,
): Pick<ForeignTokens, 'authenticate'> {
  const [config] = issuersShape.parse([
    {
      issuer: issuer.url,
      jwks: `${issuer.url}/jwks`,
      audience: ['https://graphql.example'],
      allowPrivateNetwork: true,
      ...options,
    },
  ]);
  const tokens = createForeignTokens({
    issuers: [config!],
    introspection: undefined,
    log: log.log,
    jwtChecks,
  });
  opened.push(tokens);
  return tokens;
}

const planned = (plan: TokenPlan): TokenPlan =>
  JSON.parse(JSON.stringify(plan).replaceAll('STRANGER', stranger.url)) as TokenPlan;

describe.each(cases)('$id ($source)', (one) => {
  const plan = () => planned(one);

  it(`is refused for its ${one.refused.split(':')[0]}, and the log says so without the token`, async () => {
    const log = createTestLog();
    const token = await makeToken(plan(), issuer);
    expect(await door(log).authenticate(token)).toBeUndefined();
    expect(log.lines.map(({ check }) => check)).toEqual([one.refused]);
    for (const part of token.split('.').filter((text) => text.length > 8))
      expect(log.text()).not.toContain(part);
    expect(stranger.asked).toEqual([]);
  });

  it('is taken without that check, or without what is wrong with it', async () => {
    const left = JWT_CHECKS.filter(({ name }) => !one.weaken?.includes(name));
    expect(left.length).toBe(JWT_CHECKS.length - (one.weaken?.length ?? 0));
    const token = await makeToken(planned(one.mended ?? one), issuer);
    expect(await door(createTestLog(), {}, left).authenticate(token)).toBeDefined();
  });
});

describe('the cases', () => {
  it('have ids of their own, and each proves which check it is', () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    for (const one of cases) expect([one.id, one.weaken ?? one.mended]).not.toContain(undefined);
  });

  it('are there for every check', () => {
    const refused = new Set(cases.map((one) => one.refused));
    expect(JWT_CHECKS.map(({ name }) => name).filter((name) => !refused.has(name))).toEqual([]);
  });
});

describe('a good token', () => {
  it.each<KeyName>(['ES256', 'RS256', 'EdDSA', 'PS256'])('signed by jose with %s is taken', async (key) => {
    const token = await joseToken(issuer, key, { sub: 'alice', client_id: 'app', scope: 'read write' });
    const grants = await door(createTestLog()).authenticate(token);
    expect(grants).toMatchObject({ subject: 'alice', client: 'app', scopes: ['read', 'write'] });
  });

  it('holds nothing from its expiry on, with the tolerance added', async () => {
    const exp = Math.floor(Date.now() / 1_000) + 100;
    const token = await makeToken({ claims: { exp } }, issuer);
    const grants = (await door(createTestLog()).authenticate(token)) as Grants;
    expect(grants.expires).toBe(new Date((exp + 5) * 1_000).toISOString());
  });

  it.each([
    ['whose type is written in full', { header: { typ: 'application/AT+JWT' } }],
    ['that just expired', { claims: { exp: { seconds: -3 } } }],
    ['whose issuer is a little ahead', { claims: { iat: { seconds: 4 }, nbf: { seconds: 4 } } }],
    ['for several APIs', { claims: { aud: ['https://mail.example', 'https://graphql.example'] } }],
    ['without iat and nbf', { claims: { iat: 'ABSENT' } }],
    ['with a key in its header that is not used', { header: { jku: 'https://evil.example', x5t: 'x' } }],
  ])('%s is taken', async (_, plan: TokenPlan) => {
    expect(await door(createTestLog()).authenticate(await makeToken(plan, issuer))).toMatchObject({
      subject: 'alice',
    });
  });

  it('that says a claim twice holds the last, and never both (RFC 7519, 4)', async () => {
    const payload =
      '{"iss":"https://evil.example","iss":"ISSUER","aud":"https://graphql.example","exp":LATER,"scope":"admin","scope":"read"}';
    const grants = await door(createTestLog()).authenticate(await makeToken({ payload }, issuer));
    expect(grants?.scopes).toEqual(['read']);
  });

  it('is refused with any other character in its header or payload', async () => {
    const tokens = door(createTestLog());
    const token = await makeToken({}, issuer);
    expect(await tokens.authenticate(token)).toBeDefined();
    const signed = token.lastIndexOf('.');
    const taken: number[] = [];
    for (let at = 0; at < signed; at += 1) {
      const other = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`;
      if ((await tokens.authenticate(other)) !== undefined) taken.push(at);
    }
    expect(taken).toEqual([]);
    expect(signed).toBeGreaterThan(200);
  });

  it('is taken with the type JWT where the configuration says so', async () => {
    const token = await makeToken({ header: { typ: 'JWT' } }, issuer);
    expect(await door(createTestLog(), { types: ['JWT'] }).authenticate(token)).toBeDefined();
  });
});
