import { createPublicKey, type KeyObject, verify } from 'node:crypto';

import { request } from 'undici';
import { z } from 'zod';

import { ServerError } from '../errors.ts';
import type { GithubConfig, LeaksConfig } from './config.ts';

const FETCH_MS = 5_000;
const KEPT_MS = 60 * 60_000;
/** An identifier that is not known is looked up at most so often, whoever sends it. */
const PAUSE_MS = 60_000;
const LONGEST_LIST = 64 * 1024;

/** What came with a report. */
export interface SignedReport {
  readonly body: Uint8Array;
  readonly keyIdentifier: string | undefined;
  /** DER in base64. */
  readonly signature: string | undefined;
}

/** Whether GitHub signed a report (ECDSA on P-256 with SHA-256 over the body as it came). Never rejects. */
export type VerifyReport = (report: SignedReport) => Promise<boolean>;

const listShape = z.object({
  public_keys: z.array(z.object({ key_identifier: z.string(), key: z.string() })).max(100),
});

/** What verifies reports, where GitHub is heard. Throws `ServerError` `CONFIG_INVALID`. */
export function githubOf({ github }: LeaksConfig): VerifyReport | undefined {
  try {
    return github && createReportVerifier(github);
  } catch {
    throw new ServerError(
      'CONFIG_INVALID',
      '`leaks.github.keys` must hold public keys on the curve P-256, in PEM; one of them is none.',
    );
  }
}

/** Makes what verifies reports. Throws for configured keys that are no P-256 keys. */
export function createReportVerifier(
  { keysUrl, keys = {} }: GithubConfig,
  now: () => number = Date.now,
): VerifyReport {
  let known = new Map(Object.entries(keys).map(([id, pem]) => [id, keyOf(pem)]));
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let fetching: Promise<void> | undefined;

  async function refresh(url: string): Promise<void> {
    fetchedAt = now();
    known = await fetchKeys(url).catch(() => known);
  }

  async function keyFor(identifier: string): Promise<KeyObject | undefined> {
    const age = now() - fetchedAt;
    if (keysUrl !== undefined && (age > KEPT_MS || (!known.has(identifier) && age > PAUSE_MS))) {
      fetching ??= refresh(keysUrl).finally(() => {
        fetching = undefined;
      });
    }
    await fetching;
    return known.get(identifier);
  }

  return async ({ body, keyIdentifier, signature }) => {
    if (keyIdentifier === undefined || signature === undefined) return false;
    const key = await keyFor(keyIdentifier);
    if (key === undefined) return false;
    try {
      return verify('sha256', body, key, Buffer.from(signature, 'base64'));
    } catch {
      return false;
    }
  };
}

async function fetchKeys(url: string): Promise<Map<string, KeyObject>> {
  const answer = await request(url, { signal: AbortSignal.timeout(FETCH_MS) });
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > LONGEST_LIST) throw new Error('the list of keys is too long');
    chunks.push(chunk);
  }
  if (answer.statusCode !== 200) throw new Error('there is no list of keys');
  const { public_keys: found } = listShape.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  return new Map(found.map(({ key_identifier: id, key }) => [id, keyOf(key)]));
}

function keyOf(pem: string): KeyObject {
  const key = createPublicKey(pem);
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  throw new Error('is no public key on the curve P-256');
}
