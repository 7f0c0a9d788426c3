import { createHash } from 'node:crypto';

import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';

import type { Store } from '../store/store.ts';
import { hashOf } from './opaque.ts';

/** How far the clock of a client may be from ours. */
const WINDOW_SECONDS = 60;
const LONGEST_PROOF = 8 * 1024;
const LONGEST_ID = 256;

/** Algorithms of keys to which tokens are bound. */
export const DPOP_ALGORITHMS: readonly string[] = ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'];

export interface ProofCheck {
  /** What the header `DPoP` holds. */
  readonly proof: string | undefined;
  readonly token: string;
  /** The thumbprint to which the token is bound. */
  readonly jkt: string;
  readonly method: string;
  /** The address that clients know the resource by. */
  readonly url: string;
}

/**
 * Whether a request for the resource proves that its sender has the key to which the token is bound (RFC 9449, 4.3 and
 * 7): the right key, token, method and address, now, and not twice anywhere.
 */
export async function isProven(
  { proof, token, jkt, method, url }: ProofCheck,
  store: Store,
  now: Date,
): Promise<boolean> {
  if (proof === undefined || proof.length > LONGEST_PROOF) return false;
  const claims = await verified(proof, jkt);
  if (claims === undefined) return false;
  const { jti, iat, htm, htu, ath } = claims;
  const seconds = now.getTime() / 1_000;
  const isNow = typeof iat === 'number' && Math.abs(seconds - iat) <= WINDOW_SECONDS;
  const isThis = htm === method && typeof htu === 'string' && plain(htu) === plain(url);
  const isItsToken = ath === createHash('sha256').update(token).digest('base64url');
  if (!isNow || !isThis || !isItsToken || typeof jti !== 'string' || jti === '' || jti.length > LONGEST_ID)
    return false;
  return isFirst(store, `${jkt} ${jti}`, new Date((iat + 2 * WINDOW_SECONDS) * 1_000));
}

async function verified(proof: string, jkt: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: [...DPOP_ALGORITHMS],
      typ: 'dpop+jwt',
    });
    const { jwk } = protectedHeader;
    // EmbeddedJWK takes public keys only; a proof with a private one is refused with everything else.
    if (jwk === undefined || (await calculateJwkThumbprint(jwk)) !== jkt) return undefined;
    return payload;
  } catch {
    return undefined;
  }
}

// Without query and fragment, and in the normal form of RFC 3986.
function plain(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { origin, pathname } = new URL(address);
  return origin + pathname;
}

function isFirst(store: Store, id: string, expiresAt: Date): Promise<boolean> {
  return store.write((unit) =>
    unit.oauth.add({
      model: 'Proof',
      idHash: hashOf(id),
      payload: {},
      grantId: undefined,
      userCode: undefined,
      uid: undefined,
      consumedAt: undefined,
      expiresAt,
      parent: undefined,
    }),
  );
}
