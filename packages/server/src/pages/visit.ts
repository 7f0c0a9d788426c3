import type { Context } from 'hono';

import { csrfToken, isSecret, newSecret, type SignedIn, type SignIns } from '../people/signins.ts';

const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** The cookies of the pages. The prefix makes a browser hold them to this host and to https (RFC 6265bis, 4.1.3.2). */
export interface Cookies {
  readonly signIn: string;
  /** For forms of nobody yet. */
  readonly form: string;
  /** Where somebody has signed in before. */
  readonly browser: string;
  /** What a sign-in elsewhere began with. */
  readonly elsewhere: string;
  /** What sets one of them; without a value, what takes it away. */
  set(name: string, value: string | undefined, seconds?: number): string;
}

export function createCookies(isSecure: boolean): Cookies {
  const prefix = isSecure ? '__Host-' : '';
  return {
    signIn: `${prefix}ambit`,
    form: `${prefix}ambit-form`,
    browser: `${prefix}ambit-browser`,
    elsewhere: `${prefix}ambit-elsewhere`,
    set(name, value, seconds = YEAR_SECONDS) {
      const life = value === undefined ? 0 : seconds;
      const secure = isSecure ? '; Secure' : '';
      return `${name}=${value ?? ''}; Path=/; Max-Age=${life}; HttpOnly; SameSite=Lax${secure}`;
    },
  };
}

/** One request for a page, as those who make pages see it. */
export interface Visit {
  readonly context: Context;
  /** The path with its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** What was posted; empty for a GET. */
  readonly form: URLSearchParams;
  readonly address: string;
  readonly signedIn: SignedIn | undefined;
  /** For the forms of this browser. */
  readonly csrf: string;
  /** What the forms of this browser are checked against, and its cookies by name. */
  readonly secret: string | undefined;
  cookie(name: string): string | undefined;
  /** Cookies that go out with the answer, whatever it is. */
  readonly sending: string[];
}

export interface VisitParts {
  readonly cookies: Cookies;
  readonly signIns: SignIns;
  readonly addressOf: (context: Context) => string;
}

/** Reads who is there. Makes what the forms of a browser need that nobody is signed in to. */
export async function openVisit(
  { cookies, signIns, addressOf }: VisitParts,
  context: Context,
  form: URLSearchParams,
): Promise<Visit> {
  const held = cookiesOf(context.req.raw.headers.get('cookie'));
  const own = held.get(cookies.signIn);
  const signedIn = await signIns.find(own);
  const before = signedIn === undefined ? held.get(cookies.form) : own;
  const secret = isSecret(before) ? before : newSecret();
  const url = new URL(context.req.raw.url);
  return {
    context,
    path: `${url.pathname}${url.search}`,
    query: url.searchParams,
    form,
    address: addressOf(context),
    signedIn,
    csrf: csrfToken(secret),
    secret: isSecret(before) ? before : undefined,
    cookie: (name) => held.get(name),
    sending: isSecret(before) ? [] : [cookies.set(cookies.form, secret)],
  };
}

/** Cookies by name. Of two with one name neither is believed: somebody else may have set one of them. */
export function cookiesOf(header: string | null | undefined): ReadonlyMap<string, string> {
  const held = new Map<string, string>();
  const twice = new Set<string>();
  for (const pair of (header ?? '').split(';')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(at, 0)).trim();
    if (held.has(name)) twice.add(name);
    held.set(name, pair.slice(at + 1).trim());
  }
  for (const name of twice) held.delete(name);
  return held;
}
