import { createHash, randomBytes } from 'node:crypto';
import { vi } from 'vitest';

import { Browser, boxesOf } from '../browser.ts';
import { basic, type OAuthSite } from '../site.ts';
import { BACK, type Client, type Clients, makeClients, SEARCH } from './clients.ts';

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ACCESS = 'urn:ietf:params:oauth:token-type:access_token';

/** Parameters; a list is a parameter that comes several times, and one that is undefined does not come. */
export type Params = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What the token endpoint gives. */
export interface Issued {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope?: string;
  readonly expires_in: number;
}

/** A code and what belongs to it. */
export interface Coded {
  readonly code: string;
  readonly verifier: string;
  readonly back: URL;
}

export const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url');

/** Status and `error` of an answer of the protocol: `200`, `400 invalid_grant`. */
export async function outcome(answer: Response | Promise<Response>): Promise<string> {
  const response = await answer;
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const { error } = (isJson && text !== '' ? JSON.parse(text) : {}) as { readonly error?: unknown };
  return typeof error === 'string' ? `${response.status} ${error}` : `${response.status}`;
}

export function formOf(params: Params): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(params))
    for (const each of [value].flat()) if (each !== undefined) form.append(name, each);
  return form;
}

/** Does something as if so many seconds had passed. */
export async function later<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + seconds * 1_000 });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
}

/** What attacks are made of: a server, its clients, and the steps of the protocol. */
export class Kit {
  readonly site: OAuthSite;
  readonly clients: Clients;
  readonly #signIn: string;

  private constructor(site: OAuthSite, clients: Clients, signIn: string) {
    this.site = site;
    this.clients = clients;
    this.#signIn = signIn;
  }

  static async of(site: OAuthSite): Promise<Kit> {
    return new Kit(site, await makeClients(site), await site.signIn('alice'));
  }

  get resource(): string {
    return `${this.site.issuer}/graphql`;
  }

  /** A new browser in which alice is signed in. */
  browser(): Browser {
    return new Browser(this.#signIn);
  }

  /** Posts a form as a client: with its secret, or by its name where it has none. */
  post(
    path: string,
    client: Client | undefined,
    params: Params,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const named = client !== undefined && client.secret === undefined ? { client_id: client.id } : {};
    return fetch(`${this.site.issuer}${path}`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        ...(client?.secret === undefined
          ? {}
          : { authorization: basic({ id: client.id, secret: client.secret }) }),
        ...headers,
      },
      body: formOf({ ...named, ...params }),
    });
  }

  token(client: Client | undefined, params: Params, headers?: Record<string, string>): Promise<Response> {
    return this.post('/oauth/token', client, params, headers);
  }

  introspect(client: Client | undefined, params: Params): Promise<Response> {
    return this.post('/oauth/introspect', client, params);
  }

  revoke(client: Client | undefined, params: Params): Promise<Response> {
    return this.post('/oauth/revoke', client, params);
  }

  /** What a GET gives that has a token and everything else in its address. */
  got(path: string): Promise<string> {
    const { id, secret } = this.clients.machine;
    const all = formOf({ token: 'x', client_id: id, client_secret: secret });
    return outcome(fetch(`${this.site.issuer}${path}?${all}`));
  }

  /** The address at which a browser begins. */
  begin(params: Params, client: Client = this.clients.app, verifier = newVerifier()): string {
    const all = {
      client_id: client.id,
      response_type: 'code',
      redirect_uri: BACK,
      scope: SEARCH,
      state: 's',
      code_challenge: challengeOf(verifier),
      code_challenge_method: 'S256',
      ...params,
    };
    return `${this.site.issuer}/oauth/authorize?${formOf(all)}`;
  }

  /** What comes of an authorization request: `asked`, an error that the client is told, or the status of a page. */
  async authorize(params: Params, client?: Client): Promise<string> {
    return this.arrival(this.begin(params, client));
  }

  async arrival(address: string): Promise<string> {
    const { url, answer } = await new Browser().follow(address);
    const at = new URL(url);
    if (at.pathname === '/sign-in') return 'asked';
    if (at.origin === this.site.issuer) return `page ${answer.status}`;
    const said = new URLSearchParams(at.search || at.hash.slice(1));
    return said.get('error') ?? 'answered';
  }

  /** Lets alice allow everything that is asked for; gives the address to which she is sent back. */
  async allowed(address: string, browser = this.browser()): Promise<URL> {
    const { url, answer } = await browser.follow(address);
    const form = new URLSearchParams({ csrf: browser.csrf, decision: 'allow' });
    for (const box of boxesOf(await answer.text())) form.append('grant', box);
    const to = (await browser.go(url, form)).headers.get('location');
    if (to === null) throw new Error(`nothing was allowed at ${url}`);
    return new URL((await browser.follow(new URL(to, url).href)).url);
  }

  async coded(params: Params = {}, client?: Client, verifier = newVerifier()): Promise<Coded> {
    const back = await this.allowed(this.begin(params, client, verifier));
    return { code: back.searchParams.get('code') ?? '', verifier, back };
  }

  redeem(
    { code, verifier }: Coded,
    params: Params = {},
    client: Client = this.clients.app,
    headers?: Record<string, string>,
  ): Promise<Response> {
    const all = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: BACK,
      code_verifier: verifier,
      ...params,
    };
    return this.token(client, all, headers);
  }

  async redeemed(
    coded: Coded,
    params?: Params,
    client?: Client,
    headers?: Record<string, string>,
  ): Promise<Issued> {
    return (await (await this.redeem(coded, params, client, headers)).json()) as Issued;
  }

  /** Tokens by a code. */
  async tokens(params?: Params, client?: Client): Promise<Issued> {
    return this.redeemed(await this.coded(params, client), {}, client);
  }

  refresh(token: string, params: Params = {}, client: Client = this.clients.app): Promise<Response> {
    return this.token(client, { grant_type: 'refresh_token', refresh_token: token, ...params });
  }

  own(params: Params = {}, client: Client | undefined = this.clients.machine): Promise<Response> {
    return this.token(client, { grant_type: 'client_credentials', scope: SEARCH, ...params });
  }

  /** A token of a client for itself. */
  async owned(params?: Params, client?: Client): Promise<string> {
    return ((await (await this.own(params, client)).json()) as Issued).access_token;
  }

  exchange(
    subject: string,
    params: Params = {},
    client: Client = this.clients.machine,
    headers?: Record<string, string>,
  ): Promise<Response> {
    const all = { subject_token: subject, subject_token_type: ACCESS, scope: SEARCH, ...params };
    return this.token(client, { grant_type: EXCHANGE, ...all }, headers);
  }

  async exchanged(subject: string, params?: Params, client?: Client): Promise<Issued> {
    return (await (await this.exchange(subject, params, client)).json()) as Issued;
  }

  /** The status of a query with a token. */
  async asks(token: string | undefined, headers?: Record<string, string>): Promise<string> {
    return `${(await this.site.ask(token, '{ search { id } }', headers)).status}`;
  }

  async personal(body: object): Promise<{ readonly id: string; readonly token: string }> {
    const answer = await this.site.admin('POST', '/api/tokens', { name: 'n', subject: 'alice', ...body });
    return (await answer.json()) as { id: string; token: string };
  }
}

function newVerifier(): string {
  return randomBytes(32).toString('base64url');
}
