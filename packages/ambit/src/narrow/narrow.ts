import { readBlock, writeBlock } from './block.ts';
import { type Caveat, checkCaveat, networkOf } from './caveat.ts';
import { NarrowError } from './errors.ts';
import {
  caveatBytes,
  MOST_BLOCKS,
  MOST_CAVEAT_BYTES,
  NARROWED_PREFIX,
  narrowedParts,
  narrowedText,
  personalParts,
  type TokenParts,
} from './wire.ts';

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE };
/** A narrowed token ends at most so long after it is made. */
const LONGEST = 24 * 60 * MINUTE;

/** What to narrow a token by: a caveat in which the end may also be said as a time from now. */
export interface Narrowing extends Omit<Caveat, 'expires'> {
  /** `30s`, `10m`, `24h`, an instant, or a `Date`; at most 24 hours from now. Needed on the first narrowing. */
  readonly expires?: string | Date;
}

/** Where `narrowToken` takes from what it does not compute. */
export interface NarrowOptions {
  /** The time from which `10m` counts; the clock of this machine when absent. */
  readonly now?: () => Date;
}

/** What stands in a narrowed token, read without knowing whether it is genuine. */
export interface NarrowedToken {
  /** Oldest first; all of them have to hold. */
  readonly caveats: readonly Caveat[];
  /** The earliest end among them, if there is one. */
  readonly expires: string | undefined;
}

/**
 * Makes a narrower token out of a personal one (`ambp_...`) or one that is narrowed already (`ambn_...`), without asking
 * anybody. The new token holds what the old one holds and what `narrowing` leaves of it, and can be narrowed again; the
 * old one stays as it is, and whoever revokes it revokes all that were made of it.
 *
 * Runs wherever there is WebCrypto: Node, browsers (on https and localhost), Deno, workers.
 *
 * Rejects with `NarrowError`: `TOKEN_UNREADABLE` for what is no token of Ambit or has a typing error, `CAVEAT_INVALID`
 * for a caveat that no server would take, `TOO_LARGE` beyond 8 narrowings or 2,048 bytes of caveats. Whether the token
 * is valid is for the server to say.
 *
 * The construction is that of macaroons (Birgisson et al., NDSS 2014) with first-party caveats of a closed vocabulary.
 */
export async function narrowToken(
  token: string,
  narrowing: Narrowing,
  options: NarrowOptions = {},
): Promise<string> {
  const parts = personalParts(token) ?? narrowedParts(token);
  if (parts === undefined) throw unreadable('a token that begins with ambp_ or ambn_');
  const now = (options.now ?? (() => new Date()))();
  const caveat = checkCaveat(written(narrowing, now));
  if (caveat.expires === undefined && earliest(caveatsOf(parts)) === undefined) {
    throw new NarrowError(
      'CAVEAT_INVALID',
      'The first narrowing of a token needs `expires`; there was none.',
      'For example: expires: "10m".',
    );
  }
  const block = writeBlock(caveat);
  const blocks = [...parts.blocks, block];
  refuseTooLarge(blocks);
  return narrowedText({ ...parts, blocks, tail: await nextTail(parts.tail, block) });
}

/**
 * What stands in a narrowed token. Nothing is verified: anybody can write such a text, and only the server knows its own.
 * Throws `NarrowError` `TOKEN_UNREADABLE` for what is no narrowed token, `CAVEAT_INVALID` for one that no server takes.
 */
export function readNarrowed(token: string): NarrowedToken {
  const parts = narrowedParts(token);
  if (parts === undefined) throw unreadable('a narrowed token, which begins with ambn_');
  const caveats = caveatsOf(parts);
  return { caveats, expires: earliest(caveats) };
}

/** The earliest end of caveats, as it is written there; nothing when none has one. */
export function earliest(caveats: readonly Caveat[]): string | undefined {
  const ends = caveats.flatMap(({ expires }) => expires ?? []);
  return ends.sort((one, other) => Date.parse(one) - Date.parse(other))[0];
}

function caveatsOf({ blocks }: TokenParts): readonly Caveat[] {
  return blocks.map(readBlock);
}

/** The narrowing with its end as an instant, and with single addresses as networks: one form for every server. */
function written(narrowing: Narrowing, now: Date): unknown {
  if (typeof narrowing !== 'object' || narrowing === null || Array.isArray(narrowing)) return narrowing;
  const { expires, address } = narrowing;
  return {
    ...narrowing,
    ...(expires === undefined ? {} : { expires: endFrom(expires, now) }),
    ...(Array.isArray(address)
      ? { address: address.map((one: unknown) => (typeof one === 'string' ? networkOf(one) : one)) }
      : {}),
  };
}

function endFrom(expires: unknown, now: Date): unknown {
  const match = typeof expires === 'string' ? /^([1-9]\d{0,5})([smhd])$/.exec(expires) : null;
  const length = Number(match?.[1]) * (UNITS[match?.[2] ?? ''] ?? 0);
  const end =
    match === null ? new Date(expires instanceof Date ? expires : String(expires)) : now.getTime() + length;
  const time = Number(end);
  // What is no time at all is told by the vocabulary.
  if (Number.isNaN(time)) return expires instanceof Date ? 'Invalid Date' : expires;
  if (time > now.getTime() && time - now.getTime() <= LONGEST) {
    return typeof expires === 'string' && match === null ? expires : new Date(time).toISOString();
  }
  throw new NarrowError(
    'CAVEAT_INVALID',
    time <= now.getTime()
      ? '`expires` has to be later than now; it is over already.'
      : '`expires` has to be at most 24 hours from now; it is later.',
    'For something that lives longer, have the server make a token of its own.',
  );
}

function refuseTooLarge(blocks: readonly Uint8Array[]): void {
  if (blocks.length > MOST_BLOCKS) {
    throw new NarrowError(
      'TOO_LARGE',
      `A token can be narrowed ${MOST_BLOCKS} times; this one has been already.`,
      'Narrow the token from which it was made, with all that is wanted at once.',
    );
  }
  const bytes = caveatBytes(blocks);
  if (bytes <= MOST_CAVEAT_BYTES) return;
  throw new NarrowError(
    'TOO_LARGE',
    `The caveats of a token may have ${MOST_CAVEAT_BYTES} bytes together; these would have ${bytes}.`,
    'Name fewer things, or have the server make a token of its own.',
  );
}

async function nextTail(tail: Uint8Array, block: Uint8Array): Promise<Uint8Array> {
  const { subtle } = crypto;
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await subtle.importKey('raw', Uint8Array.from(tail), algorithm, false, ['sign']);
  const prefix = new TextEncoder().encode(NARROWED_PREFIX);
  return new Uint8Array(await subtle.sign('HMAC', key, Uint8Array.from([...prefix, ...block])));
}

// The token is not repeated: what is almost one may be one.
function unreadable(wanted: string): NarrowError {
  return new NarrowError(
    'TOKEN_UNREADABLE',
    `This takes ${wanted}; what was given is none, or has a typing error.`,
    'Copy the whole token, without spaces.',
  );
}
