import { decodeBase62, decodeNumber, encodeBase62, encodeInteger } from './base62.ts';
import { crc32 } from './crc32.ts';

/*
 * A narrowed token:
 *
 *   ambn_  base62( key id 1 byte | random id 16 bytes | number of blocks 1 byte
 *                  | for each block: length 2 bytes, big-endian | caveat as JSON in UTF-8
 *                  | last tail 32 bytes )
 *   and base62( CRC32 of all before ) in 6 characters
 *
 * The first tail is that of the personal token. Each block makes the next one:
 * tail = HMAC-SHA256(tail before, "ambn_" | block). A tail leads to no tail before it, so a block cannot be taken off.
 */
const PERSONAL_PREFIX = 'ambp_';
const PERSONAL_LENGTH = 77;
const CHECK_LENGTH = 6;
const ID_BYTES = 16;
const TAIL_BYTES = 32;
const HEAD_BYTES = 1 + ID_BYTES;

/** The beginning of a narrowed token, and of what is under the HMAC of each block. */
export const NARROWED_PREFIX = 'ambn_';
/** How often a token can be narrowed. */
export const MOST_BLOCKS = 8;
/** How many bytes the caveats of one token may have together. */
export const MOST_CAVEAT_BYTES = 2_048;

const MOST_BODY = HEAD_BYTES + 1 + MOST_BLOCKS * 2 + MOST_CAVEAT_BYTES + TAIL_BYTES;
const MOST_LENGTH = NARROWED_PREFIX.length + Math.ceil(MOST_BODY / 8) * 11 + CHECK_LENGTH;

/** A token taken apart. Nothing is known about whether it is genuine. */
export interface TokenParts {
  readonly keyId: number;
  readonly id: Uint8Array;
  /** The caveats as they were written, oldest first; none for a personal token. */
  readonly blocks: readonly Uint8Array[];
  readonly tail: Uint8Array;
}

/** Takes a personal token apart; nothing when its prefix, length, alphabet or checksum is wrong. */
export function personalParts(text: string): TokenParts | undefined {
  if (text.length !== PERSONAL_LENGTH || !text.startsWith(PERSONAL_PREFIX)) return undefined;
  const body = checkedBody(text, PERSONAL_PREFIX);
  const bytes = body === undefined ? undefined : decodeNumber(body, HEAD_BYTES + TAIL_BYTES);
  if (bytes === undefined) return undefined;
  return {
    keyId: bytes[0] ?? 0,
    id: bytes.slice(1, HEAD_BYTES),
    blocks: [],
    tail: bytes.slice(HEAD_BYTES),
  };
}

/**
 * Takes a narrowed token apart; nothing when its prefix, length, alphabet, checksum or layout is wrong. Each token has
 * one way to be written. Takes time in proportion to the text, and none for a text that is too long.
 */
export function narrowedParts(text: string): TokenParts | undefined {
  if (text.length > MOST_LENGTH || !text.startsWith(NARROWED_PREFIX)) return undefined;
  const body = checkedBody(text, NARROWED_PREFIX);
  const bytes = body === undefined ? undefined : decodeBase62(body);
  if (bytes === undefined || bytes.length < HEAD_BYTES + 1 + TAIL_BYTES) return undefined;
  const tailAt = bytes.length - TAIL_BYTES;
  const blocks = blocksOf(bytes.subarray(HEAD_BYTES, tailAt));
  if (blocks === undefined) return undefined;
  return { keyId: bytes[0] ?? 0, id: bytes.slice(1, HEAD_BYTES), blocks, tail: bytes.slice(tailAt) };
}

/** Writes a narrowed token. What is within the limits reads back as it is. */
export function narrowedText({ keyId, id, blocks, tail }: TokenParts): string {
  const framed = blocks.flatMap((block) => [block.length >> 8, block.length & 0xff, ...block]);
  const start =
    NARROWED_PREFIX + encodeBase62(Uint8Array.from([keyId, ...id, blocks.length, ...framed, ...tail]));
  return start + encodeInteger(crc32(start), CHECK_LENGTH);
}

/** How many bytes of caveats there are. */
export function caveatBytes(blocks: readonly Uint8Array[]): number {
  return blocks.reduce((sum, block) => sum + block.length, 0);
}

function checkedBody(text: string, prefix: string): string | undefined {
  const start = text.slice(0, -CHECK_LENGTH);
  if (encodeInteger(crc32(start), CHECK_LENGTH) !== text.slice(-CHECK_LENGTH)) return undefined;
  return start.slice(prefix.length);
}

function blocksOf(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  const count = bytes[0] ?? 0;
  if (count < 1 || count > MOST_BLOCKS) return undefined;
  const blocks: Uint8Array[] = [];
  let at = 1;
  for (let block = 0; block < count; block += 1) {
    const start = at + 2;
    const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
    if (length === 0 || start + length > bytes.length) return undefined;
    blocks.push(bytes.slice(start, start + length));
    at = start + length;
  }
  return at === bytes.length && caveatBytes(blocks) <= MOST_CAVEAT_BYTES ? blocks : undefined;
}
