import { narrowToken } from 'ambit/narrow';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { basic, type Credentials, type OAuthSite, startOAuthSite } from './site.ts';

const SEARCH = 'tilores/query.search';
const FIELD = 'tilores/record.myCustomField';
const ACCESS = 'urn:ietf:params:oauth:token-type:access_token';
const NOTES = { permissions: ['read_note'], boundary: { project: 'acme/web' } };

let site: OAuthSite;
let client: Credentials;
beforeAll(async () => {
  site = await startOAuthSite();
  client = await site.client({
    name: 'exchanger',
    grants: ['client_credentials', 'token_exchange'],
    ceiling: { scopes: [SEARCH, FIELD], granular: [NOTES] },
  });
});
afterAll(() => site.close());

interface Issued {
  readonly access_token: string;
  readonly scope?: string;
  readonly expires_in: number;
  readonly error?: string;
}

async function parentWith(scope: string, more: Record<string, string> = {}): Promise<string> {
  const answer = await site.token(client, { grant_type: 'client_credentials', scope, ...more });
  return ((await answer.json()) as Issued).access_token;
}

const exchange = (subject: string, params: Record<string, string>, who = client): Promise<Response> =>
  site.token(who, {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subject,
    subject_token_type: ACCESS,
    ...params,
  });

const exchanged = async (subject: string, params: Record<string, string>): Promise<Issued> =>
  (await (await exchange(subject, params)).json()) as Issued;

const revoke = (token: string): Promise<Response> =>
  fetch(`${site.issuer}/oauth/revoke`, {
    method: 'POST',
    headers: { authorization: basic(client) },
    body: new URLSearchParams({ token }),
  });

const statusOf = async (token: string): Promise<number> =>
  (await site.ask(token, '{ search { id } }')).status;

async function personalToken(body: object): Promise<{ readonly id: string; readonly token: string }> {
  const answer = await site.admin('POST', '/api/tokens', { name: 'n', ...body });
  return (await answer.json()) as { id: string; token: string };
}

describe('token exchange', () => {
  test('gives less of a token, which works by itself', async () => {
    const child = await exchanged(await parentWith(`${SEARCH} ${FIELD}`), { scope: SEARCH });
    expect(child).toMatchObject({ scope: SEARCH, token_type: 'Bearer', issued_token_type: ACCESS });
    expect(await (await site.ask(child.access_token)).json()).toMatchObject({
      data: { search: [{ id: '1', myCustomField: null }] },
    });
  });

  test('never gives more than the token holds, though the client may have it', async () => {
    const parent = await parentWith(SEARCH);
    expect(await exchanged(parent, { scope: `${SEARCH} ${FIELD}` })).toMatchObject({ scope: SEARCH });
    expect(await exchanged(parent, { scope: FIELD })).toMatchObject({ error: 'invalid_scope' });
    const details = JSON.stringify([{ type: 'graphql', ...NOTES }]);
    expect(await exchanged(parent, { authorization_details: details })).toMatchObject({
      error: 'invalid_authorization_details',
    });
  });

  test('never gives more than the client may have, though the token holds it', async () => {
    const { token } = await personalToken({ subject: 'alice', scopes: [SEARCH, 'tilores/record.other'] });
    const child = await exchanged(token, { scope: `${SEARCH} tilores/record.other` });
    expect(child.scope).toBe(SEARCH);
  });

  test('of a personal token acts as its subject, lives no longer, and ends with it', async () => {
    const { id, token } = await personalToken({ subject: 'alice', scopes: [SEARCH], expires: '15m' });
    const child = await exchanged(token, { scope: SEARCH });
    expect(child.expires_in).toBeLessThanOrEqual(900);
    expect(await statusOf(child.access_token)).toBe(200);
    await site.admin('DELETE', `/api/tokens/${id}`);
    expect(await statusOf(child.access_token)).toBe(401);
  });

  test('ends with its parent and the parent of that; revoked alone it leaves both', async () => {
    const parent = await parentWith(`${SEARCH} ${FIELD}`);
    const child = await exchanged(parent, { scope: SEARCH });
    const sibling = await exchanged(parent, { scope: SEARCH });
    const grandchild = await exchanged(child.access_token, { scope: SEARCH });
    await revoke(sibling.access_token);
    expect(await Promise.all([parent, child.access_token, sibling.access_token].map(statusOf))).toEqual([
      200, 200, 401,
    ]);
    await revoke(parent);
    const all = [parent, child.access_token, grandchild.access_token];
    expect(await Promise.all(all.map(statusOf))).toEqual([401, 401, 401]);
    const shown = await fetch(`${site.issuer}/oauth/introspect`, {
      method: 'POST',
      headers: { authorization: basic(client) },
      body: new URLSearchParams({ token: grandchild.access_token }),
    });
    expect(await shown.json()).toEqual({ active: false });
  });

  test('of details keeps the boundary', async () => {
    const details = JSON.stringify([{ type: 'graphql', ...NOTES }]);
    const parent = await parentWith(SEARCH, { authorization_details: details });
    const child = await exchanged(parent, { authorization_details: details });
    expect(child).toMatchObject({ authorization_details: [{ type: 'graphql', ...NOTES }] });
    const ask = async (project: string) =>
      (await site.ask(child.access_token, `{ note(project: "${project}") }`)).json();
    expect(await ask('acme/web')).toEqual({ data: { note: 'secret' } });
    expect(await ask('acme/other')).toMatchObject({ data: { note: null } });
  });

  test.each([
    ['nothing asked', {}, 'invalid_scope'],
    [
      'another type of token',
      { subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' },
      'invalid_request',
    ],
    [
      'another kind of result',
      { requested_token_type: 'urn:ietf:params:oauth:token-type:jwt' },
      'invalid_request',
    ],
    ['another resource', { resource: 'https://other.test/' }, 'invalid_target'],
    ['another audience', { audience: 'other' }, 'invalid_target'],
    ['an actor without a type', { actor_token: 'x' }, 'invalid_request'],
  ])('%s is refused', async (_what, params: Record<string, string>, error) => {
    const scope = error === 'invalid_scope' ? {} : { scope: SEARCH };
    expect(await exchanged(await parentWith(SEARCH), { ...scope, ...params })).toMatchObject({ error });
  });

  test('a token that never was, was revoked, or was narrowed offline is refused', async () => {
    const revoked = await parentWith(SEARCH);
    await revoke(revoked);
    const { token } = await personalToken({ subject: 'alice', scopes: [SEARCH] });
    const narrowed = await narrowToken(token, { expires: '10m' });
    expect(narrowed).toMatch(/^ambn_/);
    for (const subject of ['ambo_x', revoked, narrowed])
      expect(await exchanged(subject, { scope: SEARCH })).toMatchObject({ error: 'invalid_request' });
  });

  test('is not for clients that were not given it', async () => {
    const other = await site.client({
      name: 'plain',
      grants: ['client_credentials'],
      ceiling: { scopes: [SEARCH] },
    });
    const answer = await exchange(await parentWith(SEARCH), { scope: SEARCH }, other);
    expect(answer.status).toBe(400);
  });
});
