import type { Grants } from 'ambit';
import { z } from 'zod';

import { ServerError } from '../errors.ts';
import type { Unit } from '../store/store.ts';
import type { StoredToken } from '../store/tokens.ts';
import { durationOf, durationText } from '../tokens/duration.ts';
import { expiryFrom } from '../tokens/expiry.ts';
import { isPublicId, type MintedToken, mint } from '../tokens/format.ts';
import { endOf } from '../tokens/life.ts';
import type { TokenPolicy } from '../tokens/policy.ts';
import type { Desk } from './desk.ts';
import { changeable, unknownToken } from './ended.ts';
import { created, newToken } from './issue.ts';
import type { CreatedToken } from './show.ts';
import { refuseWithdrawn } from './withdrawnkeys.ts';

/** What may be said of a rotation. */
export interface Rotation {
  readonly expires?: string | undefined;
  readonly overlap?: string | undefined;
}

export const rotationShape: z.ZodType<Rotation> = z.strictObject({
  expires: z
    .string()
    .max(20)
    .optional()
    .describe('how long the new token lives; as long again as the old one was given, when left out'),
  overlap: z
    .string()
    .max(20)
    .optional()
    .describe(
      'how long the old token lives beside the new one while that is not used; at most, and when left out, what is configured',
    ),
});

/** The new token of a rotation, and how long the old one lives. */
export interface RotatedToken extends CreatedToken {
  readonly replaces: string;
  /** The old token ends here, or when the new one is used first. */
  readonly oldLivesUntil: string;
}

/** Who rotates: somebody with the right to, or whoever holds the token itself. */
export interface Rotator {
  readonly by: string;
  /** Of a token that rotates itself: it gives itself no longer life than it was given. */
  readonly isItself: boolean;
}

/**
 * Makes a token with the same grants in the place of one, which lives on until the new one is used first or its time
 * beside it is over. Of several rotations at once one wins. Throws `ServerError` `TOKEN_UNKNOWN`, `TOKEN_ROTATED`,
 * `TOKEN_ENDED`, `EXPIRY_REFUSED`, `INPUT_INVALID`, `ROOT_KEY_WITHDRAWN`.
 */
export async function rotateToken(
  desk: Desk,
  id: string,
  asked: Rotation,
  rotator: Rotator,
): Promise<RotatedToken> {
  if (!isPublicId(id)) throw unknownToken();
  const minted = mint(desk.rootKeys);
  const now = desk.now();
  const rotating = desk.store.write(async (unit) => {
    await refuseWithdrawn(unit, minted.keyId);
    const old = changeable(await unit.tokens.lock(id), desk.policy, now);
    const rotation = rotated(old, minted, { asked, rotator, policy: desk.policy, now });
    await write(unit, old, rotation, rotator.by);
    return rotation;
  });
  const { next, livesUntil } = await rotating.finally(() => desk.feed.catchUp());
  desk.tidings.onCreated?.(next);
  return { ...created(minted, next), replaces: id, oldLivesUntil: livesUntil.toISOString() };
}

interface Rotated {
  readonly next: StoredToken;
  readonly livesUntil: Date;
}

interface Said {
  readonly asked: Rotation;
  readonly rotator: Rotator;
  readonly policy: TokenPolicy;
  readonly now: Date;
}

function rotated(old: StoredToken, minted: MintedToken, { asked, rotator, policy, now }: Said): Rotated {
  const lifetime = Math.min(old.expiresAt.getTime() - old.createdAt.getTime(), policy.maxExpiry);
  const expiresAt =
    asked.expires === undefined
      ? new Date(now.getTime() + lifetime)
      : expiryFrom(asked.expires, now, rotator.isItself ? { ...policy, maxExpiry: lifetime } : policy);
  const overlap = overlapFrom(asked.overlap, policy.rotationOverlap);
  const end = endOf(old, policy);
  const grants: Grants = { ...old.grants, expires: expiresAt.toISOString() };
  const { name, note, rateLimit, family } = old;
  return {
    next: newToken(minted, {
      name,
      note,
      rateLimit,
      family,
      grants,
      expiresAt,
      createdAt: now,
      createdBy: rotator.by,
    }),
    livesUntil: new Date(Math.min(now.getTime() + overlap, end.getTime())),
  };
}

function overlapFrom(text: string | undefined, most: number): number {
  if (text === undefined) return most;
  const overlap = durationOf(text);
  if (overlap !== undefined && overlap <= most) return overlap;
  throw new ServerError(
    'INPUT_INVALID',
    `The overlap must be a whole number with a unit, at most ${durationText(most)}; it was ${JSON.stringify(text)}.`,
    'Write for example 0m, 15m or 1h.',
  );
}

async function write(unit: Unit, old: StoredToken, { next, livesUntil }: Rotated, by: string): Promise<void> {
  await unit.tokens.insert(next);
  await unit.tokens.change(old.id, { replacedBy: next.id, livesUntil });
  const told = { at: next.createdAt, actor: by, subject: old.grants.subject };
  await unit.audit.addAll([
    {
      ...told,
      action: 'token.rotated',
      token: old.id,
      details: { into: next.id, expiresAt: next.expiresAt, oldLivesUntil: livesUntil },
    },
    // Whoever asks about the new one finds where it comes from.
    {
      ...told,
      action: 'token.created',
      token: next.id,
      details: { name: next.name, grants: next.grants, replaces: old.id },
    },
  ]);
  await unit.changes.add('token', old.id, next.createdAt);
}
