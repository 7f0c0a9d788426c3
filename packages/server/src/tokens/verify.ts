import { createHash } from 'node:crypto';

import { NARROWED_PREFIX, narrowedParts } from 'ambit/narrow';

import type { RootKeys } from '../rootkey.ts';
import { type VerifiedToken, verifyChain } from './chain.ts';
import { readToken, verifyTail } from './format.ts';

/** How many tokens are remembered: those that were used last. */
const MOST = 5_000;

/** Why a text is no token of ours: it has another form, or it was not made under one of our root keys. */
export type Unverified = 'malformed' | 'forged';

/**
 * Gives a function that verifies bearers by computing alone. What it gives depends on the text and the root keys and
 * on nothing else, so it is remembered, by SHA-256 of the text. Only genuine tokens are: what anybody can make up
 * pushes nothing out.
 */
export function createVerifier(rootKeys: RootKeys): (bearer: string) => VerifiedToken | Unverified {
  const kept = new Map<string, VerifiedToken>();
  return (bearer) => {
    const key = createHash('sha256').update(bearer).digest('base64');
    const known = kept.get(key);
    kept.delete(key);
    const verified = known ?? verify(bearer, rootKeys);
    if (typeof verified === 'string') return verified;
    kept.set(key, verified);
    const [oldest] = kept.keys();
    if (kept.size > MOST && oldest !== undefined) kept.delete(oldest);
    return verified;
  };
}

function verify(bearer: string, rootKeys: RootKeys): VerifiedToken | Unverified {
  if (bearer.startsWith(NARROWED_PREFIX)) {
    const parts = narrowedParts(bearer);
    return parts === undefined ? 'malformed' : (verifyChain(parts, rootKeys) ?? 'forged');
  }
  const token = readToken(bearer);
  if (token === undefined) return 'malformed';
  if (!verifyTail(token, rootKeys)) return 'forged';
  const { keyId, idHash, publicId } = token;
  return { keyId, idHash, parentId: publicId, publicId, digests: [], caveats: [] };
}
