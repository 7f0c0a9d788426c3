import type { Authentication } from 'ambit/gateway';

import type { Authority } from './authority.ts';

/**
 * The credential in `Authorization: Bearer ...` (RFC 6750, 2.1; the scheme's case does not matter, RFC 9110, 11.1).
 * Nothing when there is no such header; `malformed` when it holds anything else.
 */
export function readBearer(headers: Headers): { readonly token: string } | 'malformed' | undefined {
  const header = headers.get('authorization');
  if (header === null || header.trim() === '') return undefined;
  // Several headers arrive joined by a comma, which no bearer credential contains.
  const match = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(header.trim());
  return match?.[1] === undefined ? 'malformed' : { token: match[1] };
}

/** Recognises the tokens of the authorization server, where there is one. */
export interface AccessTokens {
  authenticate(token: string): Promise<Authentication>;
}

/** The gateway's question who a request comes from, answered by the authority's tokens. */
export function createBearerAuthentication(
  authority: Pick<Authority, 'authenticate'>,
  oauth?: AccessTokens,
): (request: Request) => Promise<Authentication> {
  return async (request) => {
    const bearer = readBearer(request.headers);
    if (bearer === 'malformed') {
      return { problem: 'invalid_token', message: 'The Authorization header has to read `Bearer ambp_...`.' };
    }
    if (bearer !== undefined) {
      const isOurs = oauth !== undefined && bearer.token.startsWith('ambo_');
      return isOurs ? oauth.authenticate(bearer.token) : authority.authenticate(bearer.token);
    }
    return {
      problem: 'missing_token',
      message: 'This API needs a token: send it as `Authorization: Bearer ambp_...`.',
    };
  };
}
