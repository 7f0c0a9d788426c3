import { createHash, createPrivateKey, generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';

import { ServerError } from '../errors.ts';
import { createPrivateFile, readPrivateFile } from '../private-file.ts';
import { CHECK_VALUE } from './check-values.ts';

export const KEYS_FILE = 'oauth.keys';

/** A key that signs, with its private part (RFC 7517). */
export interface SigningKey extends JsonWebKey {
  readonly kid: string;
  readonly alg: 'ES256';
  readonly use: 'sig';
  /** From when it signs, once everybody has had the time to learn of it; at once where it is left out (ISO 8601). */
  readonly signsFrom?: string | undefined;
}

/** The keys of the authorization server. All of each kind are believed. */
export interface OAuthKeys {
  /** All are published. Of those whose time has come the one that came last signs; see `signingKeyOf`. */
  readonly signing: readonly SigningKey[];
  /** By which cookies are signed, and what the store keeps is sealed. The first makes what is new. */
  readonly cookies: readonly string[];
  /** Of a set that came of rotations: so that a store knows it however often it was rotated. */
  readonly origin?: Origin | undefined;
  /** By what is recognised what was given up because it leaked; see `checkValuesOf`. What came last stands last. */
  readonly givenUp?: readonly string[] | undefined;
}

/** So much of it goes with a set. A store remembers all that it was ever told. */
export const MOST_GIVEN_UP = 1_000;

/** Where a set of keys came from. Nothing can be made with it. */
export interface Origin {
  /** By what a secret of the first set was recognised. */
  readonly check: string;
  /** How often it was rotated since. */
  readonly rotations: number;
}

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const keysShape = z.strictObject({
  signing: z
    .array(
      z.strictObject({
        kty: z.literal('EC'),
        crv: z.literal('P-256'),
        x: coordinate,
        y: coordinate,
        d: coordinate,
        kid: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
        alg: z.literal('ES256'),
        use: z.literal('sig'),
        signsFrom: z.iso.datetime().optional(),
      }),
    )
    .min(1)
    .max(10),
  cookies: z.array(coordinate).min(1).max(10),
  origin: z
    .strictObject({ check: z.string().regex(/^[0-9a-f]{64}$/), rotations: z.int().positive() })
    .optional(),
  givenUp: z.array(z.string().regex(CHECK_VALUE)).max(MOST_GIVEN_UP).optional(),
});

/** The key that signs at an instant: of those whose time has come the one that came last, the first of several. */
export function signingKeyOf({ signing }: OAuthKeys, now: Date): SigningKey {
  const [first, ...others] = signing.filter((key) => startOf(key) <= now.getTime());
  const latest = others.reduce((best, key) => (startOf(key) > startOf(best ?? key) ? key : best), first);
  const [any] = signing;
  if (any === undefined) throw new TypeError('there is no key');
  // None has come yet where somebody set a clock back; then it is better to sign than not to.
  return latest ?? any;
}

function startOf({ signsFrom }: SigningKey): number {
  return signsFrom === undefined ? 0 : Date.parse(signsFrom);
}

/**
 * The keys from the environment or from `oauth.keys` in the data folder, which is made on the first start. Throws
 * `ServerError`: `OAUTH_KEYS_UNSAFE` (others can read the file), `OAUTH_KEYS_INVALID`.
 */
export async function loadOAuthKeys(data: string, fromEnvironment: string | undefined): Promise<OAuthKeys> {
  if (fromEnvironment !== undefined && fromEnvironment !== '')
    return parseKeys(fromEnvironment, 'AMBIT_OAUTH_KEYS');
  const path = join(data, KEYS_FILE);
  const text = await readPrivateFile(path, 'OAUTH_KEYS_UNSAFE');
  if (text !== undefined) return parseKeys(text, path);
  const made = `${JSON.stringify(makeKeys(), null, 2)}\n`;
  await createPrivateFile(path, made);
  return parseKeys(made, path);
}

/** Makes one new key of each kind. */
export function makeKeys(): OAuthKeys {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = privateKey.export({ format: 'jwk' });
  const kid = createHash('sha256').update(`${jwk.x}.${jwk.y}`).digest('base64url').slice(0, 16);
  return {
    signing: [{ ...jwk, kid, alg: 'ES256', use: 'sig' }],
    cookies: [randomBytes(32).toString('base64url')],
  };
}

/** Keys out of JSON. Throws `ServerError` `OAUTH_KEYS_INVALID`; the text is a secret, so the message repeats none of it. */
export function parseKeys(text: string, where: string): OAuthKeys {
  try {
    const { signing, cookies, origin, givenUp } = keysShape.parse(JSON.parse(text));
    // Throws where the parts do not make a key.
    for (const key of signing) createPrivateKey({ key, format: 'jwk' });
    if (new Set(signing.map(({ kid }) => kid)).size < signing.length)
      throw new TypeError('a kid is there twice');
    return {
      signing,
      cookies,
      ...(origin === undefined ? {} : { origin }),
      ...(givenUp === undefined ? {} : { givenUp }),
    };
  } catch {
    throw new ServerError(
      'OAUTH_KEYS_INVALID',
      `${where} must hold the keys of the authorization server as the first start makes them; what is there has another form.`,
      'Put the keys back. Without them every signed-in browser and every JWT ends; other tokens stay.',
    );
  }
}
