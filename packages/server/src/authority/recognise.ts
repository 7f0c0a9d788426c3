import type { Grants } from 'ambit';
import type { Authentication } from 'ambit/gateway';

import type { StoredToken } from '../store/tokens.ts';
import { readToken, verifyTail } from '../tokens/format.ts';
import { endOf, statusOf } from '../tokens/life.ts';
import type { Desk, Refusal } from './desk.ts';
import { succeed } from './succeed.ts';

/** Which credential it was. Only a personal token may make, rotate, exchange or list tokens. */
export interface Credential {
  readonly kind: 'personal' | 'narrowed';
  /** The public id. */
  readonly id: string;
  /** The personal token that it was made from; of a personal token its own id. */
  readonly parentId: string;
}

/** A bearer that is good. */
export interface Recognised {
  readonly grants: Grants;
  readonly credential: Credential;
  /** The personal token, as stored. */
  readonly token: StoredToken;
}

/** A bearer that is not. */
export interface Unrecognised {
  readonly refusal: Refusal;
  readonly id?: string | undefined;
  /** The token, where it is one of ours that ended. */
  readonly token?: StoredToken;
}

/** The one answer that every token gets which is not valid (RFC 6750, 3.1). */
export const INVALID: Authentication = {
  problem: 'invalid_token',
  message:
    'The token is not valid: it is malformed, unknown, expired or revoked. Make a new one and send that.',
};

/**
 * Recognises a bearer. The order matters: what costs nothing comes first, and the store is asked only about tokens that
 * we made. Rejects where the store does. The first use of a rotated token's successor ends the old one.
 */
export async function recognise(desk: Desk, bearer: string): Promise<Recognised | Unrecognised> {
  const now = desk.now();
  const read = readToken(bearer);
  if (read === undefined) return { refusal: 'malformed' };
  if (!verifyTail(read, desk.rootKeys)) return { refusal: 'forged', id: read.publicId };
  const token = await desk.known.find(read.idHash);
  if (token === undefined || token.keyId !== read.keyId) return { refusal: 'unknown', id: read.publicId };
  const status = statusOf(token, desk.policy, now);
  if (status !== 'active') return { refusal: status, id: token.id, token };
  await succeed(desk, token, now);
  const credential: Credential = { kind: 'personal', id: token.id, parentId: token.id };
  return { grants: until(token.grants, endOf(token, desk.policy)), credential, token };
}

/** Whatever is kept open under these grants ends with them. */
function until(grants: Grants, end: Date): Grants {
  const expires = end.toISOString();
  return grants.expires === expires ? grants : { ...grants, expires };
}
