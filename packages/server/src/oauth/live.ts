import type { Grants, GranularGrant } from 'ambit';

import type { Narrow } from '../authority/narrow.ts';
import type { OAuthRecord } from '../store/oauth.ts';
import type { Store } from '../store/store.ts';
import type { StoredToken } from '../store/tokens.ts';
import { grantedOf } from './details.ts';
import { hashOf } from './opaque.ts';

/** What a credential of the authorization server is worth now. */
export interface Live {
  readonly grants: Grants;
  readonly expiresAt: Date;
  /** The thumbprint of the key to which it is bound (RFC 9449, section 6). */
  readonly jkt: string | undefined;
  readonly audience: string | undefined;
  /** Of how many credentials before it it came. */
  readonly depth: number;
  /** Everything whose end or change is one for it: as the feed names them. */
  readonly refs: readonly string[];
}

export interface LiveParts {
  readonly store: Pick<Store, 'oauth' | 'clients' | 'tokens'>;
  readonly narrow: Narrow;
  /** Whether somebody with this subject may still act. */
  readonly isActive: (subject: string) => Promise<boolean>;
  readonly now: () => Date;
}

/** How many credentials one can have come of. */
export const DEEPEST = 8;
const ACCESS: readonly string[] = ['AccessToken', 'ClientCredentials'];

/**
 * What a record still holds: what was handed out, less what its client may not have any more, less what the credentials
 * out of which it was made do not hold any more. Nothing where any of them has ended.
 */
export async function liveOf(record: OAuthRecord, parts: LiveParts, depth = 0): Promise<Live | undefined> {
  const { payload, expiresAt } = record;
  const { clientId, accountId, grantId, jkt, aud } = payload as Readonly<Record<string, string | undefined>>;
  if (expiresAt === undefined || expiresAt <= parts.now() || clientId === undefined || depth > DEEPEST)
    return undefined;
  const client = await parts.store.clients.find(clientId);
  if (client === undefined || client.disabledAt !== undefined) return undefined;
  const subject = accountId ?? client.ceiling.subject;
  if (grantId !== undefined && !(await isGranted(grantId, parts))) return undefined;
  if (subject !== undefined && !(await parts.isActive(subject))) return undefined;
  const given = parts.narrow(client.ceiling, heldBy(record)).grants;
  if (given.caveats !== undefined) return undefined;
  const parent = record.parent === undefined ? undefined : await parentOf(record.parent, parts, depth);
  if (record.parent !== undefined && parent === undefined) return undefined;
  const { scopes = [], granular = [] } = given;
  const held = parent === undefined ? given : parts.narrow(parent.grants, { scopes, granular }).grants;
  const whose = parent === undefined ? subject : parent.grants.subject;
  const end = parent !== undefined && parent.expiresAt < expiresAt ? parent.expiresAt : expiresAt;
  const { subject: _named, client: _below, expires: _stated, ...rest } = held;
  return {
    grants: {
      ...rest,
      ...(whose === undefined ? {} : { subject: whose }),
      client: clientId,
      expires: end.toISOString(),
    },
    expiresAt: end,
    jkt,
    audience: aud,
    depth: parent === undefined ? 0 : parent.depth + 1,
    refs: [
      record.idHash,
      clientId,
      ...(grantId === undefined ? [] : [hashOf(grantId)]),
      ...(whose === undefined ? [] : [whose]),
      ...(parent?.refs ?? []),
    ],
  };
}

/** What a record says that it holds. */
export function heldBy({ payload }: OAuthRecord): {
  readonly scopes: readonly string[];
  readonly granular: readonly GranularGrant[];
} {
  const { scope, rar } = payload;
  const scopes = typeof scope === 'string' ? scope.split(' ').filter((text) => text !== '') : [];
  return { scopes, granular: grantedOf(rar) };
}

async function isGranted(grantId: string, { store, now }: LiveParts): Promise<boolean> {
  const grant = await store.oauth.find(['Grant'], 'idHash', hashOf(grantId));
  return grant?.expiresAt !== undefined && grant.expiresAt > now();
}

export type Parent = Pick<Live, 'grants' | 'expiresAt' | 'refs' | 'depth'>;

async function parentOf(ref: string, parts: LiveParts, depth: number): Promise<Parent | undefined> {
  if (ref.startsWith('tok_')) return personal(await parts.store.tokens.find(ref), parts);
  const record = await parts.store.oauth.find(ACCESS, 'idHash', ref);
  return record === undefined ? undefined : liveOf(record, parts, depth + 1);
}

async function personal(token: StoredToken | undefined, parts: LiveParts): Promise<Parent | undefined> {
  if (token === undefined || token.revokedAt !== undefined) return undefined;
  const { expiresAt, livesUntil, grants } = token;
  const end = livesUntil !== undefined && livesUntil < expiresAt ? livesUntil : expiresAt;
  if (end <= parts.now()) return undefined;
  const { subject } = grants;
  if (subject !== undefined && !(await parts.isActive(subject))) return undefined;
  return { grants, expiresAt: end, depth: 0, refs: [token.id, ...(subject === undefined ? [] : [subject])] };
}
