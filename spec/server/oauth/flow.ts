import { type Browser, boxesOf } from './browser.ts';
import { basic, type Credentials, type OAuthSite } from './site.ts';

export const BACK = 'https://app.test/back';
const VERIFIER = 'v'.repeat(43);
const CHALLENGE = '7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM';

/** Where an application sends a browser to ask for scopes. */
export function askingUrl(site: OAuthSite, app: Credentials, scope: string): string {
  const url = new URL(`${site.issuer}/oauth/authorize`);
  const asked = {
    client_id: app.id,
    response_type: 'code',
    redirect_uri: BACK,
    scope,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  return url.href;
}

/** Lets the person of a browser allow everything that is asked; gives the code. */
export async function codeFor(
  site: OAuthSite,
  app: Credentials,
  browser: Browser,
  scope: string,
): Promise<string> {
  const consent = await browser.follow(askingUrl(site, app, scope));
  const form = new URLSearchParams({ csrf: browser.csrf, decision: 'allow' });
  for (const box of boxesOf(await consent.answer.text())) form.append('grant', box);
  const decided = await browser.go(consent.url, form);
  const back = await browser.follow(new URL(decided.headers.get('location') ?? '', consent.url).href);
  return new URL(back.url).searchParams.get('code') ?? '';
}

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token?: string;
  readonly error?: string;
}

/** Redeems a code. */
export async function redeem(
  site: OAuthSite,
  app: Credentials,
  code: string,
  more: Record<string, string> = {},
): Promise<Tokens> {
  const answer = await site.token(app, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: BACK,
    code_verifier: VERIFIER,
    ...more,
  });
  return (await answer.json()) as Tokens;
}

/** What introspection says to the client itself. */
export async function introspected(
  site: OAuthSite,
  client: Credentials,
  token: string,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${site.issuer}/oauth/introspect`, {
    method: 'POST',
    headers: { authorization: basic(client) },
    body: new URLSearchParams({ token }),
  });
  return (await answer.json()) as Record<string, unknown>;
}
