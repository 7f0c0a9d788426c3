import { decodeJwt, decodeProtectedHeader } from 'jose';

import { TokenCache } from './cache.ts';
import { type JwtCheck, type KnownIssuer, own, type PresentedJwt, SIGNATURE } from './checks.ts';
import { claimsToGrants } from './claims.ts';
import type { Verdict } from './verdict.ts';

const CACHE_MS = 60_000;
const CACHED_TOKENS = 10_000;

export interface JwtParts {
  /** By the exact text of `iss`. */
  readonly issuers: ReadonlyMap<string, KnownIssuer>;
  readonly checks: readonly JwtCheck[];
  readonly now: () => number;
}

type Accepted = Extract<Verdict, { readonly until: number }> & {
  readonly issuer: KnownIssuer;
  readonly generation: number;
};

/**
 * A judge of JWTs: of configured issuers alone, and nothing is fetched for others. What it found good it remembers for
 * a minute, at most until the token expires or the issuer's keys change.
 */
export function createJwtJudge(parts: JwtParts): (token: string) => Promise<Verdict> {
  const cache = new TokenCache<Accepted>(CACHED_TOKENS);
  return async (token) => {
    const now = parts.now();
    const known = cache.get(token, now);
    if (known !== undefined && known.generation === known.issuer.keys.generation) return known;
    const presented = takeApart(token);
    if (presented === undefined) return { refused: 'form', isGenuine: false };
    const iss = own(presented.claims, 'iss');
    const issuer = typeof iss === 'string' ? parts.issuers.get(iss) : undefined;
    if (issuer === undefined) return { refused: 'issuer', isGenuine: false };
    const verdict = await judge(presented, issuer, parts);
    if ('until' in verdict) cache.set(token, { ...verdict, issuer, generation: issuer.keys.generation });
    return verdict;
  };
}

/** Whether a text is made as a signed JWT is (RFC 7515, 7.1). A text that is not may be anything else. */
export function looksLikeJwt(token: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

function takeApart(text: string): PresentedJwt | undefined {
  try {
    return { text, header: decodeProtectedHeader(text), claims: decodeJwt(text) };
  } catch {
    return undefined;
  }
}

async function judge(token: PresentedJwt, issuer: KnownIssuer, { checks, now }: JwtParts): Promise<Verdict> {
  let isGenuine = false;
  for (const check of checks) {
    if (!(await check.holds(token, issuer, now() / 1_000))) return { refused: check.name, isGenuine };
    isGenuine ||= check.name === SIGNATURE;
  }
  const { config } = issuer;
  const expiry = (Number(own(token.claims, 'exp')) + config.clockToleranceSeconds) * 1_000;
  const mapped = claimsToGrants(token.claims, config.mapping, new Date(expiry));
  if ('refused' in mapped) return { refused: `claim: ${mapped.refused}`, isGenuine: true };
  return { ...mapped, until: Math.min(expiry, now() + CACHE_MS) };
}
