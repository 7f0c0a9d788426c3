import { readdir, readFile, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';

import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { run } from '../../../packages/server/dist/cli/run.js';
import { basic, type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

const SEARCH = 'tilores/query.search';
const FIELD = 'tilores/record.myCustomField';

let site: OAuthSite;
let client: Credentials;
beforeAll(async () => {
  site = await startOAuthSite('folder');
  client = await site.client({
    name: 'special_client',
    grants: ['client_credentials'],
    ceiling: { scopes: [SEARCH, FIELD] },
  });
});
afterAll(() => site.close());

const credentials = (scope?: string): Record<string, string> => ({
  grant_type: 'client_credentials',
  ...(scope === undefined ? {} : { scope }),
});

async function tokenWith(scope: string): Promise<string> {
  const answer = await site.token(client, credentials(scope));
  return ((await answer.json()) as { access_token: string }).access_token;
}

const ask = (path: string, token: string, who: Credentials = client): Promise<Response> =>
  fetch(`${site.issuer}/oauth/${path}`, {
    method: 'POST',
    headers: { authorization: basic(who) },
    body: new URLSearchParams({ token }),
  });

describe('client credentials', () => {
  test('a token for what is asked, used, introspected and revoked', async () => {
    const answer = await site.token(client, credentials(`${SEARCH} ${FIELD}`));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const body = (await answer.json()) as { access_token: string };
    expect(body).toEqual({
      access_token: expect.stringMatching(/^ambo_[0-9A-Za-z]{49}$/),
      expires_in: 3_600,
      scope: `${SEARCH} ${FIELD}`,
      token_type: 'Bearer',
    });
    const used = await site.ask(body.access_token);
    expect(await used.json()).toEqual({ data: { search: [{ id: '1', myCustomField: 'mine' }] } });
    const shown = (await (await ask('introspect', body.access_token)).json()) as object;
    expect(shown).toMatchObject({ active: true, scope: `${SEARCH} ${FIELD}`, client_id: client.id });
    expect(shown).not.toHaveProperty('jti');
    expect((await ask('revoke', body.access_token)).status).toBe(200);
    expect((await site.ask(body.access_token)).status).toBe(401);
    expect(await (await ask('introspect', body.access_token)).json()).toEqual({ active: false });
  });

  test('a scope that is not allowed is left out, and the answer and the audit say so', async () => {
    const answer = await site.token(client, credentials(`${SEARCH} tilores/${FIELD}`));
    expect(await answer.json()).toMatchObject({ scope: SEARCH });
    const token = await tokenWith(`${SEARCH} tilores/${FIELD}`);
    const used = (await (await site.ask(token)).json()) as { data: unknown; errors: unknown[] };
    expect(used.data).toEqual({ search: [{ id: '1', myCustomField: null }] });
    const [row] = await site.store.audit.list({ limit: 1 });
    expect(row).toMatchObject({
      action: 'oauth.issued',
      client: client.id,
      details: {
        scopes: { asked: [SEARCH, `tilores/${FIELD}`], given: [SEARCH], dropped: [`tilores/${FIELD}`] },
      },
    });
    expect(JSON.stringify(row?.details)).not.toContain('ambo_');
  });

  test.each([
    ['only what is not allowed', `tilores/${FIELD}`],
    ['nothing', undefined],
    ['what no scope can be', 'a"b'],
  ])('asking for %s is invalid_scope', async (_what, scope) => {
    const answer = await site.token(client, credentials(scope));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_scope' });
  });

  test('the name of a permission as a scope is told how it is asked for, whether there is one or not', async () => {
    const told = async (scope: string): Promise<string> => {
      const answer = await site.token(client, credentials(scope));
      return ((await answer.json()) as { error_description: string }).error_description;
    };
    const hint = await told('read_order');
    expect(hint).toMatch(/authorization_details.*type: graphql, permissions: \[/);
    // What a description may hold (RFC 6749, 5.2).
    expect(hint).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(await told('no_such_thing')).toBe(hint);
    expect(await told(`tilores/${FIELD}`)).not.toContain('authorization_details');
  });

  test('a wrong secret is invalid_client with a challenge', async () => {
    const answer = await site.token({ ...client, secret: `${client.secret}x` }, credentials(SEARCH));
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic/);
    expect(await answer.json()).toMatchObject({ error: 'invalid_client' });
  });

  test('another resource is invalid_target', async () => {
    const answer = await site.token(client, {
      ...credentials(SEARCH),
      resource: 'https://other.test/graphql',
    });
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_target' }),
    ]);
  });

  test('another client sees nothing of a token and cannot revoke it', async () => {
    const other = await site.client({
      name: 'other',
      grants: ['client_credentials'],
      ceiling: { scopes: [SEARCH] },
    });
    const token = await tokenWith(SEARCH);
    expect(await (await ask('introspect', token, other)).json()).toEqual({ active: false });
    expect((await ask('revoke', token, other)).status).toBe(400);
    expect((await site.ask(token, '{ search { id } }')).status).toBe(200);
  });

  test('a server that only asks about tokens sees them', async () => {
    const resource = await site.client({ name: 'subgraph', grants: [], introspects: true });
    const token = await tokenWith(SEARCH);
    expect(await (await ask('introspect', token, resource)).json()).toMatchObject({ active: true });
  });

  test('a token ends with its client, and what a client may not have any more is taken from its tokens', async () => {
    const brief = await site.client({
      name: 'brief',
      grants: ['client_credentials'],
      ceiling: { scopes: [SEARCH, FIELD] },
    });
    const answer = await site.token(brief, credentials(`${SEARCH} ${FIELD}`));
    const { access_token: token } = (await answer.json()) as { access_token: string };
    expect(await (await site.ask(token)).json()).toMatchObject({
      data: { search: [{ myCustomField: 'mine' }] },
    });
    const changed = await site.admin('PATCH', `/api/clients/${brief.id}`, { ceiling: { scopes: [SEARCH] } });
    expect(changed.status).toBe(200);
    expect(await (await site.ask(token)).json()).toMatchObject({
      data: { search: [{ myCustomField: null }] },
    });
    expect((await site.admin('DELETE', `/api/clients/${brief.id}`)).status).toBe(200);
    expect((await site.ask(token)).status).toBe(401);
    expect((await site.token(brief, credentials(SEARCH))).status).toBe(401);
  });

  test('after a rotation only the new secret is known', async () => {
    const made = await site.client({
      name: 'rotated',
      grants: ['client_credentials'],
      ceiling: { scopes: [SEARCH] },
    });
    const answer = await site.admin('POST', `/api/clients/${made.id}/secret`);
    const { secret } = (await answer.json()) as { secret: string };
    expect((await site.token(made, credentials(SEARCH))).status).toBe(401);
    expect((await site.token({ id: made.id, secret }, credentials(SEARCH))).status).toBe(200);
  });

  test('a client of a library gets the same by the metadata alone', async () => {
    const issuer = new URL(site.issuer);
    const allow = { [oauth.allowInsecureRequests]: true };
    const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...allow });
    const server = await oauth.processDiscoveryResponse(issuer, found);
    const answer = await oauth.clientCredentialsGrantRequest(
      server,
      { client_id: client.id },
      oauth.ClientSecretBasic(client.secret),
      { scope: SEARCH },
      allow,
    );
    const result = await oauth.processClientCredentialsResponse(server, { client_id: client.id }, answer);
    expect(result).toMatchObject({ token_type: 'bearer', scope: SEARCH });
  });
});

test('a client that proves itself by its own key needs no secret', async () => {
  const keys = await oauth.generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await crypto.subtle.exportKey('jwk', keys.publicKey)), alg: 'ES256', kid: 'k' };
  const own = await site.client({
    name: 'own key',
    authentication: 'key',
    keys: [jwk],
    grants: ['client_credentials'],
    ceiling: { scopes: [SEARCH] },
  });
  expect(own.secret).toBeUndefined();
  const allow = { [oauth.allowInsecureRequests]: true };
  const issuer = new URL(site.issuer);
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...allow });
  const server = await oauth.processDiscoveryResponse(issuer, found);
  const asked = (key: CryptoKey): Promise<Response> =>
    oauth.clientCredentialsGrantRequest(
      server,
      { client_id: own.id },
      oauth.PrivateKeyJwt({ key, kid: 'k' }),
      { scope: SEARCH },
      allow,
    );
  expect((await asked(keys.privateKey)).status).toBe(200);
  expect((await asked((await oauth.generateKeyPair('ES256')).privateKey)).status).toBe(401);
});

test('the command line makes, lists and disables clients', async () => {
  const lines: string[] = [];
  const io = {
    env: {},
    folder: site.folder,
    out: (line: string) => void lines.push(line),
    err: () => undefined,
  };
  expect(await run(['client', 'create', '--name', 'by hand', '--scope', SEARCH], io)).toBe(0);
  const [id = '', secret = ''] = lines[0]?.split(':') ?? [];
  expect((await site.token({ id, secret }, credentials(SEARCH))).status).toBe(200);
  expect(await run(['client', 'list'], io)).toBe(0);
  expect(lines.find((line) => line.startsWith(`${id} `))).toMatch(
    /in use {4}by hand: tilores\/query\.search$/,
  );
  expect(lines.join()).not.toMatch(/ambs_.*ambs_/);
  expect(await run(['client', 'disable', id], io)).toBe(0);
  expect((await site.token({ id, secret }, credentials(SEARCH))).status).toBe(401);
  expect(await run(['client', 'create', '--name', 'n', '--grant', 'password', '--scope', SEARCH], io)).toBe(
    2,
  );
  expect(await run(['client', 'disable', 'cli_unknown'], io)).toBe(1);
});

describe('the metadata', () => {
  const metadata = async (headers: Record<string, string> = {}): Promise<Record<string, unknown>> => {
    const path = '/.well-known/oauth-authorization-server';
    const text = await new Promise<string>((resolve, reject) => {
      const sent = request(`${site.issuer}${path}`, { headers }, async (answer) => {
        let body = '';
        for await (const chunk of answer) body += String(chunk);
        resolve(body);
      });
      sent.on('error', reject).end();
    });
    return JSON.parse(text);
  };

  test('lists what is on, and nothing of OpenID Connect', async () => {
    const all = await metadata();
    expect(all).toMatchObject({
      issuer: site.issuer,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      authorization_details_types_supported: ['graphql'],
    });
    expect(all['grant_types_supported']).toEqual([
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:device_code',
      'urn:ietf:params:oauth:grant-type:token-exchange',
    ]);
    expect(Object.keys(all).filter((key) => /id_token|userinfo|claims|subject_types/.test(key))).toEqual([]);
    expect((await fetch(`${site.issuer}/.well-known/openid-configuration`)).status).toBe(404);
  });

  test('names no other host, whatever the request says', async () => {
    const evil = { host: 'evil.test', 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https' };
    expect(await metadata(evil)).toEqual(await metadata());
  });

  test('the resource says who gives tokens for it', async () => {
    const answer = await fetch(`${site.issuer}/.well-known/oauth-protected-resource/graphql`);
    expect(await answer.json()).toMatchObject({
      resource: `${site.issuer}/graphql`,
      authorization_servers: [site.issuer],
    });
  });
});

test.each([
  ['a name that turns its direction', { name: 'Good\u202elive' }],
  ['a name with what is not seen', { name: 'Good\u200b' }],
  ['a scope that nobody described', { ceiling: { scopes: ['tilores/unknown'] } }],
  ['an address without TLS', { redirectUris: ['http://app.test/'], grants: ['authorization_code'] }],
  ['an address with a wildcard', { redirectUris: ['https://*.app.test/'], grants: ['authorization_code'] }],
  ['an address with a fragment', { redirectUris: ['https://app.test/#a'], grants: ['authorization_code'] }],
  ['a public client with credentials', { authentication: 'none' }],
  ['a grant that there is not', { grants: ['password'] }],
  ['no ceiling', { ceiling: {} }],
])('%s makes no client', async (_what, change) => {
  const whole = { name: 'n', grants: ['client_credentials'], ceiling: { scopes: [SEARCH] }, ...change };
  const answer = await site.admin('POST', '/api/clients', whole);
  expect([400, 422]).toContain(answer.status);
});

test('the keys are a file for its owner alone', async () => {
  const path = join(site.folder, '.ambit', 'oauth.keys');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  const jwks = (await (await fetch(`${site.issuer}/oauth/jwks`)).json()) as { keys: object[] };
  expect(jwks.keys).toHaveLength(1);
  expect(jwks.keys[0]).toMatchObject({ kty: 'EC', crv: 'P-256', alg: 'ES256' });
  expect(jwks.keys[0]).not.toHaveProperty('d');
});

test('no file of the store has a token or a secret', async () => {
  const token = await tokenWith(SEARCH);
  const store = join(site.folder, '.ambit', 'store');
  for (const name of await readdir(store, { recursive: true })) {
    const text = await readFile(join(store, name), 'latin1').catch(() => '');
    expect(text.includes(token) || text.includes(client.secret), name).toBe(false);
  }
});
