import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

import { encodeBase62 } from '../tokens/base62.ts';

/*
 * Tokens of the authorization server and secrets of its clients, 54 characters:
 *
 *   ambo_ | ambr_ | ambs_   43 characters of base62 (256 random bits)   6 characters of base62 (CRC32 of all before)
 *
 * They mean nothing by themselves. The store keeps their SHA-256, from which with 256 random bits nothing comes back.
 */
const SECRET_BYTES = 32;
const SECRET_LENGTH = 43;
const CHECK_LENGTH = 6;
const PUBLIC_ID = /^oat_[0-9A-Za-z]{17}$/;
const FORM = /^amb([ors])_[0-9A-Za-z]{49}$/;

export const ACCESS_TOKEN = 'ambo_';
export const REFRESH_TOKEN = 'ambr_';
export const CLIENT_SECRET = 'ambs_';

export type OpaquePrefix = typeof ACCESS_TOKEN | typeof REFRESH_TOKEN | typeof CLIENT_SECRET;

/** Makes a new one. The answer is the only copy. */
export function mintOpaque(prefix: OpaquePrefix): string {
  const start = prefix + encodeBase62(randomBytes(SECRET_BYTES), SECRET_LENGTH);
  return start + checksum(start);
}

/** Whether a text has this prefix, the right form and the right checksum. Costs no look-up. */
export function isOpaque(text: string, prefix: OpaquePrefix): boolean {
  if (!FORM.test(text) || !text.startsWith(prefix)) return false;
  return checksum(text.slice(0, -CHECK_LENGTH)) === text.slice(-CHECK_LENGTH);
}

/** What the store keeps in the place of an id: its SHA-256, in hexadecimal. */
export function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

/** What people, logs and the audit call a token, out of its hash. */
export function publicIdOf(idHash: string): string {
  const digest = createHash('sha256').update('ambit oauth public id').update(idHash).digest();
  return `oat_${encodeBase62(digest.subarray(0, 12), 17)}`;
}

/** Whether a text has the form of what `publicIdOf` gives. */
export function isOpaquePublicId(id: string): boolean {
  return PUBLIC_ID.test(id);
}

function checksum(text: string): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(text));
  return encodeBase62(bytes, CHECK_LENGTH);
}
