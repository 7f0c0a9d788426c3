import type { Grants } from 'ambit';

import { ServerError } from '../errors.ts';
import type { RateLimit } from '../store/tokens.ts';
import type { Desk } from './desk.ts';
import { leftOf } from './left.ts';
import { nameOf, type Presented, present, tellRotated } from './present.ts';
import { rateLimitHeaders } from './ratelimits.ts';
import type { Connection, Credential, Recognised } from './recognise.ts';
import { revokeFamily, revokeToken } from './revoke.ts';
import { type RotatedToken, type Rotation, rotateToken } from './rotate.ts';
import { shown } from './show.ts';
import { grantsInWords } from './words.ts';

/** What a token is told about itself. */
export interface SelfToken {
  readonly id: string;
  /** A narrowed token was made from another by whoever held that. */
  readonly kind: Credential['kind'];
  /** Of a narrowed token its last label; its parent's name and note are not told. */
  readonly name: string;
  readonly note: string | null;
  /** What the caveats leave of a narrowed token's parent, as far as they tell, and the caveats. */
  readonly grants: Grants;
  readonly words: readonly string[];
  readonly rateLimit: RateLimit | null;
  readonly createdAt: string | null;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
  readonly lastUsedFor: string | null;
}

/** What the token may do, where, until when. Throws `ServerError` `TOKEN_REQUIRED`, `RATE_LIMITED`. */
export async function showSelf(desk: Desk, bearer: string, connection: Connection): Promise<SelfToken> {
  const found = good(await present(desk, bearer, connection));
  const { credential, token } = found;
  const grants = withNetworks(found);
  const rateLimit = token.rateLimit ?? desk.policy.rateLimit ?? null;
  if (credential.kind === 'narrowed') {
    const left = leftOf(grants);
    return {
      id: credential.id,
      kind: credential.kind,
      // What its parent is called and did is not for whoever was given less.
      name: nameOf({ credential, token }),
      note: null,
      grants: left,
      words: grantsInWords(left),
      rateLimit,
      createdAt: null,
      expiresAt: grants.expires ?? token.expiresAt.toISOString(),
      lastUsedAt: null,
      lastUsedFor: null,
    };
  }
  const stored = (await desk.store.tokens.find(token.id)) ?? token;
  const { expiresAt, ...said } = shown(desk, stored, desk.now());
  return {
    id: credential.id,
    kind: credential.kind,
    name: said.name,
    note: said.note,
    grants,
    words: grantsInWords(grants),
    rateLimit,
    createdAt: said.createdAt,
    expiresAt: grants.expires ?? expiresAt,
    lastUsedAt: said.lastUsedAt,
    lastUsedFor: said.lastUsedFor,
  };
}

/**
 * Rotates the token that asks, to live for no longer than it was to. One that was replaced and has ended is in two
 * hands: with it the whole family is revoked. Throws `ServerError` `TOKEN_REQUIRED`, `TOKEN_NARROWED`, and as
 * `rotateToken` does.
 */
export async function rotateSelf(
  desk: Desk,
  bearer: string,
  rotation: Rotation,
  connection: Connection,
): Promise<RotatedToken> {
  const presented = await present(desk, bearer, connection);
  if ('refused' in presented && presented.refused.refusal === 'rotated' && presented.refused.token) {
    const { family, id } = presented.refused.token;
    await revokeFamily(desk, family, { by: id, because: 'a token that was replaced asked to be rotated' });
  }
  const { token } = personal(good(presented));
  if (token.replacedBy !== undefined) await tellRotated(desk, { refusal: 'rotated', token });
  return rotateToken(desk, token.id, rotation, { by: token.id, isItself: true });
}

/** Revokes the token that asks, also where it has made too many requests. Throws `ServerError` `TOKEN_REQUIRED`, `TOKEN_NARROWED`. */
export async function revokeSelf(
  desk: Desk,
  bearer: string,
  connection: Connection,
): Promise<{ readonly id: string }> {
  const presented = await present(desk, bearer, connection);
  const { token } = personal('over' in presented ? presented.over : good(presented));
  await revokeToken(desk, token.id, { by: token.id, because: 'asked for by itself' });
  return { id: token.id };
}

/** The grants with what its door has checked: whoever holds the token wants to know why it fails elsewhere. */
function withNetworks({ grants, networks }: Good): Grants {
  if (networks.length === 0) return grants;
  return { ...grants, caveats: [...(grants.caveats ?? []), ...networks.map((address) => ({ address }))] };
}

type Good = Extract<Presented, { readonly grants: Grants }>;

function good(presented: Presented): Good {
  if ('grants' in presented) return presented;
  if ('refused' in presented) throw tokenRequired();
  throw new ServerError(
    'RATE_LIMITED',
    'This token has made as many requests as it may for now.',
    undefined,
    {
      ...rateLimitHeaders('token', presented.tooMany),
    },
  );
}

function personal(presented: Recognised): Recognised {
  if (presented.credential.kind === 'personal') return presented;
  throw new ServerError(
    'TOKEN_NARROWED',
    'A narrowed token can neither rotate nor revoke.',
    'Ask with the token that it was made from; ambit-server token revoke-narrowed revokes it alone.',
  );
}

/** The one answer to everything that is no good token. */
export function tokenRequired(): ServerError {
  return new ServerError(
    'TOKEN_REQUIRED',
    'This needs a personal token that is valid, as `Authorization: Bearer TOKEN`.',
    'Make a new one and send that. What a token of OAuth may do, its client is told by introspection.',
  );
}
