import type { Authentication } from 'ambit/gateway';
import { INVALID } from './authority/recognise.ts';
import type { Authority } from './authority.ts';
import type { ForeignTokens } from './foreign/foreign.ts';
import { ACCESS_TOKEN } from './oauth/opaque.ts';

/**
 * What our own credentials begin with, of every sort: personal tokens, narrowed ones, those of OAuth, and the admin
 * credential, which somebody may send to the wrong door.
 */
const OWN_TOKEN = /^amb[a-z]_/;

// Node takes 16 KiB of headers in all and answers 431 beyond that; what many proxies allow for one line comes first.
const LONGEST_TOKEN = 8 * 1024;

/**
 * The credential in `Authorization: Bearer ...` (RFC 6750, 2.1; the scheme's case does not matter, RFC 9110, 11.1).
 * Nothing when there is no such header; `malformed` when it holds anything else.
 */
export function readBearer(headers: Headers): { readonly token: string } | 'malformed' | undefined {
  const credential = readCredential(headers);
  if (credential === undefined || credential === 'malformed') return credential;
  return credential.scheme === 'bearer' ? { token: credential.token } : 'malformed';
}

/** The same, also of the scheme `DPoP` (RFC 9449, 7.1). */
function readCredential(
  headers: Headers,
): { readonly token: string; readonly scheme: 'bearer' | 'dpop' } | 'malformed' | undefined {
  const header = headers.get('authorization');
  if (header === null || header.trim() === '') return undefined;
  // Several headers arrive joined by a comma, which no such credential contains.
  const [, scheme, token] = /^(bearer|dpop) +([A-Za-z0-9._~+/-]+=*)$/i.exec(header.trim()) ?? [];
  if (scheme === undefined || token === undefined) return 'malformed';
  return { token, scheme: scheme.toLowerCase() === 'dpop' ? 'dpop' : 'bearer' };
}

/** Recognises the access tokens of the authorization server. */
export interface AccessTokens {
  authenticate(presented: PresentedToken): Promise<Authentication>;
}

/** A token as it came. */
export interface PresentedToken {
  readonly token: string;
  readonly scheme: 'bearer' | 'dpop';
  /** What the header `DPoP` holds (RFC 9449, 4.1). */
  readonly proof: string | undefined;
  readonly method: string;
  readonly address: string | undefined;
}

/** Who may answer for a bearer. */
export interface BearerParts {
  readonly authority: Pick<Authority, 'authenticate'>;
  /** The authorization server, where there is one. */
  readonly oauth?: AccessTokens | undefined;
  /** Other issuers, where any are configured. */
  readonly foreign?: Pick<ForeignTokens, 'authenticate'> | undefined;
  /** Whether credentials of a subject count here, whoever issued them. */
  readonly mayAct: (subject: string | undefined) => Promise<boolean>;
  /** The address of the client that sends a request, where it is known. */
  readonly addressOf: (request: Request) => string | undefined;
}

/**
 * The gateway's question who a request comes from. Who answers is settled here, by the form of the token alone: ours go
 * to the authority, and are never shown to anybody else; all others to `foreign`, where other issuers are configured.
 */
export function createBearerAuthentication({
  authority,
  oauth,
  foreign,
  mayAct,
  addressOf,
}: BearerParts): (request: Request) => Promise<Authentication> {
  return async (request) => {
    const bearer = readCredential(request.headers);
    if (bearer === 'malformed') {
      return { problem: 'invalid_token', message: 'The Authorization header has to read `Bearer TOKEN`.' };
    }
    if (bearer === undefined) {
      return {
        problem: 'missing_token',
        message: 'This API needs a token: send it as `Authorization: Bearer TOKEN`.',
      };
    }
    const { token } = bearer;
    if (token.length > LONGEST_TOKEN) {
      return {
        problem: 'invalid_token',
        message: `The token is longer than ${LONGEST_TOKEN} characters; have its issuer put less into it, or a name for it.`,
      };
    }
    const { scheme } = bearer;
    if (oauth !== undefined && token.startsWith(ACCESS_TOKEN)) {
      const proof = request.headers.get('dpop') ?? undefined;
      return oauth.authenticate({
        token,
        scheme,
        proof,
        method: request.method,
        address: addressOf(request),
      });
    }
    // Only tokens of the authorization server are bound to keys; another one with this scheme is a mistake.
    if (scheme === 'dpop') return INVALID;
    if (foreign === undefined || OWN_TOKEN.test(token)) {
      return authority.authenticate(token, { address: addressOf(request) });
    }
    const grants = await foreign.authenticate(token);
    return grants !== undefined && (await mayAct(grants.subject)) ? { grants } : INVALID;
  };
}
