import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import Provider, { type Configuration, type KoaContextWithOIDC } from 'oidc-provider';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { SignInOptions } from '../../packages/server/src/people/config.ts';
import { Jar, type Rig, startRig } from '../browser/rig.ts';

/** An OpenID provider that is not ours, and whom it lets in. */
interface Issuer {
  readonly url: string;
  readonly server: Server;
  account: string;
  claims: Record<string, unknown>;
}

const SECRET = 'a secret of the client at the issuer';

async function startIssuer(): Promise<Issuer> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, server, account: 'u-1', claims: {} };
}

function serveIssuer(issuer: Issuer, redirectUri: string): void {
  const provider = new Provider(issuer.url, {
    clients: [
      {
        client_id: 'ambit',
        client_secret: SECRET,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    pkce: { required: () => true },
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'groups'],
      email: ['email', 'email_verified'],
    },
    features: { devInteractions: { enabled: false } },
    interactions: { url: () => '/let-in' },
    findAccount: async (_context: KoaContextWithOIDC, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...issuer.claims }),
    }),
    loadExistingGrant: async (context: KoaContextWithOIDC) => {
      const { session, client } = context.oidc;
      const grant = new context.oidc.provider.Grant({
        accountId: session?.accountId ?? '',
        clientId: client?.clientId ?? '',
      });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  } as Configuration);
  const answer = provider.callback();
  issuer.server.on('request', (request, response) => {
    if (request.url === '/let-in') {
      void provider.interactionFinished(request, response, { login: { accountId: issuer.account } });
      return;
    }
    void answer(request, response);
  });
}

let issuer: Issuer;
let rig: Rig;
let options: SignInOptions;

beforeAll(async () => {
  issuer = await startIssuer();
  rig = await startRig((own) => {
    serveIssuer(issuer, `${own}/sign-in/callback`);
    options = {
      issuer: issuer.url,
      clientId: 'ambit',
      clientSecret: SECRET,
      name: 'Acme',
      subjectClaim: 'preferred_username',
      scopes: ['openid', 'profile', 'email'],
      allowedDomains: ['acme.example'],
      adminClaim: { name: 'groups', value: 'ambit-admins' },
    };
    return options;
  });
});

afterAll(async () => {
  issuer?.server.closeAllConnections();
  issuer?.server.close();
  await rig?.close();
});

beforeEach(() => {
  issuer.account = 'u-1';
  issuer.claims = claimsOf('alice');
});

const claimsOf = (name: string, more: object = {}): Record<string, unknown> => ({
  name: `${name} of Acme`,
  preferred_username: name,
  email: `${name}@acme.example`,
  email_verified: true,
  ...more,
});

/** Follows redirects at the issuer until it sends the browser back. */
async function atIssuer(start: string): Promise<string> {
  const jar = new Jar(issuer.url);
  let next = start;
  for (let hop = 0; hop < 6; hop += 1) {
    const answer = await jar.get(next);
    next = new URL(answer.headers.get('location') ?? '/lost', issuer.url).href;
    if (next.startsWith(rig.url)) return next;
  }
  throw new Error(`the issuer did not send the browser back: ${next}`);
}

/** Signs in at the issuer with a browser that has not been there; gives the last answer. */
async function arriveWith(jar: Jar, change: (back: URL) => void = () => undefined): Promise<Response> {
  const away = await jar.get('/sign-in/elsewhere?return=%2Ftry%2Fconsent');
  const back = new URL(await atIssuer(away.headers.get('location') ?? ''));
  change(back);
  return jar.get(`${back.pathname}${back.search}`);
}

describe('a sign-in at another issuer', () => {
  it('is offered by name', async () => {
    const page = await (await fetch(`${rig.url}/sign-in`)).text();
    expect(page).toContain('Sign in with Acme');
  });

  it('asks with code, PKCE, state and nonce, for exactly one way back', async () => {
    const away = new URL((await new Jar(rig.url).get('/sign-in/elsewhere')).headers.get('location') ?? '');
    const { state, nonce, code_challenge, ...asked } = Object.fromEntries(away.searchParams);
    expect([state, nonce, code_challenge].map((text) => text?.length)).toEqual([43, 43, 43]);
    expect(asked).toEqual({
      client_id: 'ambit',
      code_challenge_method: 'S256',
      redirect_uri: `${rig.url}/sign-in/callback`,
      response_type: 'code',
      scope: 'openid profile email',
    });
  });

  it('makes a person by issuer and subject, who is the same the next time', async () => {
    const jar = new Jar(rig.url);
    const back = await arriveWith(jar);
    expect([back.status, back.headers.get('location')]).toEqual([303, '/try/consent']);
    expect((await jar.get('/account')).status).toBe(200);
    // Another e-mail and another name, and still the same person, known to the API as before.
    issuer.claims = claimsOf('renamed');
    await arriveWith(new Jar(rig.url));
    const people = (await rig.pages.people.list()).filter(({ signsInAt }) => signsInAt !== 'here');
    expect(people).toMatchObject([{ subject: 'alice', name: 'renamed of Acme', signsInAt: issuer.url }]);
    expect((await rig.store.people.findByIssuer(issuer.url, 'u-1'))?.subject).toBe('alice');
  });

  it('makes an administrator by a claim, and nobody stays one without it', async () => {
    issuer.account = 'u-2';
    issuer.claims = claimsOf('boss', { groups: ['staff', 'ambit-admins'] });
    await arriveWith(new Jar(rig.url));
    const isAdmin = async () => (await rig.store.people.findBySubject('boss'))?.isAdmin;
    expect(await isAdmin()).toBe(true);
    issuer.claims = claimsOf('boss', { groups: ['ambit-admins-emeriti'] });
    await arriveWith(new Jar(rig.url));
    expect(await isAdmin()).toBe(false);
  });

  it.each([
    ['who bears the subject of somebody else', 'u-3', claimsOf('admin'), 'Somebody else is known'],
    ['with the e-mail address of somebody else', 'u-4', claimsOf('alice'), 'Somebody else is known'],
    ['of another domain', 'u-5', claimsOf('eve', { email: 'eve@evil.example' }), 'not one of those'],
    [
      'of a domain that only ends alike',
      'u-6',
      claimsOf('eve', { email: 'e@x.acme.example' }),
      'not one of those',
    ],
    ['whose address is not verified', 'u-7', claimsOf('eve', { email_verified: false }), 'not one of those'],
    [
      'whose address is verified in a text',
      'u-8',
      claimsOf('eve', { email_verified: 'true' }),
      'not one of those',
    ],
    ['without a subject', 'u-9', claimsOf('eve', { preferred_username: undefined }), 'says nothing by which'],
    ['whose subject is no header', 'u-10', claimsOf('e\r\nx-a: b'), 'says nothing by which'],
  ])('lets in nobody %s', async (_, account, claims, sentence) => {
    issuer.account = account;
    issuer.claims = claims;
    const jar = new Jar(rig.url);
    const answer = await arriveWith(jar);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain(sentence);
    expect(await rig.store.people.findByIssuer(issuer.url, account)).toBeUndefined();
    expect((await jar.get('/account')).status).toBe(303);
  });

  it('lets in nobody who is disabled here', async () => {
    issuer.account = 'u-20';
    issuer.claims = claimsOf('gone');
    await arriveWith(new Jar(rig.url));
    await rig.pages.people.setDisabled('gone', true, 'test');
    expect((await arriveWith(new Jar(rig.url))).status).toBe(403);
  });

  it.each([
    ['another state', (back: URL) => back.searchParams.set('state', 'x'.repeat(43))],
    ['no state', (back: URL) => back.searchParams.delete('state')],
    ['another issuer (RFC 9207)', (back: URL) => back.searchParams.set('iss', 'https://evil.example')],
    ['no issuer', (back: URL) => back.searchParams.delete('iss')],
    ['another code', (back: URL) => back.searchParams.set('code', 'y'.repeat(43))],
    ['an error', (back: URL) => back.searchParams.set('error', 'access_denied')],
  ])('refuses %s on the way back', async (_, change) => {
    const jar = new Jar(rig.url);
    const answer = await arriveWith(jar, change);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain('did not succeed');
    expect((await jar.get('/account')).status).toBe(303);
  });

  it('refuses a way back that was begun in another browser, and one that comes twice', async () => {
    const jar = new Jar(rig.url);
    const away = await jar.get('/sign-in/elsewhere');
    const back = await atIssuer(away.headers.get('location') ?? '');
    const stranger = new Jar(rig.url);
    expect((await stranger.get(back)).status).toBe(400);
    const other = new Jar(rig.url);
    await other.get('/sign-in/elsewhere');
    expect((await other.get(back)).status).toBe(403);
    expect((await jar.get(back)).status).toBe(303);
    expect((await jar.get(back)).status).toBe(400);
  });

  it('gives no password here: none can be changed or reset', async () => {
    await expect(rig.pages.people.resetPassword('alice', 'test')).rejects.toThrow('no password here');
    const jar = new Jar(rig.url);
    await arriveWith(jar);
    expect((await jar.get('/change-password')).headers.get('location')).toBe('/account');
    const typed = await new Jar(rig.url).post('/sign-in', { name: 'alice', password: '' });
    expect(typed.status).toBe(401);
  });
});
