import { RateLimiterMemory } from 'rate-limiter-flexible';

import type { RateLimit } from '../store/tokens.ts';

/** How a key stands against its limit after one more request. */
export interface Standing {
  readonly limit: RateLimit;
  readonly isWithin: boolean;
  readonly left: number;
  /** Whole seconds until the count begins anew, at least 1. */
  readonly resetsIn: number;
}

/**
 * Counts requests by key, from the first one on for as long as the limit says. Counted in the memory of this process:
 * behind several nodes a key has its limit at each of them, and a restart begins anew.
 */
export class RateLimits {
  // Our own limits are compared outside, since each key has its own; the limiter only counts and forgets.
  readonly #counts = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: 60 });

  async take(key: string, limit: RateLimit): Promise<Standing> {
    // A changed span begins a count of its own.
    const count = await this.#counts.consume(`${limit.seconds} ${key}`, 1, { customDuration: limit.seconds });
    return {
      limit,
      isWithin: count.consumedPoints <= limit.requests,
      left: Math.max(limit.requests - count.consumedPoints, 0),
      resetsIn: Math.max(Math.ceil(count.msBeforeNext / 1000), 1),
    };
  }

  /** Takes back one request that was counted: it turned out to be one that is not. */
  async giveBack(key: string, limit: RateLimit): Promise<void> {
    await this.#counts.reward(`${limit.seconds} ${key}`, 1, { customDuration: limit.seconds });
  }
}

/** The headers of draft-ietf-httpapi-ratelimit-headers-10, and `Retry-After` (RFC 9110, 10.2.3) where it is too much. */
export function rateLimitHeaders(
  name: 'token' | 'address',
  { limit, isWithin, left, resetsIn }: Standing,
): Record<string, string> {
  return {
    'ratelimit-policy': `"${name}";q=${limit.requests};w=${limit.seconds}`,
    ratelimit: `"${name}";r=${left};t=${resetsIn}`,
    ...(isWithin ? {} : { 'retry-after': String(resetsIn) }),
  };
}
