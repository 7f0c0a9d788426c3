import { createHash, generateKeyPairSync } from 'node:crypto';

import { createRemoteJWKSet, decodeJwt, exportJWK, jwtVerify, SignJWT } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Browser, boxesOf } from './browser.ts';
import { basic, type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

const SEARCH = 'tilores/query.search';
const FIELD = 'tilores/record.myCustomField';
const SUBGRAPH = 'https://subgraph.example/graphql';
const BRIEF = 'https://brief.example/graphql';
const BACK = 'https://app.test/back';
const NOTES = { type: 'graphql', permissions: ['read_note'], boundary: { project: 'acme/web' } };

let site: OAuthSite;
let machine: Credentials;
let subgraph: Credentials;
beforeAll(async () => {
  site = await startOAuthSite(
    'memory',
    `, jwt: [{ resource: "${SUBGRAPH}" }, { resource: "${BRIEF}", lifetimeSeconds: 30 }]`,
  );
  machine = await site.client({
    name: 'machine',
    grants: ['client_credentials', 'token_exchange'],
    subject: 'robot',
    ceiling: {
      scopes: [SEARCH, FIELD],
      granular: [{ permissions: ['read_note'], boundary: { project: 'acme/web' } }],
    },
  });
  subgraph = await site.client({ name: 'subgraph', grants: [], introspects: true });
});
afterAll(() => site.close());

interface Answer {
  readonly access_token: string;
  readonly expires_in: number;
  readonly error: string;
  readonly error_description: string;
}

async function issued(params: Record<string, string> = {}, who = machine): Promise<Answer> {
  const all = { grant_type: 'client_credentials', scope: SEARCH, resource: SUBGRAPH, ...params };
  return (await (await site.token(who, all)).json()) as Answer;
}

const about = (path: string, token: string, who: Credentials): Promise<Response> =>
  fetch(`${site.issuer}/oauth/${path}`, {
    method: 'POST',
    headers: { authorization: basic(who) },
    body: new URLSearchParams({ token }),
  });

const introspected = async (token: string): Promise<Record<string, unknown>> =>
  (await (await about('introspect', token, subgraph)).json()) as Record<string, unknown>;

describe('a JWT for a server behind the gateway', () => {
  test('is one of RFC 9068, which a verifier takes by our published keys', async () => {
    const params = {
      scope: `${SEARCH} tilores/record.other`,
      authorization_details: JSON.stringify([NOTES]),
    };
    const { access_token: token, expires_in: seconds } = await issued(params);
    const keys = createRemoteJWKSet(new URL(`${site.issuer}/oauth/jwks`));
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer: site.issuer,
      audience: SUBGRAPH,
      typ: 'at+jwt',
      algorithms: ['ES256'],
    });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'at+jwt', kid: expect.any(String) });
    expect(payload).toEqual({
      iss: site.issuer,
      aud: SUBGRAPH,
      sub: 'robot',
      client_id: machine.id,
      scope: SEARCH,
      authorization_details: [NOTES],
      jti: expect.stringMatching(/^.{16,}$/),
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 300,
    });
    expect(seconds).toBe(300);
  });

  test('lives as short as its resource says', async () => {
    const { access_token: token, expires_in: seconds } = await issued({ resource: BRIEF });
    const { iat = 0, exp = 0, aud } = decodeJwt(token);
    expect([seconds, exp - iat, aud]).toEqual([30, 30, BRIEF]);
  });

  test('is nothing to the gateway, whose tokens are opaque', async () => {
    const { access_token: token } = await issued();
    expect((await site.ask(token)).status).toBe(401);
  });

  test('is for a resource that is configured, and for no other', async () => {
    for (const resource of ['https://other.example', `${SUBGRAPH}/`, SUBGRAPH.toUpperCase()])
      expect(await issued({ resource })).toMatchObject({ error: 'invalid_target' });
  });

  test('is not exchanged', async () => {
    const { access_token: token } = await issued();
    const answer = await site.token(machine, exchangeOf(token, { scope: SEARCH }));
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_request' }]);
  });

  test('that would be too long is refused, and nothing is recorded of it', async () => {
    const places = Array.from({ length: 40 }, (_, at) => ({
      permissions: ['read_note'],
      boundary: { project: `acme/${'w'.repeat(60)}${at}` },
    }));
    const many = await site.client({
      name: 'many',
      grants: ['client_credentials'],
      ceiling: { granular: places },
    });
    const asked = {
      grant_type: 'client_credentials',
      authorization_details: JSON.stringify(places.map((one) => ({ type: 'graphql', ...one }))),
    };
    const before = (await site.store.audit.list({ limit: 1 }))[0]?.id;
    const answer = await site.token(many, { ...asked, resource: SUBGRAPH });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: 'invalid_request',
      error_description: expect.stringContaining('more than 4096'),
    });
    expect((await site.store.audit.list({ limit: 1 }))[0]?.id).toBe(before);
    const opaque = await site.token(many, asked);
    expect([opaque.status, await opaque.json()]).toMatchObject([
      200,
      { access_token: expect.stringMatching(/^ambo_/) },
    ]);
  });
});

describe('introspection and revocation know JWTs', () => {
  test('it is shown with what it holds, to its client and to a server that may ask', async () => {
    const { access_token: token } = await issued();
    const { jti } = decodeJwt(token);
    expect(await introspected(token)).toMatchObject({
      active: true,
      sub: 'robot',
      scope: SEARCH,
      aud: SUBGRAPH,
      client_id: machine.id,
      jti,
    });
    const other = await site.client({
      name: 'o',
      grants: ['client_credentials'],
      ceiling: { scopes: [SEARCH] },
    });
    expect(await (await about('introspect', token, other)).json()).toEqual({ active: false });
  });

  test('an opaque token of a client with a subject is shown with it', async () => {
    const { access_token: token } = await issued({ resource: `${site.issuer}/graphql` });
    expect(await introspected(token)).toMatchObject({ active: true, sub: 'robot', scope: SEARCH });
  });

  test('what is revoked is not active any more', async () => {
    const { access_token: token } = await issued();
    const { access_token: sibling } = await issued();
    expect((await about('revoke', token, machine)).status).toBe(200);
    expect(await introspected(token)).toEqual({ active: false });
    expect(await introspected(sibling)).toMatchObject({ active: true });
    expect((await site.store.audit.list({ limit: 1 }))[0]).toMatchObject({
      action: 'oauth.revoked',
      client: machine.id,
    });
  });

  test('whoever found one can have it end, byte for byte, and nothing is written of those of others', async () => {
    const found = (...tokens: string[]): Promise<Response> =>
      fetch(`${site.issuer}/api/leaks/revoke`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ tokens }),
      });
    const { access_token: token } = await issued();
    const { access_token: sibling } = await issued();
    const before = (await site.store.audit.list({ limit: 1 }))[0]?.id;
    expect((await found(`${token}A`, token.slice(0, -1), 'a.b.c')).status).toBe(202);
    expect((await site.store.audit.list({ limit: 1 }))[0]?.id).toBe(before);
    expect(await introspected(token)).toMatchObject({ active: true });
    expect((await found(token, token)).status).toBe(202);
    expect(await introspected(token)).toEqual({ active: false });
    expect(await introspected(sibling)).toMatchObject({ active: true });
    const [row] = await site.store.audit.list({ limit: 1 });
    expect(row).toMatchObject({
      action: 'token.leaked',
      actor: 'finder',
      client: machine.id,
      token: expect.stringMatching(/^oat_[0-9A-Za-z]{17}$/),
    });
    expect(JSON.stringify(row?.details)).not.toContain(token);
    const again = row?.id;
    expect((await found(token)).status).toBe(202);
    expect((await site.store.audit.list({ limit: 1 }))[0]?.id).toBe(again);
  });

  test('another client cannot revoke it', async () => {
    const { access_token: token } = await issued();
    expect((await about('revoke', token, subgraph)).status).toBe(400);
    expect(await introspected(token)).toMatchObject({ active: true });
  });

  test('what its client may not have any more is not in it, and it ends with its client', async () => {
    const brief = await site.client({
      name: 'brief',
      grants: ['client_credentials'],
      ceiling: { scopes: [SEARCH, FIELD] },
    });
    const { access_token: token } = await issued({ scope: `${SEARCH} ${FIELD}` }, brief);
    expect(await introspected(token)).toMatchObject({ scope: `${SEARCH} ${FIELD}` });
    await site.admin('PATCH', `/api/clients/${brief.id}`, { ceiling: { scopes: [FIELD] } });
    expect(await introspected(token)).toMatchObject({ active: true, scope: FIELD });
    await site.admin('DELETE', `/api/clients/${brief.id}`);
    expect(await introspected(token)).toEqual({ active: false });
  });

  test('nothing is taken for one that was not issued byte for byte', async () => {
    const { access_token: token } = await issued();
    const [head = '', body = '', signature = ''] = token.split('.');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const forged = await new SignJWT(decodeJwt(token))
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
      .sign(privateKey);
    const last = signature.at(-1) === 'A' ? 'B' : 'A';
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${body}.`;
    for (const other of [
      forged,
      `${head}.${body}.${signature.slice(0, -1)}${last}`,
      `${head}.${body}.${turned(signature)}`,
      none,
      `${token}=`,
      `ambj_${token}`,
      decodeJwt(token).jti ?? '',
      createHash('sha256').update(token).digest('hex'),
    ]) {
      const answer = await about('introspect', other, subgraph);
      const said = (await answer.json()) as { active?: boolean };
      expect(said.active ?? false, other.slice(0, 40)).toBe(false);
      await about('revoke', other, machine);
    }
    expect(await introspected(token)).toMatchObject({ active: true });
  });

  test('bodies that are too large, or no form, are refused and nothing hangs', async () => {
    const large = await about('introspect', 'x'.repeat(100_000), subgraph);
    expect(large.status).toBe(413);
    const json = await fetch(`${site.issuer}/oauth/introspect`, {
      method: 'POST',
      headers: { authorization: basic(subgraph), 'content-type': 'application/json' },
      body: '{"token":"a.b.c"}',
    });
    expect(json.status).toBe(400);
    const { access_token: token } = await issued();
    const twice = new URLSearchParams([
      ['token', token],
      ['token', token],
    ]);
    const answer = await fetch(`${site.issuer}/oauth/introspect`, {
      method: 'POST',
      headers: { authorization: basic(subgraph) },
      body: twice,
    });
    expect(answer.status).toBe(400);
  });
});

function exchangeOf(token: string, more: Record<string, string>): Record<string, string> {
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    ...more,
  };
}

// The other signature that the same curve point gives: (r, n - s).
function turned(signature: string): string {
  const n = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const bytes = Buffer.from(signature, 'base64url');
  const s = n - BigInt(`0x${bytes.subarray(32).toString('hex')}`);
  return Buffer.concat([
    bytes.subarray(0, 32),
    Buffer.from(s.toString(16).padStart(64, '0'), 'hex'),
  ]).toString('base64url');
}

describe('a JWT that comes of another token', () => {
  test('by exchange holds no more, lives no longer and ends with it', async () => {
    const { access_token: opaque } = await issued({
      scope: `${SEARCH} ${FIELD}`,
      resource: `${site.issuer}/graphql`,
    });
    const answer = await site.token(machine, exchangeOf(opaque, { scope: SEARCH, resource: SUBGRAPH }));
    const { access_token: token, expires_in: seconds } = (await answer.json()) as Answer;
    expect(decodeJwt(token)).toMatchObject({ aud: SUBGRAPH, sub: 'robot', scope: SEARCH });
    expect(seconds).toBeLessThanOrEqual(300);
    expect(await introspected(token)).toMatchObject({ active: true, sub: 'robot' });
    await about('revoke', opaque, machine);
    expect(await introspected(token)).toEqual({ active: false });
  });

  test('names nobody where the token exchanged acts as nobody', async () => {
    const nobody = await site.client({
      name: 'nobody',
      grants: ['client_credentials'],
      ceiling: { scopes: [SEARCH] },
    });
    const { access_token: opaque } = await issued({ resource: `${site.issuer}/graphql` }, nobody);
    const answer = await site.token(machine, exchangeOf(opaque, { scope: SEARCH, audience: SUBGRAPH }));
    const { access_token: token } = (await answer.json()) as Answer;
    expect(decodeJwt(token).sub).toBe(machine.id);
    expect(await introspected(token)).not.toHaveProperty('sub');
  });

  test('two different targets are none', async () => {
    const { access_token: opaque } = await issued({ resource: `${site.issuer}/graphql` });
    const params = exchangeOf(opaque, { scope: SEARCH, resource: SUBGRAPH, audience: BRIEF });
    expect(await (await site.token(machine, params)).json()).toMatchObject({ error: 'invalid_target' });
  });
});

test('a person grants a client several resources; each token is for one, and all end with the grant', async () => {
  const app = await site.client({
    name: 'App',
    grants: ['authorization_code', 'refresh_token'],
    redirectUris: [BACK],
    ceiling: { scopes: [SEARCH, FIELD] },
  });
  const configuration = await client.discovery(new URL(site.issuer), app.id, app.secret, undefined, {
    algorithm: 'oauth2',
    execute: [client.allowInsecureRequests],
  });
  const verifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: BACK,
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    scope: `${SEARCH} ${FIELD}`,
    resource: SUBGRAPH,
  });
  url.searchParams.append('resource', `${site.issuer}/graphql`);
  const browser = await Browser.of(site, 'alice');
  const page = await browser.follow(url.href);
  const [box = ''] = boxesOf(await page.answer.text());
  const form = new URLSearchParams({ csrf: browser.csrf, decision: 'allow', grant: box });
  const decided = await browser.go(page.url, form);
  const back = await browser.follow(new URL(decided.headers.get('location') ?? '', page.url).href);
  const first = await client.authorizationCodeGrant(
    configuration,
    new URL(back.url),
    { pkceCodeVerifier: verifier },
    { resource: SUBGRAPH },
  );
  expect(decodeJwt(first.access_token)).toMatchObject({ aud: SUBGRAPH, sub: 'alice', scope: SEARCH });
  const second = await client.refreshTokenGrant(configuration, first.refresh_token ?? '');
  expect(second.access_token).toMatch(/^ambo_/);
  expect((await site.ask(second.access_token, '{ search { id } }')).status).toBe(200);
  await expect(
    client.refreshTokenGrant(configuration, second.refresh_token ?? '', { resource: BRIEF }),
  ).rejects.toMatchObject({ error: 'invalid_target' });
  expect(await introspected(first.access_token)).toMatchObject({ active: true });
  await client.tokenRevocation(configuration, second.refresh_token ?? '');
  expect(await introspected(first.access_token)).toEqual({ active: false });
});

test('a JWT is bound to the key of its client', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const proof = await new SignJWT({ htm: 'POST', htu: `${site.issuer}/oauth/token`, jti: 'one' })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
    .setIssuedAt()
    .sign(privateKey);
  const answer = await fetch(`${site.issuer}/oauth/token`, {
    method: 'POST',
    headers: { authorization: basic(machine), dpop: proof },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: SEARCH, resource: SUBGRAPH }),
  });
  const { access_token: token } = (await answer.json()) as Answer;
  expect(decodeJwt(token)).toMatchObject({ cnf: { jkt: expect.any(String) } });
});

test('the published keys have nothing private', async () => {
  const { keys } = (await (await fetch(`${site.issuer}/oauth/jwks`)).json()) as { keys: object[] };
  expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']]);
});

test.each([
  [
    'the gateway itself',
    (issuer: string) => `, jwt: [{ resource: "${issuer}/graphql" }]`,
    /the gateway itself/,
  ],
  [
    'a server that takes its own tokens for those of another issuer',
    (issuer: string) =>
      ` }\nissuers: [{ issuer: "${issuer}", audience: [a], allowPrivateNetwork: true }]\nlimits: { depth: 50`,
    /which is this server itself/,
  ],
  [
    'an address without TLS',
    () => ', jwt: [{ resource: "http://sub.example/" }]',
    /must be an https address/,
  ],
  ['more than five minutes', () => `, jwt: [{ resource: "${SUBGRAPH}", lifetimeSeconds: 301 }]`, /300/],
  [
    'a name twice',
    () => `, jwt: [{ resource: "${BRIEF}" }, { resource: "${BRIEF}" }]`,
    /names a resource twice/,
  ],
])('no server starts that has JWTs for %s', async (_what, more, message) => {
  await expect(startOAuthSite('memory', more)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(message),
  });
});
