import { createHash } from 'node:crypto';
import { exportJWK, type JWK, SignJWT } from 'jose';

import { SEARCH } from './clients.ts';
import type { Issued, Kit } from './kit.ts';

/** How a proof differs from a good one. */
export interface Difference {
  readonly claims?: object;
  readonly header?: object;
  readonly key?: CryptoKey | Uint8Array;
}

/** Somebody who has a key, and makes proofs of it (RFC 9449, 4.2). */
export interface Prover {
  readonly key: CryptoKey;
  readonly jwk: JWK;
  readonly privateJwk: JWK;
  /** The header of a request for tokens. */
  atToken(difference?: Difference): Promise<Record<string, string>>;
  /** The headers of a query with a token. */
  atResource(token: string, difference?: Difference): Promise<Record<string, string>>;
  /** A token of the client `machine` that is bound to the key. */
  owned(): Promise<string>;
}

export async function newProver(kit: Kit): Promise<Prover> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ]);
  const jwk = await exportJWK(pair.publicKey);
  const proof = (claims: object, difference: Difference = {}): Promise<string> => {
    const iat = Math.floor(Date.now() / 1_000);
    const all = { jti: crypto.randomUUID(), htm: 'POST', iat, ...claims, ...difference.claims };
    return new SignJWT(all)
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...difference.header })
      .sign(difference.key ?? pair.privateKey);
  };
  const atToken: Prover['atToken'] = async (difference) => ({
    dpop: await proof({ htu: `${kit.site.issuer}/oauth/token` }, difference),
  });
  return {
    key: pair.privateKey,
    jwk,
    privateJwk: await exportJWK(pair.privateKey),
    atToken,
    atResource: async (token, difference) => ({
      authorization: `DPoP ${token}`,
      dpop: await proof(
        { htu: kit.resource, ath: createHash('sha256').update(token).digest('base64url') },
        difference,
      ),
    }),
    owned: async () => {
      const params = { grant_type: 'client_credentials', scope: SEARCH };
      const answer = await kit.token(kit.clients.machine, params, await atToken());
      return ((await answer.json()) as Issued).access_token;
    },
  };
}
