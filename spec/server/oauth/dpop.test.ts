import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

const SEARCH = 'tilores/query.search';

let site: OAuthSite;
let client: Credentials;
let server: oauth.AuthorizationServer;
beforeAll(async () => {
  site = await startOAuthSite();
  client = await site.client({
    name: 'bound',
    grants: ['client_credentials', 'token_exchange'],
    ceiling: { scopes: [SEARCH] },
    dpop: true,
  });
  const issuer = new URL(site.issuer);
  const found = await oauth.discoveryRequest(issuer, {
    algorithm: 'oauth2',
    [oauth.allowInsecureRequests]: true,
  });
  server = await oauth.processDiscoveryResponse(issuer, found);
});
afterAll(() => site.close());

async function boundToken(): Promise<{
  readonly token: string;
  readonly dpop: oauth.DPoPHandle;
  readonly keys: oauth.CryptoKeyPair;
}> {
  const keys = await oauth.generateKeyPair('ES256', { extractable: true });
  const dpop = oauth.DPoP({}, keys);
  const answer = await oauth.clientCredentialsGrantRequest(
    server,
    { client_id: client.id },
    oauth.ClientSecretBasic(client.secret),
    { scope: SEARCH },
    { DPoP: dpop, [oauth.allowInsecureRequests]: true },
  );
  const result = await oauth.processClientCredentialsResponse(server, { client_id: client.id }, answer);
  expect(result.token_type).toBe('dpop');
  return { token: result.access_token, dpop, keys };
}

const QUERY = JSON.stringify({ query: '{ search { id } }' });
const HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

interface Proof {
  readonly claims?: object;
  readonly header?: object;
  readonly key?: 'another';
}

async function proofFor(
  token: string,
  keys: oauth.CryptoKeyPair,
  { claims, header, key }: Proof = {},
): Promise<string> {
  const { privateKey, publicKey } =
    key === 'another' ? await generateKeyPair('ES256', { extractable: true }) : keys;
  const ath = createHash('sha256').update(token).digest('base64url');
  const all = { jti: crypto.randomUUID(), htm: 'POST', htu: `${site.issuer}/graphql`, ath, ...claims };
  return new SignJWT({ iat: Math.floor(Date.now() / 1_000), ...all })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey), ...header })
    .sign(privateKey);
}

const present = (token: string, proof: string | undefined, scheme = 'DPoP'): Promise<Response> =>
  fetch(`${site.issuer}/graphql`, {
    method: 'POST',
    headers: {
      ...HEADERS,
      authorization: `${scheme} ${token}`,
      ...(proof === undefined ? {} : { dpop: proof }),
    },
    body: QUERY,
  });

describe('tokens that are bound to keys', () => {
  test('work for a client of a library that proves its key', async () => {
    const { token, dpop } = await boundToken();
    const answer = await oauth.protectedResourceRequest(
      token,
      'POST',
      new URL(`${site.issuer}/graphql`),
      new Headers(HEADERS),
      QUERY,
      { DPoP: dpop, [oauth.allowInsecureRequests]: true },
    );
    expect(await answer.json()).toEqual({ data: { search: [{ id: '1' }] } });
  });

  test('are no actors in an exchange without proof of the key', async () => {
    const { token } = await boundToken();
    const unbound = { name: 'unbound', ceiling: { scopes: [SEARCH] } };
    const other = await site.client({ ...unbound, grants: ['client_credentials', 'token_exchange'] });
    const asked = { scope: SEARCH };
    const own = await site.token(other, { grant_type: 'client_credentials', ...asked });
    const { access_token } = (await own.json()) as { access_token: string };
    const type = 'urn:ietf:params:oauth:token-type:access_token';
    const answer = await site.token(other, {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: access_token,
      subject_token_type: type,
      actor_token: token,
      actor_token_type: type,
      ...asked,
    });
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error: 'invalid_request', error_description: expect.stringContaining('actor token is bound') },
    ]);
  });

  test('are shown with the thumbprint of the key', async () => {
    const { token, keys } = await boundToken();
    const answer = await oauth.introspectionRequest(
      server,
      { client_id: client.id },
      oauth.ClientSecretBasic(client.secret),
      token,
      { [oauth.allowInsecureRequests]: true },
    );
    const jkt = await calculateJwkThumbprint(await exportJWK(keys.publicKey));
    expect(await answer.json()).toMatchObject({ active: true, token_type: 'DPoP', cnf: { jkt } });
  });

  test('are of no use as a bearer, with or without a proof', async () => {
    const { token, keys } = await boundToken();
    expect((await present(token, undefined, 'Bearer')).status).toBe(401);
    expect((await present(token, await proofFor(token, keys), 'Bearer')).status).toBe(401);
    const refused = await present(token, undefined);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/DPoP algs="ES256/);
    expect(refused.headers.get('www-authenticate')).toContain(
      `resource_metadata="${site.issuer}/.well-known/oauth-protected-resource/graphql"`,
    );
  });

  test('a good proof passes, once', async () => {
    const { token, keys } = await boundToken();
    const proof = await proofFor(token, keys);
    expect([(await present(token, proof)).status, (await present(token, proof)).status]).toEqual([200, 401]);
  });

  test.each<[string, Proof]>([
    ['another key', { key: 'another' }],
    ['another method', { claims: { htm: 'GET' } }],
    ['another address', { claims: { htu: 'https://other.test/graphql' } }],
    ['another token', { claims: { ath: 'x' } }],
    ['no token', { claims: { ath: undefined } }],
    ['a time long ago', { claims: { iat: 1 } }],
    ['a time to come', { claims: { iat: Math.floor(Date.now() / 1_000) + 3_600 } }],
    ['no id', { claims: { jti: undefined } }],
    ['an id that is no text', { claims: { jti: 7 } }],
    ['another type', { header: { typ: 'JWT' } }],
  ])('a proof with %s is refused', async (_what, proof) => {
    const { token, keys } = await boundToken();
    expect((await present(token, await proofFor(token, keys, proof))).status).toBe(401);
  });

  test('two proofs are refused', async () => {
    const { token, keys } = await boundToken();
    const both = `${await proofFor(token, keys)}, ${await proofFor(token, keys)}`;
    expect((await present(token, both)).status).toBe(401);
  });

  test('a client that needs them gets no others', async () => {
    const answer = await site.token(client, { grant_type: 'client_credentials', scope: SEARCH });
    expect(answer.status).toBe(400);
  });

  test('cannot be exchanged for one that is not bound, nor for one of another key', async () => {
    const { token } = await boundToken();
    const free = await site.client({
      name: 'free',
      grants: ['token_exchange'],
      ceiling: { scopes: [SEARCH] },
    });
    const answer = await site.token(free, {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope: SEARCH,
    });
    expect(await answer.json()).toMatchObject({ error: 'invalid_request' });
  });

  test('the scheme is not for tokens that are bound to nothing', async () => {
    const free = await site.client({
      name: 'free',
      grants: ['client_credentials'],
      ceiling: { scopes: [SEARCH] },
    });
    const answer = await site.token(free, { grant_type: 'client_credentials', scope: SEARCH });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const keys = await generateKeyPair('ES256', { extractable: true });
    expect((await present(token, await proofFor(token, keys))).status).toBe(401);
    expect((await present(token, undefined, 'Bearer')).status).toBe(200);
  });
});
