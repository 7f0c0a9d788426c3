import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  fetchUserInfo,
  type IDToken,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';

import { z } from 'zod';

import type { SignInOptions } from './config.ts';

/** Where the issuer sends people back to; it has to be registered there, exactly. */
export const CALLBACK_PATH = '/sign-in/callback';

const ANSWER_SECONDS = 10;

/** What a browser keeps while somebody is away to sign in. */
export interface Journey {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
}

/** Another issuer, spoken to as OpenID Connect Core 1.0, 3.1 says, with PKCE (RFC 7636). */
export interface Elsewhere {
  readonly name: string;
  /** Its address. */
  readonly issuer: string;
  /** Where to send a person, and what their browser has to keep. Rejects where the issuer does not answer. */
  begin(returnTo: string): Promise<{ readonly to: string; readonly journey: Journey }>;
  /** What the issuer says of the person who came back. Rejects with anything where something does not fit. */
  finish(search: string, journey: Journey): Promise<IDToken>;
}

export function createElsewhere(options: SignInOptions, publicUrl: string): Elsewhere {
  const redirectUri = `${publicUrl}${CALLBACK_PATH}`;
  const find = createFinder(options);
  return {
    name: options.name,
    issuer: options.issuer,
    async begin(returnTo) {
      const configuration = await find();
      const journey: Journey = {
        state: randomState(),
        nonce: randomNonce(),
        verifier: randomPKCECodeVerifier(),
        returnTo,
      };
      const to = buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: options.scopes.join(' '),
        state: journey.state,
        nonce: journey.nonce,
        code_challenge: await calculatePKCECodeChallenge(journey.verifier),
        code_challenge_method: 'S256',
      });
      return { to: to.href, journey };
    },
    async finish(search, { state, nonce, verifier }) {
      const came = new URL(`${redirectUri}${search}`);
      const answer = await authorizationCodeGrant(await find(), came, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = answer.claims();
      if (claims === undefined) throw new Error('the issuer gave no id token');
      const configuration = await find();
      if (configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
      // Some issuers keep names and addresses out of the id token (OpenID Connect Core, 5.4); what it holds goes first.
      const more = await fetchUserInfo(configuration, answer.access_token, claims.sub);
      return { ...more, ...claims };
    },
  };
}

// Asked when somebody signs in: a server has to start while its issuer is away.
function createFinder(options: SignInOptions): () => Promise<Configuration> {
  const issuer = new URL(options.issuer);
  let found: Promise<Configuration> | undefined;
  return () => {
    const asking =
      found ??
      discovery(
        issuer,
        options.clientId,
        {},
        options.clientSecret === undefined ? None() : ClientSecretPost(options.clientSecret),
        {
          timeout: ANSWER_SECONDS,
          ...(issuer.protocol === 'http:' ? { execute: [allowInsecureRequests] } : {}),
        },
      );
    found = asking;
    asking.catch(() => {
      if (found === asking) found = undefined;
    });
    return asking;
  };
}

const journeyShape = z.strictObject({
  state: z.string().min(20),
  nonce: z.string().min(20),
  verifier: z.string().min(43),
  returnTo: z.string(),
});

/** A journey as a cookie holds it. */
export function writeJourney(journey: Journey): string {
  return Buffer.from(JSON.stringify(journey)).toString('base64url');
}

export function readJourney(text: string | undefined): Journey | undefined {
  try {
    return journeyShape.parse(JSON.parse(Buffer.from(text ?? '', 'base64url').toString('utf8')));
  } catch {
    return undefined;
  }
}

/**
 * Why another issuer could not be used, for the log: the error code that it answered (RFC 6749, 4.1.2.1 and 5.2) or that
 * the library gives, what lies under it, and the origin that was asked. Never an address with its query, a description or
 * a code, in which there may be secrets.
 */
export function tellable(error: unknown, issuer: string): Readonly<Record<string, string>> {
  const origin = URL.canParse(issuer) ? new URL(issuer).origin : issuer;
  const codes: string[] = [];
  let left: unknown = error;
  for (let depth = 0; depth < 5 && left instanceof Error; depth += 1) {
    const { error: answered, code } = left as { readonly error?: unknown; readonly code?: unknown };
    codes.push(...[answered, code].filter(isCode));
    left = left.cause;
  }
  const [first, ...causes] = [...new Set(codes)];
  const name = error instanceof Error ? error.name : 'unknown';
  return {
    issuer: origin,
    error: first ?? name,
    ...(causes.length === 0 ? {} : { cause: causes.join(', ') }),
  };
}

// An issuer may write anything where a code is expected.
function isCode(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z_]{1,64}$/.test(value);
}
