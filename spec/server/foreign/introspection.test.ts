import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { introspectionShape, issuersShape } from '../../../packages/server/src/foreign/config.ts';
import { createForeignTokens, type ForeignTokens } from '../../../packages/server/src/foreign/foreign.ts';
import { ANSWER_CHECKS, type AnswerCheck } from '../../../packages/server/src/foreign/introspect.ts';
import { type Claims, dated, json, makeToken, startIssuer, type TestIssuer } from './issuer.ts';
import { createTestLog, type TestLog } from './testlog.ts';

/** What is taken and what is refused of opaque tokens, for which somebody else answers. */

interface Answer {
  readonly answer?: Claims;
  readonly raw?: string;
  readonly status?: number;
}

interface Case extends Answer {
  readonly id: string;
  readonly source: string;
  readonly refused: string;
  readonly weaken?: readonly string[];
  readonly mended?: Answer;
}

const file = fileURLToPath(new URL('./introspection.yml', import.meta.url));
const { cases } = parse(readFileSync(file, 'utf8')) as { cases: readonly Case[] };
const OPAQUE = 'opaque-9f8e7d6c5b4a';

let server: TestIssuer;
let log: TestLog;
let now: number;
const opened: ForeignTokens[] = [];

beforeEach(async () => {
  server = await startIssuer();
  log = createTestLog();
  now = Date.now();
  answer({});
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  await server.close();
});

function answer({ answer: more = {}, raw, status = 200 }: Answer): void {
  const seconds = Math.floor(now / 1_000);
  const good = {
    active: true,
    iss: server.url,
    aud: 'https://graphql.example',
    sub: 'alice',
    client_id: 'app',
    scope: 'read',
    token_type: 'Bearer',
    exp: seconds + 300,
  };
  const claims = Object.entries({ ...good, ...more })
    .filter(([, value]) => value !== 'ABSENT')
    .map(([name, value]) => [name, value === 'ISSUER/' ? `${server.url}/` : dated(value, seconds)]);
  const body = raw?.replaceAll('ISSUER', server.url) ?? JSON.stringify(Object.fromEntries(claims));
  server.answers.set('/introspect', (_, response) => response.writeHead(status, { location: '/' }).end(body));
}

function door(
  options: object = {},
  answerChecks: readonly AnswerCheck[] = ANSWER_CHECKS,
  issuers: object[] = [],
) {
  const introspection = introspectionShape.parse({
    url: `${server.url}/introspect`,
    clientId: 'gate way',
    clientSecret: 'se:cret%',
    issuer: server.url,
    audience: ['https://graphql.example'],
    allowPrivateNetwork: true,
    ...options,
  });
  const tokens = createForeignTokens({
    issuers: issuersShape.parse(issuers),
    introspection,
    log: log.log,
    now: () => now,
    answerChecks,
  });
  opened.push(tokens);
  return tokens;
}

describe.each(cases)('$id ($source)', (one) => {
  it(`is refused for its ${one.refused.split(':')[0]}, and the log says so without the token`, async () => {
    answer(one);
    expect(await door().authenticate(OPAQUE)).toBeUndefined();
    expect(log.lines.flatMap(({ check }) => check ?? [])).toEqual([one.refused]);
    expect(log.text()).not.toContain(OPAQUE);
    expect(log.text()).not.toContain('cret');
  });

  it('is taken without that check, or without what is wrong with it', async () => {
    const left = ANSWER_CHECKS.filter(({ name }) => !one.weaken?.includes(name));
    expect(left.length).toBe(ANSWER_CHECKS.length - (one.weaken?.length ?? 0));
    answer(one.mended ?? one);
    expect(await door({}, left).authenticate(OPAQUE)).toBeDefined();
  });
});

describe('the cases', () => {
  it('have ids of their own, and are there for every check', () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    const refused = new Set(cases.map((one) => one.refused));
    expect(ANSWER_CHECKS.map(({ name }) => name).filter((name) => !refused.has(name))).toEqual([]);
  });
});

describe('a question', () => {
  it('carries the token in a form and the encoded credential in a header (RFC 7662, 2.1; RFC 6749, 2.3.1)', async () => {
    expect(await door().authenticate(OPAQUE)).toMatchObject({
      subject: 'alice',
      client: 'app',
      scopes: ['read'],
    });
    expect(server.posted).toEqual([
      {
        body: `token=${OPAQUE}&token_type_hint=access_token`,
        authorization: `Basic ${Buffer.from('gate+way:se%3Acret%25').toString('base64')}`,
      },
    ]);
  });

  it('is one for many tokens that are equal and come at once', async () => {
    const tokens = door({ cacheSeconds: 0 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => tokens.authenticate(OPAQUE)));
    expect(answers.every((grants) => grants !== undefined)).toBe(true);
    expect(server.posted.length).toBe(1);
    await tokens.authenticate(OPAQUE);
    expect(server.posted.length).toBe(2);
  });

  it('is asked again after 5 seconds, so that a revoked token lives no longer', async () => {
    const tokens = door();
    expect(await tokens.authenticate(OPAQUE)).toBeDefined();
    answer({ answer: { active: false } });
    now += 4_000;
    expect(await tokens.authenticate(OPAQUE)).toBeDefined();
    now += 2_000;
    expect(await tokens.authenticate(OPAQUE)).toBeUndefined();
    expect(server.posted.length).toBe(2);
  });

  it('is asked again as soon as the token expires, with the tolerance added', async () => {
    answer({ answer: { exp: { seconds: 1 } } });
    const tokens = door({ cacheSeconds: 60 });
    expect(await tokens.authenticate(OPAQUE)).toBeDefined();
    now += 7_000;
    expect(await tokens.authenticate(OPAQUE)).toBeUndefined();
  });

  it('is asked each time about a token that is not active', async () => {
    answer({ answer: { active: false } });
    const tokens = door();
    await tokens.authenticate(OPAQUE);
    await tokens.authenticate(OPAQUE);
    expect(server.posted.length).toBe(2);
  });

  it('is given up in time, and many that wait do not become more', async () => {
    server.answers.set('/introspect', () => undefined);
    const tokens = door({ timeoutMs: 300 });
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => tokens.authenticate(`opaque-${at}`)),
    );
    expect(answers.every((grants) => grants === undefined)).toBe(true);
    expect(server.asked.length).toBeLessThanOrEqual(64);
    expect(log.text()).toContain('there was no answer in time');
    expect(log.text()).toContain('64 questions are waiting');
  });

  it('is not asked about tokens that begin otherwise', async () => {
    const tokens = door({ prefix: 'okt_' });
    expect(await tokens.authenticate(OPAQUE)).toBeUndefined();
    expect(server.asked).toEqual([]);
    expect(await tokens.authenticate(`okt_${OPAQUE}`)).toBeDefined();
  });

  it('is not asked about JWTs where an issuer of JWTs is configured', async () => {
    const token = await makeToken({ sign: 'stranger' }, server);
    const issuers = [
      { issuer: server.url, jwks: `${server.url}/jwks`, audience: ['a'], allowPrivateNetwork: true },
    ];
    expect(await door({}, ANSWER_CHECKS, issuers).authenticate(token)).toBeUndefined();
    expect(server.posted).toEqual([]);
    expect(await door().authenticate(token)).toBeDefined();
  });

  it('follows no redirect with the credential', async () => {
    server.answers.set('/introspect', (_, response) => response.writeHead(307, { location: '/other' }).end());
    server.answers.set('/other', json({ active: true, token_type: 'Bearer' }));
    expect(await door().authenticate(OPAQUE)).toBeUndefined();
    expect(server.asked).toEqual(['/introspect']);
  });

  it('goes without issuer, audience and type where the configuration asks for none', async () => {
    server.answers.set('/introspect', json({ active: true, scope: 'read' }));
    const options = {
      issuer: undefined,
      audience: undefined,
      acceptTokensForOtherApis: true,
      requireTokenType: false,
    };
    expect(await door(options).authenticate(OPAQUE)).toEqual({ scopes: ['read'] });
  });
});
