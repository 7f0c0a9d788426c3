import { join } from 'node:path';

import { ServerError } from '../errors.ts';
import { withKeysLock } from '../keyslock.ts';
import { readPrivateFile, replacePrivateFile } from '../private-file.ts';
import { checkValuesOf, cookieCheckValue } from './check-values.ts';
import {
  KEYS_FILE,
  MOST_GIVEN_UP,
  makeKeys,
  type OAuthKeys,
  type Origin,
  parseKeys,
  type SigningKey,
  signingKeyOf,
} from './keys.ts';

/** How long what a key signed is believed after another signs: many times the life of a JWT. */
const BELIEVED_MS = 60 * 60_000;
/**
 * Of secrets for cookies, so many are believed. Nothing that they sign or seal lives longer than half a day, in which
 * nobody rotates more often.
 */
const COOKIES = 10;
const MOST_KEYS = 10;

/** How keys are rotated. */
export interface HowToRotate {
  readonly signsFrom: Date;
  /** Whether somebody else may have the keys before: then nothing of them is believed any more. */
  readonly hasLeaked: boolean;
}

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
 * Adds a new key to `oauth.keys` in a data folder, which is published when a server reads the file and signs from
 * `signsFrom` on, and a new secret for cookies and seals, which is used from then on. What came before stays believed
 * until what it signed is over, or goes at once where it leaked. Throws `ServerError`: `OAUTH_KEYS_UNSAFE`,
 * `OAUTH_KEYS_INVALID`, `STORE_LOCKED` while somebody else changes keys there, `USAGE` where there is no such file.
 */
export async function rotateKeys(data: string, how: HowToRotate, now: Date): Promise<Rotation> {
  // Where there is no such file, nothing is made in the folder.
  await readKeys(data);
  return withKeysLock(data, async () => {
    const before = await readKeys(data);
    const { keys, removed } = how.hasLeaked ? replaced(before) : rotated(before, how.signsFrom, now);
    await replacePrivateFile(join(data, KEYS_FILE), `${JSON.stringify(keys, null, 2)}\n`);
    return { kid: keys.signing.at(-1)?.kid ?? '', signsFrom: how.signsFrom, removed };
  });
}

async function readKeys(data: string): Promise<OAuthKeys> {
  const path = join(data, KEYS_FILE);
  const text = await readPrivateFile(path, 'OAUTH_KEYS_UNSAFE');
  if (text !== undefined) return parseKeys(text, path);
  throw new ServerError(
    'USAGE',
    `There is no ${path}: the first start with \`oauth\` makes it.`,
    'Start the server once, or name its configuration with --config.',
  );
}

interface Rotated {
  readonly keys: OAuthKeys;
  readonly removed: readonly string[];
}

/** Other keys in the place of ones that leaked. A store knows by their origin that they belong there, and what they are for. */
export function replaced(before: OAuthKeys): Rotated {
  const givenUp = [...(before.givenUp ?? []), ...checkValuesOf(before)].slice(-MOST_GIVEN_UP);
  const keys = { ...makeKeys(), origin: originOf(before), givenUp };
  return { keys, removed: before.signing.map(({ kid }) => kid) };
}

// The oldest secret: the store has seen the set at least once since it was made.
function originOf({ origin, cookies }: OAuthKeys): Origin {
  const { check, rotations } = origin ?? { check: cookieCheckValue(cookies.at(-1) ?? ''), rotations: 0 };
  return { check, rotations: rotations + 1 };
}

/** The same of keys that are no file. Throws `ServerError` `USAGE` where too many wait for their time. */
export function rotated(before: OAuthKeys, signsFrom: Date, now: Date): Rotated {
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
    origin: originOf(before),
    ...(before.givenUp === undefined ? {} : { givenUp: before.givenUp }),
  };
  const removed = before.signing.filter((key) => !kept.includes(key)).map(({ kid }) => kid);
  return { keys, removed };
}

// One that signs, or signed within the time in which that is believed, or will sign.
function isBelieved(key: SigningKey, keys: OAuthKeys, now: Date): boolean {
  if (key.signsFrom !== undefined && Date.parse(key.signsFrom) > now.getTime() - BELIEVED_MS) return true;
  return signingKeyOf(keys, new Date(now.getTime() - BELIEVED_MS)) === key || signingKeyOf(keys, now) === key;
}
