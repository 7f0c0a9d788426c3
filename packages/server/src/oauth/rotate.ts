import { join } from 'node:path';

import { ServerError } from '../errors.ts';
import { readPrivateFile, replacePrivateFile } from '../private-file.ts';
import { KEYS_FILE, makeKeys, type OAuthKeys, parseKeys, type SigningKey, signingKeyOf } from './keys.ts';

/** How long what a key signed is believed after another signs: many times the life of a JWT. */
const BELIEVED_MS = 60 * 60_000;
/** Of secrets for cookies, so many are believed: nothing that they sign or seal lives longer than half a day. */
const COOKIES = 3;
const MOST_KEYS = 10;

/** What a rotation did. */
export interface Rotation {
  /** The new key. */
  readonly kid: string;
  /** From when it signs. */
  readonly signsFrom: Date;
  /** Keys that signed nothing any more that is believed, and are gone. */
  readonly removed: readonly string[];
}

/**
 * Adds a new key to `oauth.keys` in a data folder, which is published with the next start and signs from `signsFrom` on,
 * and a new secret for cookies and seals, which is used from the next start on. What came before stays believed until
 * what it signed is over. Throws `ServerError`: `OAUTH_KEYS_UNSAFE`, `OAUTH_KEYS_INVALID`, `USAGE` where there is no such
 * file.
 */
export async function rotateKeys(data: string, signsFrom: Date, now: Date): Promise<Rotation> {
  const path = join(data, KEYS_FILE);
  const text = await readPrivateFile(path, 'OAUTH_KEYS_UNSAFE');
  if (text === undefined) {
    throw new ServerError(
      'USAGE',
      `There is no ${path}: the first start with \`oauth\` makes it.`,
      'Start the server once, or name its configuration with --config.',
    );
  }
  const { keys, removed } = rotated(parseKeys(text, path), signsFrom, now);
  await replacePrivateFile(path, `${JSON.stringify(keys, null, 2)}\n`);
  return { kid: keys.signing.at(-1)?.kid ?? '', signsFrom, removed };
}

/** The same of keys that are no file. Throws `ServerError` `USAGE` where too many wait for their time. */
export function rotated(
  before: OAuthKeys,
  signsFrom: Date,
  now: Date,
): { readonly keys: OAuthKeys; readonly removed: readonly string[] } {
  const made = makeKeys();
  const kept = before.signing.filter((key) => isBelieved(key, before, now));
  if (kept.length >= MOST_KEYS) {
    throw new ServerError(
      'USAGE',
      `There are ${kept.length} keys already, of which none is old enough to go.`,
      'Wait an hour after the last one began to sign.',
    );
  }
  const next = made.signing.map((key) => ({ ...key, signsFrom: signsFrom.toISOString() }));
  const keys: OAuthKeys = {
    signing: [...kept, ...next],
    cookies: [...made.cookies, ...before.cookies].slice(0, COOKIES),
  };
  const removed = before.signing.filter((key) => !kept.includes(key)).map(({ kid }) => kid);
  return { keys, removed };
}

// One that signs, or signed within the time in which that is believed, or will sign.
function isBelieved(key: SigningKey, keys: OAuthKeys, now: Date): boolean {
  if (key.signsFrom !== undefined && Date.parse(key.signsFrom) > now.getTime() - BELIEVED_MS) return true;
  return signingKeyOf(keys, new Date(now.getTime() - BELIEVED_MS)) === key || signingKeyOf(keys, now) === key;
}
