import type { Grants } from 'ambit';
import type { Authentication } from 'ambit/gateway';

import type { RateLimit } from '../store/tokens.ts';
import type { Desk } from './desk.ts';
import { rateLimitHeaders, type Standing } from './ratelimits.ts';
import {
  type Connection,
  type Credential,
  INVALID,
  type Recognised,
  recognise,
  type Unrecognised,
} from './recognise.ts';

/** A bearer that is good and within its limit, or why it is refused. */
export type Presented =
  | (Recognised & { readonly standing: Standing | undefined })
  | { readonly refused: Unrecognised }
  | { readonly tooMany: Standing; readonly over: Recognised };

/** Recognises a bearer, counts it against its limit, and remembers its use; tells of what is refused. */
export async function present(desk: Desk, bearer: string, connection: Connection): Promise<Presented> {
  const found = await recognise(desk, bearer, connection);
  if ('refusal' in found) {
    desk.tidings.onRefused?.(found.refusal, found.id, connection.address);
    if (found.refusal === 'rotated') await tellRotated(desk, found);
    return { refused: found };
  }
  const { token, grants, credential } = found;
  const limit: RateLimit | undefined = token.rateLimit ?? desk.policy.rateLimit;
  // Of a narrowed token its parent's, of a rotated one that of its line: neither narrowing nor rotating gives more.
  const standing = limit && (await desk.limits.take(token.family, limit));
  if (standing?.isWithin === false) return { tooMany: standing, over: found };
  desk.uses.recognised({ tokenId: token.id, id: credential.id, name: nameOf(found) }, grants, desk.now());
  return { ...found, standing };
}

/** What a credential is called: of a narrowed token its last label, since its parent's name is not for its holder. */
export function nameOf({ credential, token }: Pick<Recognised, 'credential' | 'token'>): string {
  return credential.kind === 'personal' ? token.name : (credential.labels.at(-1) ?? 'narrowed token');
}

/** The grants of a bearer with the credential that it was, or why it is refused, as the gateway asks it. */
export type Recognition =
  | (Extract<Authentication, { readonly grants: Grants }> & { readonly credential: Credential })
  | Exclude<Authentication, { readonly grants: Grants }>;

/** The same as the gateway asks it. */
export async function authenticate(desk: Desk, bearer: string, connection: Connection): Promise<Recognition> {
  const presented = await present(desk, bearer, connection);
  if ('refused' in presented) return INVALID;
  if ('tooMany' in presented) {
    return {
      problem: 'rate_limited',
      message: 'This token has made as many requests as it may for now.',
      headers: rateLimitHeaders('token', presented.tooMany),
    };
  }
  const { grants, credential, standing } = presented;
  return {
    grants,
    credential,
    ...(standing === undefined ? {} : { headers: rateLimitHeaders('token', standing) }),
  };
}

/** Somebody has a token that its owner has replaced: at most one row for each in so many minutes, whatever he sends. */
export async function tellRotated(desk: Desk, { token }: Unrecognised): Promise<void> {
  if (token === undefined) return;
  const once = { requests: 1, seconds: Math.ceil(desk.policy.lastUsedEvery / 1000) };
  if (!(await desk.limits.take(`rotated ${token.id}`, once)).isWithin) return;
  await desk.store
    .write((unit) =>
      unit.audit.add({
        at: desk.now(),
        action: 'token.rotated.used',
        actor: token.id,
        token: token.id,
        subject: token.grants.subject,
        details: { replacedBy: token.replacedBy },
      }),
    )
    .catch((error: unknown) => desk.tidings.onFailure?.(error));
}
