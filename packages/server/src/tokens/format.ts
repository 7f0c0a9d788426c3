import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

import type { RootKeys } from '../rootkey.ts';
import { decodeBase62, encodeBase62 } from './base62.ts';

/*
 * A personal token, 77 characters:
 *
 *   ambp_  base62( key id 1 byte | random id 16 bytes | tail 32 bytes )  base62( CRC32 of all before )
 *          66 characters                                                 6 characters
 *
 * tail = HMAC-SHA256(root key, "ambp_" | key id | random id). The store keeps SHA-256(random id) alone, so that
 * neither a copy of the store nor the root key by itself makes a token. The tail is also the key from which a
 * holder can later narrow the token offline, so it is never stored.
 */
const PREFIX = 'ambp_';
const ID_BYTES = 16;
const TAIL_BYTES = 32;
const BODY_BYTES = 1 + ID_BYTES + TAIL_BYTES;
const BODY_LENGTH = 66;
const CHECK_LENGTH = 6;
const TOKEN_LENGTH = PREFIX.length + BODY_LENGTH + CHECK_LENGTH;
const PUBLIC_ID_BYTES = 12;
const PUBLIC_ID_LENGTH = 17;
const PUBLIC_ID = /^tok_[0-9A-Za-z]{17}$/;

/** A token as just made. `token` is the only copy of the secret. */
export interface MintedToken {
  readonly token: string;
  readonly keyId: number;
  /** SHA-256 of the random id, in hexadecimal: what the store keeps and looks up. */
  readonly idHash: string;
  /** What people and logs call the token. Says nothing about the secret. */
  readonly publicId: string;
}

/** A token whose shape and checksum are right. Nothing is known yet about whether it was ever issued. */
export interface ParsedToken {
  readonly keyId: number;
  readonly idHash: string;
  readonly publicId: string;
  readonly id: Uint8Array;
  readonly tail: Uint8Array;
}

/** Makes a token under the current root key. */
export function mint(rootKeys: RootKeys): MintedToken {
  const keyId = rootKeys.current;
  const key = rootKeys.keys.get(keyId);
  if (key === undefined) throw new TypeError(`the current root key ${keyId} is not among the root keys`);
  const id = Uint8Array.from(randomBytes(ID_BYTES));
  const body = Buffer.concat([Uint8Array.of(keyId), id, tailOf(key, keyId, id)]);
  const start = PREFIX + encodeBase62(body, BODY_LENGTH);
  return { token: start + checksum(start), keyId, idHash: hashId(id), publicId: publicIdOf(id) };
}

/** Reads a token; nothing when its prefix, length, alphabet or checksum is wrong. Asks no store and no key. */
export function readToken(text: string): ParsedToken | undefined {
  if (text.length !== TOKEN_LENGTH || !text.startsWith(PREFIX)) return undefined;
  const start = text.slice(0, -CHECK_LENGTH);
  if (checksum(start) !== text.slice(-CHECK_LENGTH)) return undefined;
  const body = decodeBase62(start.slice(PREFIX.length), BODY_BYTES);
  if (body === undefined) return undefined;
  const id = body.subarray(1, 1 + ID_BYTES);
  const tail = body.subarray(1 + ID_BYTES);
  return { keyId: body[0] ?? 0, id, tail, idHash: hashId(id), publicId: publicIdOf(id) };
}

/** Whether a text has the form of a public id, which every token ever made has. */
export function isPublicId(text: string): boolean {
  return PUBLIC_ID.test(text);
}

/** Whether the token was made under one of our root keys, compared in constant time (RFC 2104). */
export function verifyTail(token: ParsedToken, rootKeys: RootKeys): boolean {
  const tail = firstTail(token.keyId, token.id, rootKeys);
  return tail !== undefined && token.tail.length === TAIL_BYTES && timingSafeEqual(tail, token.tail);
}

/** The tail of the personal token with this random id; nothing when its root key is not there. */
export function firstTail(keyId: number, id: Uint8Array, rootKeys: RootKeys): Uint8Array | undefined {
  const key = rootKeys.keys.get(keyId);
  return key === undefined ? undefined : tailOf(key, keyId, id);
}

function tailOf(key: Uint8Array, keyId: number, id: Uint8Array): Uint8Array {
  return createHmac('sha256', key).update(PREFIX).update(Uint8Array.of(keyId)).update(id).digest();
}

/** SHA-256 of a random id: what the store knows a token by. */
export function hashId(id: Uint8Array): string {
  return createHash('sha256').update(id).digest('hex');
}

/** What people and logs call a token. Derived, so that a refusal is logged under the same name without asking the store. */
export function publicIdOf(id: Uint8Array): string {
  const digest = createHash('sha256').update('ambit public id').update(id).digest();
  return `tok_${encodeBase62(digest.subarray(0, PUBLIC_ID_BYTES), PUBLIC_ID_LENGTH)}`;
}

function checksum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return encodeBase62(bytes, CHECK_LENGTH);
}
