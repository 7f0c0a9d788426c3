import type { KoaContextWithOIDC } from 'oidc-provider';
import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';

import { RateLimits, rateLimitHeaders } from '../authority/ratelimits.ts';
import type { AddressOf } from '../clientaddress.ts';
import { lasting } from '../pages/lasting.ts';
import type { StoredPerson } from '../store/people.ts';
import { networkOf } from '../tokens/address.ts';
import { deviceWait } from './device.ts';
import { PATHS } from './paths.ts';

/**
 * Codes of devices that a person may get wrong. 20^8 codes, of which few are waiting and each for ten minutes: by guessing,
 * nobody meets one (RFC 8628, section 5.1).
 */
const WRONG_CODES = { points: 10, duration: 15 * 60 } as const;
const LOOKS_LIKE_CODE = /^[A-Za-z]{4}[- ]?[A-Za-z]{4}$/;
/** Codes for devices that one address may have, of clients that prove nothing: each is kept until it is over. */
const CODES = { requests: 100, seconds: 10 * 60 } as const;

/** Who is signed in to the browser that sends these cookies. */
export type FindPerson = (cookies: string | undefined) => Promise<StoredPerson | undefined>;

/** Who may have codes for devices, and who may type them. */
export interface DeviceDoor {
  /**
   * Goes on with `next` for a device whose address has not asked for too many codes, for a person who is signed in and has
   * not typed too many wrong ones, and for whatever has nothing to do with devices.
   */
  pass(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void>;
  /** The name of the person who passed. */
  nameOf(ctx: KoaContextWithOIDC): string;
  /** The code that came in the address, and was taken out of it. */
  codeOf(ctx: KoaContextWithOIDC): string | undefined;
}

/** Makes the door for devices: their codes are counted by address, and typed by people only, whose wrong ones are counted. */
export function createDeviceDoor(findPerson: FindPerson, addressOf: AddressOf): DeviceDoor {
  const given = new RateLimits();
  const wrong = new RateLimiterMemory({ keyPrefix: 'device', ...WRONG_CODES });
  const passed = new WeakMap<object, StoredPerson>();
  const typed = new WeakMap<object, string>();
  return {
    async pass(ctx, next) {
      if (ctx.path === PATHS.device_authorization) return counted(ctx, next, given, addressOf);
      if (ctx.path !== PATHS.code_verification) return next();
      const person = await findPerson(ctx.req.headers.cookie);
      if (person === undefined || person.mustChangePassword) return away(ctx, person);
      passed.set(ctx.req, person);
      ctx.set({ 'x-frame-options': 'DENY', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' });
      if (ctx.method !== 'POST') {
        takeCode(ctx, typed);
        return next();
      }
      // Counted before it is looked at, so that many at once cannot pass together.
      const seconds = await secondsOf(wrong.consume(person.id));
      if (seconds > 0)
        return deviceWait(
          ctx,
          `There were too many codes that no device shows. Wait ${lasting(seconds)}, then try again.`,
        );
      await next();
      if (ctx.oidc?.entities.DeviceCode !== undefined) await wrong.reward(person.id);
    },
    nameOf: ({ req }) => passed.get(req)?.name ?? '',
    codeOf: ({ req }) => typed.get(req),
  };
}

// For a code in the address (RFC 8628, 3.3.1) the library would send a form by script. It is put into our own form instead.
function takeCode(ctx: KoaContextWithOIDC, typed: WeakMap<object, string>): void {
  const { user_code: code, ...others } = ctx.query;
  if (code === undefined) return;
  ctx.query = others;
  if (typeof code === 'string' && LOOKS_LIKE_CODE.test(code)) typed.set(ctx.req, code);
}

// Counted before it is looked at. A client that proved who it is can be disabled, so its requests are not counted.
async function counted(
  ctx: KoaContextWithOIDC,
  next: () => Promise<void>,
  given: RateLimits,
  addressOf: AddressOf,
): Promise<void> {
  const address = networkOf(addressOf(ctx.req) ?? 'unknown');
  const standing = await given.take(address, CODES);
  if (standing.isWithin) {
    await next();
    const isProven = ctx.status === 200 && ctx.oidc.client?.clientAuthMethod !== 'none';
    if (isProven) await given.giveBack(address, CODES);
    return;
  }
  // RFC 8628 has no error for this: `slow_down` is for a device that asks for its tokens.
  ctx.status = 429;
  ctx.set({ ...rateLimitHeaders('address', standing), 'cache-control': 'no-store' });
  ctx.body = {
    error: 'temporarily_unavailable',
    error_description: 'too many codes were asked for from this address',
  };
}

// The code that came in the address is kept on the way.
function away(ctx: KoaContextWithOIDC, person: StoredPerson | undefined): void {
  const back = encodeURIComponent(ctx.method === 'POST' ? PATHS.code_verification : ctx.url);
  ctx.status = 303;
  ctx.set('cache-control', 'no-store');
  ctx.redirect(`/${person === undefined ? 'sign-in' : 'change-password'}?return=${back}`);
}

async function secondsOf(consumed: Promise<RateLimiterRes>): Promise<number> {
  try {
    await consumed;
    return 0;
  } catch (error) {
    if (error instanceof Error) throw error;
    return Math.max(1, Math.ceil((error as RateLimiterRes).msBeforeNext / 1_000));
  }
}
