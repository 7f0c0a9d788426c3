import { compactVerify, type JWSHeaderParameters } from 'jose';

import type { IssuerConfig } from './config.ts';
import type { IssuerKeys } from './keys.ts';

/** A JWT as taken apart; nothing of it is believed yet. */
export interface PresentedJwt {
  readonly text: string;
  readonly header: JWSHeaderParameters;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** One thing that has to hold of a JWT. The name is what the log says of a token that fails it. */
export interface JwtCheck {
  readonly name: string;
  /** Where the rule is written. */
  readonly source: string;
  holds(token: PresentedJwt, issuer: KnownIssuer, nowSeconds: number): boolean | Promise<boolean>;
}

/** An issuer whose tokens are taken. */
export interface KnownIssuer {
  readonly config: IssuerConfig;
  readonly keys: Pick<IssuerKeys, 'find' | 'generation'>;
}

/** The name of the check after which a token is known to come from its issuer. */
export const SIGNATURE = 'signature';

/**
 * All that has to hold, in order: what needs no key comes before the signature, what the token says of itself after
 * it. Keys come from the issuer's set alone; `jwk`, `jku`, `x5c` and `x5u` in a header are never looked at.
 */
export const JWT_CHECKS: readonly JwtCheck[] = [
  {
    name: 'algorithm',
    source: 'RFC 8725, 3.1',
    holds: ({ header }, { config }) => config.algorithms.some((allowed) => allowed === header.alg),
  },
  {
    name: 'critical header',
    source: 'RFC 7515, 4.1.11',
    holds: ({ header }) => !Object.hasOwn(header, 'crit'),
  },
  { name: SIGNATURE, source: 'RFC 7515, 5.2', holds: isSigned },
  {
    name: 'type',
    source: 'RFC 9068, 4; RFC 8725, 3.11',
    holds: ({ header }, { config }) => config.types.some((type) => mediaType(type) === mediaType(header.typ)),
  },
  {
    name: 'audience',
    source: 'RFC 9068, 4; RFC 8725, 3.9',
    holds: ({ claims }, { config }) => isFor(own(claims, 'aud'), config.audience),
  },
  {
    name: 'expiry',
    source: 'RFC 7519, 4.1.4; RFC 9068, 2.2',
    holds: ({ claims }, { config }, now) =>
      isInstant(own(claims, 'exp')) && Number(own(claims, 'exp')) + config.clockToleranceSeconds > now,
  },
  {
    name: 'not before',
    source: 'RFC 7519, 4.1.5',
    holds: ({ claims }, { config }, now) => hasPassed(own(claims, 'nbf'), now + config.clockToleranceSeconds),
  },
  {
    name: 'issued at',
    source: 'RFC 7519, 4.1.6',
    holds: ({ claims }, { config }, now) => hasPassed(own(claims, 'iat'), now + config.clockToleranceSeconds),
  },
  {
    // To take it without the proof would make a stolen token as good as one that is held.
    name: 'proof of possession',
    source: 'RFC 7800, 3; RFC 9449, 7.1',
    holds: ({ claims }) => !Object.hasOwn(claims, 'cnf'),
  },
];

async function isSigned({ text, header }: PresentedJwt, { config, keys }: KnownIssuer): Promise<boolean> {
  const key = await keys.find(header);
  if (key === undefined) return false;
  try {
    await compactVerify(text, key, { algorithms: [...config.algorithms] });
    return true;
  } catch {
    return false;
  }
}

/** Whether `aud` (a text, or a list of texts) names one of the audiences. */
export function isFor(aud: unknown, audience: readonly string[]): boolean {
  if (typeof aud === 'string') return audience.includes(aud);
  if (!Array.isArray(aud) || !aud.every((one) => typeof one === 'string')) return false;
  return aud.some((one) => audience.includes(one));
}

/** Whether a claim that may be absent is an instant that has come. */
export function hasPassed(value: unknown, nowSeconds: number): boolean {
  return value === undefined || (isInstant(value) && value <= nowSeconds);
}

/** Whether a value is an instant in seconds since the epoch, before the year 10000, which grants cannot say. */
export function isInstant(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 253_402_300_000;
}

/** A claim that the token itself has. */
export function own(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

// RFC 7515, 4.1.9: `application/` may be left out, and the case does not matter.
function mediaType(type: unknown): string | undefined {
  if (typeof type !== 'string') return undefined;
  const lower = type.toLowerCase();
  return lower.includes('/') ? lower : `application/${lower}`;
}
