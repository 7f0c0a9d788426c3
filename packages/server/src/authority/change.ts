import type { Grants, GranularGrant } from 'ambit';
import { z } from 'zod';

import { ServerError } from '../errors.ts';
import type { Unit } from '../store/store.ts';
import type { RateLimit, StoredToken, TokenChange } from '../store/tokens.ts';
import { isPublicId } from '../tokens/format.ts';
import { statusOf } from '../tokens/life.ts';
import { rateLimitShape } from '../tokens/policy.ts';
import { granularShape, nameShape, noteShape, scopesShape } from '../tokens/request.ts';
import type { Desk } from './desk.ts';
import { changeable, unknownToken } from './ended.ts';
import { predecessors } from './succeed.ts';

/** What may be changed of a token. What it holds only gets less. */
export interface AskedChange {
  readonly name?: string | undefined;
  readonly note?: string | null | undefined;
  readonly rateLimit?: RateLimit | null | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly granular?: readonly GranularGrant[] | undefined;
}

export const tokenChangeShape: z.ZodType<AskedChange> = z
  .strictObject({
    name: nameShape.optional(),
    note: noteShape.nullable().optional().describe('null takes it away'),
    rateLimit: rateLimitShape.nullable().optional().describe('null takes its own limit away'),
    scopes: scopesShape.optional().describe('the scopes that it keeps: all of them are held already'),
    granular: granularShape
      .optional()
      .describe('the permissions that it keeps, each in a boundary in which it is held already'),
  })
  .refine((change) => Object.keys(change).length > 0, 'must change something');

/**
 * Changes a token; what it holds gets less from the next request on, and so does what those hold that it replaced and that
 * still live. Throws `ServerError` `TOKEN_UNKNOWN`,
 * `TOKEN_ROTATED`, `TOKEN_ENDED`, and `GRANTS_REFUSED` for what it does not hold, or where nothing would be left.
 */
export async function changeToken(
  desk: Desk,
  id: string,
  asked: AskedChange,
  by: string,
): Promise<StoredToken> {
  if (!isPublicId(id)) throw unknownToken();
  const at = desk.now();
  const changing = desk.store.write(async (unit) => {
    const named = await unit.tokens.find(id);
    const family = named === undefined ? [] : await unit.tokens.lockFamily(named.family);
    const before = changeable(
      family.find((token) => token.id === id),
      desk.policy,
      at,
    );
    const change = changeOf(desk, before, asked);
    await unit.tokens.change(id, change);
    for (const old of predecessors(family, id)) await changeOld(desk, unit, old, change);
    await unit.audit.add({
      at,
      action: 'token.changed',
      actor: by,
      token: id,
      subject: before.grants.subject,
      details: { ...asked, ...(change.grants === undefined ? {} : { before: held(before.grants) }) },
    });
    await unit.changes.add('token', id, at);
    return { ...before, ...change };
  });
  return changing.finally(() => desk.feed.catchUp());
}

/** One that still lives beside its successor may not hold what was taken from that, nor make more requests. */
async function changeOld(desk: Desk, unit: Unit, old: StoredToken, change: TokenChange): Promise<void> {
  const at = desk.now();
  if (statusOf(old, desk.policy, at) !== 'active') return;
  const { grants } = change;
  const kept = grants && desk.narrow(old.grants, held({ scopes: [], granular: [], ...grants })).grants;
  const isEmpty = kept !== undefined && kept.scopes === undefined && kept.granular === undefined;
  await unit.tokens.change(old.id, {
    ...(isEmpty ? { livesUntil: at } : kept === undefined ? {} : { grants: kept }),
    ...('rateLimit' in change ? { rateLimit: change.rateLimit } : {}),
  });
  await unit.changes.add('token', old.id, at);
}

function changeOf(desk: Desk, before: StoredToken, asked: AskedChange): TokenChange {
  const { name, note, rateLimit, scopes, granular } = asked;
  return {
    ...(name === undefined ? {} : { name }),
    ...(note === undefined ? {} : { note: note ?? undefined }),
    ...(rateLimit === undefined ? {} : { rateLimit: rateLimit ?? undefined }),
    ...(scopes === undefined && granular === undefined ? {} : { grants: shrunk(desk, before, asked) }),
  };
}

function shrunk(desk: Desk, { grants }: StoredToken, { scopes, granular }: AskedChange): Grants {
  const left = desk.narrow(
    grants,
    held({
      ...grants,
      ...(scopes === undefined ? {} : { scopes }),
      ...(granular === undefined ? {} : { granular }),
    }),
  );
  if (left.refused.length > 0) {
    throw new ServerError(
      'GRANTS_REFUSED',
      `A token can only be given less than it holds: ${left.refused.map(({ message }) => message).join('; ')}.`,
      'For more than it holds make a new token.',
    );
  }
  if (left.grants.scopes === undefined && left.grants.granular === undefined) {
    throw new ServerError('GRANTS_REFUSED', 'Nothing would be left of the token.', 'Revoke it instead.');
  }
  return left.grants;
}

function held({ scopes, granular }: Grants): Pick<Grants, 'scopes' | 'granular'> {
  return { ...(scopes === undefined ? {} : { scopes }), ...(granular === undefined ? {} : { granular }) };
}
