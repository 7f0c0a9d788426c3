import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

const QUARTER = 15 * 60;

/** Failures after which a sign-in has to wait. */
const LIMITS = {
  /** Of one name from one address. */
  pair: { points: 5, duration: QUARTER },
  /** From one address, whatever the names. */
  address: { points: 30, duration: QUARTER },
  /** Of one name, wherever from. */
  name: { points: 50, duration: QUARTER },
} as const;

/** A sign-in that is tried. */
export interface Attempt {
  readonly name: string;
  readonly address: string;
  /** Whether the browser has been signed in to this account before: a flood from elsewhere does not hold it up. */
  readonly isKnownBrowser: boolean;
}

/**
 * Counts failed sign-ins. What is over the limit waits for the rest of a span that began with the first failure and that
 * further ones do not lengthen, so nobody is locked out for good; and a browser that the account knows is held up only
 * by failures from its own address.
 */
export interface Throttle {
  /**
   * Counts the attempt as failed before it is looked at, so that many at once cannot pass together. Gives the seconds
   * to wait, or 0.
   */
  begin(attempt: Attempt): Promise<number>;
  /** Takes back what `begin` counted, and what was counted against this name from this address. */
  succeeded(attempt: Attempt): Promise<void>;
  /** Forgets what was counted against a name, wherever from. */
  forget(name: string): Promise<void>;
}

export function createThrottle(): Throttle {
  const pair = new RateLimiterMemory({ keyPrefix: 'pair', ...LIMITS.pair });
  const address = new RateLimiterMemory({ keyPrefix: 'address', ...LIMITS.address });
  const name = new RateLimiterMemory({ keyPrefix: 'name', ...LIMITS.name });
  const used = (attempt: Attempt): readonly (readonly [RateLimiterMemory, string])[] => [
    [address, networkOf(attempt.address)],
    [pair, pairOf(attempt)],
    ...(attempt.isKnownBrowser ? [] : [[name, digest(attempt.name)] as const]),
  ];
  return {
    async begin(attempt) {
      for (const [limiter, key] of used(attempt)) {
        const wait = await secondsOf(limiter.consume(key));
        if (wait > 0) return wait;
      }
      return 0;
    },
    async succeeded(attempt) {
      for (const [limiter, key] of used(attempt)) await limiter.reward(key);
      await pair.delete(pairOf(attempt));
    },
    forget: async (given) => {
      await name.delete(digest(given));
    },
  };
}

async function secondsOf(consumed: Promise<RateLimiterRes>): Promise<number> {
  try {
    await consumed;
    return 0;
  } catch (error) {
    if (error instanceof Error) throw error;
    return Math.max(1, Math.ceil((error as RateLimiterRes).msBeforeNext / 1000));
  }
}

// Names are kept as digests: what is typed there is now and then a password.
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function pairOf({ name, address }: Attempt): string {
  return digest(`${networkOf(address)} ${name}`);
}

// Whoever has one IPv6 address has all of its network (RFC 6177); IPv4 within IPv6 is IPv4.
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  return [...first, ...Array<string>(Math.max(0, zeros)).fill('0'), ...last].slice(0, 4).join(':');
}
