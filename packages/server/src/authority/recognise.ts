import type { Grants } from 'ambit';
import type { Authentication } from 'ambit/gateway';
import { earliest } from 'ambit/narrow';

import type { StoredToken } from '../store/tokens.ts';
import type { VerifiedToken } from '../tokens/chain.ts';
import { type AtTheDoor, isAdmitted } from '../tokens/door.ts';
import { endOf, statusOf } from '../tokens/life.ts';
import type { Desk, Refusal } from './desk.ts';
import { succeed } from './succeed.ts';

/** A narrowed token ends at most so long after it is used; the minutes are for clocks that differ. */
const LONGEST_MS = (24 * 60 + 5) * 60_000;

/** What is known of whoever sends a bearer, besides the bearer. */
export interface Connection {
  /** The client's address. A token that is bound to addresses is refused where it is not known. */
  readonly address?: string | undefined;
}

/** Which credential it was. Only a personal token may make, rotate, exchange or list tokens. */
export interface Credential {
  readonly kind: 'personal' | 'narrowed';
  /** The public id; of a narrowed token that of its parent, a dot and eight characters. */
  readonly id: string;
  /** The personal token that it was made from; of a personal token its own id. */
  readonly parentId: string;
  /** SHA-256 of the tail of a narrowed token: by this it can be revoked. */
  readonly digest?: string;
  /** What holders called it, oldest first. */
  readonly labels: readonly string[];
}

/** A bearer that is good. */
export interface Recognised {
  readonly grants: Grants;
  readonly credential: Credential;
  /** The personal token, as stored. */
  readonly token: StoredToken;
  /** In each of these its client was, as its caveats ask; the grants no longer say so. */
  readonly networks: AtTheDoor['networks'];
}

/** A bearer that is not. */
export interface Unrecognised {
  readonly refusal: Refusal;
  readonly id?: string | undefined;
  /** The token, where it is a personal one of ours that ended. */
  readonly token?: StoredToken;
}

/** The one answer that every token gets which is not valid (RFC 6750, 3.1). */
export const INVALID: Exclude<Authentication, { readonly grants: Grants }> = {
  problem: 'invalid_token',
  message:
    'The token is not valid: it is malformed, unknown, expired, revoked or not for your address. Make a new one and send that.',
};

/**
 * Recognises a personal or a narrowed token. The order matters: what costs nothing comes first, and the store is asked
 * only about tokens that we made. Rejects where the store does. The first use of a rotated token's successor ends the
 * old one.
 */
export async function recognise(
  desk: Desk,
  bearer: string,
  { address }: Connection,
): Promise<Recognised | Unrecognised> {
  const now = desk.now();
  const verified = desk.verify(bearer);
  if (typeof verified === 'string') return { refusal: verified };
  const { publicId: id } = verified;
  const problem = problemOf(verified, address, now);
  if (problem !== undefined) return { refusal: problem, id };
  // Whatever the row says: this server may have been started before the key was withdrawn.
  if (await desk.withdrawnKeys.has(verified.keyId)) return { refusal: 'withdrawn', id };
  const token = await desk.known.find(verified.idHash);
  if (token === undefined || token.keyId !== verified.keyId) return { refusal: 'unknown', id };
  // All of them: what was narrowed further after it was revoked must not live on.
  for (const digest of verified.digests) {
    if (await desk.revokedLinks.has(digest)) return { refusal: 'revoked', id };
  }
  const status = statusOf(token, desk.policy, now);
  // Whoever has a narrowed token was never given its parent, and says nothing of who has that.
  if (status !== 'active')
    return { refusal: status, id, ...(verified.digests.length === 0 ? { token } : {}) };
  const { grants, networks } = desk.held(verified, token, endOf(token, desk.policy));
  if (!isAdmitted(address, networks)) return { refusal: 'elsewhere', id };
  await succeed(desk, token, now);
  return { grants, credential: credentialOf(verified), token, networks };
}

/** What is wrong with a token by itself. A personal one has no caveats of its holder, and ends as the store says. */
function problemOf(
  { digests, caveats }: VerifiedToken,
  address: string | undefined,
  now: Date,
): Refusal | undefined {
  if (digests.length === 0) return undefined;
  if (caveats === undefined || caveats.length === 0) return 'caveat';
  const left = Date.parse(earliest(caveats) ?? '') - now.getTime();
  if (left <= 0) return 'expired';
  // Also where there is no end, and nothing can be compared.
  if (!(left <= LONGEST_MS)) return 'endless';
  const networks = caveats.flatMap((caveat) => (caveat.address === undefined ? [] : [caveat.address]));
  return isAdmitted(address, networks) ? undefined : 'elsewhere';
}

function credentialOf({ publicId, parentId, digests, caveats = [] }: VerifiedToken): Credential {
  const digest = digests.at(-1);
  return {
    kind: digest === undefined ? 'personal' : 'narrowed',
    id: publicId,
    parentId,
    ...(digest === undefined ? {} : { digest }),
    labels: caveats.flatMap(({ label }) => label ?? []),
  };
}
