import type { Grants, GranularGrant } from 'ambit';

import type { About } from '../feed/heard.ts';
import type { Narrow } from '../narrow.ts';
import type { OAuthRecord } from '../store/oauth.ts';
import type { Store } from '../store/store.ts';
import type { RateLimit, StoredToken } from '../store/tokens.ts';
import { endOf, statusOf } from '../tokens/life.ts';
import type { TokenPolicy } from '../tokens/policy.ts';
import { grantedOf } from './details.ts';
import { hashOf } from './opaque.ts';

/** How requests are counted: one key for all credentials that came of one, so that nobody sheds a limit by another. */
export interface Counted {
  readonly key: string;
  readonly limit: RateLimit | undefined;
}

/** What a credential of the authorization server is worth now. */
export interface Live {
  readonly grants: Grants;
  readonly expiresAt: Date;
  /** The thumbprint of the key to which it is bound (RFC 9449, section 6). */
  readonly jkt: string | undefined;
  readonly audience: string | undefined;
  /** What a JWT calls itself. */
  readonly jwtId: string | undefined;
  /** Of how many credentials before it it came. */
  readonly depth: number;
  /** Under what its requests are counted, and how many there may be: those of the credential out of which it came in the end. */
  readonly counted: Counted;
  /** Everything whose end or change is one for it: as the feed names them. */
  readonly refs: readonly About[];
}

export interface LiveParts {
  readonly store: Pick<Store, 'oauth' | 'clients' | 'tokens'>;
  readonly narrow: Narrow;
  /** Whether somebody with this subject may still act. */
  readonly isActive: (subject: string) => Promise<boolean>;
  /** What holds for every personal token: it counts for what came of one too. */
  readonly policy: Pick<TokenPolicy, 'maxExpiry' | 'rateLimit'>;
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
  const { clientId, accountId, grantId, jkt, aud, jwtId } = payload as Readonly<
    Record<string, string | undefined>
  >;
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
    jwtId,
    depth: parent === undefined ? 0 : parent.depth + 1,
    counted: parent?.counted ?? countedOf(clientId, subject, grantId, parts),
    refs: [
      { kind: 'grant', ref: record.idHash },
      { kind: 'client', ref: clientId },
      ...(grantId === undefined ? [] : [{ kind: 'grant', ref: hashOf(grantId) } as const]),
      ...subjectsOf(subject, whose),
      ...(parent?.refs ?? []),
    ],
  };
}

function countedOf(
  clientId: string,
  subject: string | undefined,
  grantId: string | undefined,
  { policy }: LiveParts,
): Counted {
  const key = grantId === undefined ? `${clientId} ${subject ?? ''}` : hashOf(grantId);
  return { key, limit: policy.rateLimit };
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

export type Parent = Pick<Live, 'grants' | 'expiresAt' | 'refs' | 'depth' | 'counted'>;

async function parentOf(ref: string, parts: LiveParts, depth: number): Promise<Parent | undefined> {
  if (ref.startsWith('tok_')) return personal(await parts.store.tokens.find(ref), parts);
  const record = await parts.store.oauth.find(ACCESS, 'idHash', ref);
  return record === undefined ? undefined : liveOf(record, parts, depth + 1);
}

function subjectsOf(...subjects: readonly (string | undefined)[]): readonly About[] {
  return subjects.flatMap((ref) => (ref === undefined ? [] : [{ kind: 'subject', ref } as const]));
}

async function personal(token: StoredToken | undefined, parts: LiveParts): Promise<Parent | undefined> {
  if (token === undefined || statusOf(token, parts.policy, parts.now()) !== 'active') return undefined;
  const { subject } = token.grants;
  if (subject !== undefined && !(await parts.isActive(subject))) return undefined;
  return {
    grants: token.grants,
    expiresAt: endOf(token, parts.policy),
    depth: 0,
    counted: { key: token.family, limit: token.rateLimit ?? parts.policy.rateLimit },
    refs: [{ kind: 'token', ref: token.id }, ...subjectsOf(subject)],
  };
}
