import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

import {
  type Caveat,
  NARROWED_PREFIX,
  NarrowError,
  narrowedParts,
  readBlock,
  type TokenParts,
} from 'ambit/narrow';

import type { RootKeys } from '../rootkey.ts';
import { firstTail, hashId, publicIdOf } from './format.ts';

/** How much of a tail's digest stands in the public id of a narrowed token. */
const SHOWN_DIGITS = 8;

/** A token that was made by us, or from one of ours. The personal token behind it may still be unknown, expired or revoked. */
export interface VerifiedToken {
  readonly keyId: number;
  /** SHA-256 of the random id: what the store looks up. */
  readonly idHash: string;
  /** The public id of the personal token. */
  readonly parentId: string;
  /** What it is called itself: of a narrowed token the parent's id, a dot, and the beginning of the last digest. */
  readonly publicId: string;
  /** SHA-256 of every tail that a caveat made, oldest first, in hexadecimal: any of them may be revoked. */
  readonly digests: readonly string[];
  /** What the holders wrote, oldest first; nothing where one of them wrote something that we do not understand. */
  readonly caveats: readonly Caveat[] | undefined;
}

/**
 * Verifies the chain of a narrowed token against the root key, in constant time where it compares; nothing when the
 * token was not made from one of ours. What holders wrote is read only then. Asks no store.
 */
export function verifyChain(parts: TokenParts, rootKeys: RootKeys): VerifiedToken | undefined {
  const { keyId, id, blocks } = parts;
  let tail = firstTail(keyId, id, rootKeys);
  if (tail === undefined) return undefined;
  const digests: string[] = [];
  for (const block of blocks) {
    tail = createHmac('sha256', tail).update(NARROWED_PREFIX).update(block).digest();
    digests.push(digestOf(tail));
  }
  if (parts.tail.length !== tail.length || !timingSafeEqual(tail, parts.tail)) return undefined;
  const parentId = publicIdOf(id);
  const publicId = `${parentId}.${digests.at(-1)?.slice(0, SHOWN_DIGITS)}`;
  return { keyId, idHash: hashId(id), parentId, publicId, digests, caveats: caveatsOf(blocks) };
}

/** The digest by which a narrowed token is revoked; nothing for a text that is none. Says nothing about whether it is genuine. */
export function narrowedDigest(text: string): string | undefined {
  const parts = narrowedParts(text);
  return parts && digestOf(parts.tail);
}

function digestOf(tail: Uint8Array): string {
  return createHash('sha256').update(tail).digest('hex');
}

function caveatsOf(blocks: readonly Uint8Array[]): readonly Caveat[] | undefined {
  try {
    return blocks.map(readBlock);
  } catch (error) {
    if (error instanceof NarrowError) return undefined;
    throw error;
  }
}
