import type { Grants } from 'ambit';
import type { Insertable, Selectable } from 'kysely';

import type { TokensTable } from './tables.ts';

/** How many requests a token may make within how many seconds. */
export interface RateLimit {
  readonly requests: number;
  readonly seconds: number;
}

/** A token as the store knows it. */
export interface StoredToken {
  readonly id: string;
  readonly idHash: string;
  readonly keyId: number;
  readonly name: string;
  readonly note: string | undefined;
  readonly grants: Grants;
  readonly rateLimit: RateLimit | undefined;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly expiresAt: Date;
  readonly revokedAt: Date | undefined;
  readonly revokedBecause: string | undefined;
  /** The first token of its line of rotations. */
  readonly family: string;
  /** The token that took its place, and until when this one lives beside it. */
  readonly replacedBy: string | undefined;
  readonly livesUntil: Date | undefined;
  /** Of a token that came of a rotation: when it was used first, which ended those before it. */
  readonly firstUsedAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
  readonly lastUsedFor: string | undefined;
}

export function tokenOf(row: Selectable<TokensTable>): StoredToken {
  return {
    id: row.id,
    idHash: row.id_hash,
    keyId: row.key_id,
    name: row.name,
    note: row.note ?? undefined,
    grants: grantsOf(row),
    rateLimit: (row.rate_limit ?? undefined) as RateLimit | undefined,
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at ?? undefined,
    revokedBecause: row.revoked_because ?? undefined,
    family: row.family,
    replacedBy: row.replaced_by ?? undefined,
    livesUntil: row.lives_until ?? undefined,
    firstUsedAt: row.first_used_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
    lastUsedFor: row.last_used_for ?? undefined,
  };
}

export function rowOf(token: StoredToken): Insertable<TokensTable> {
  return {
    id: token.id,
    id_hash: token.idHash,
    key_id: token.keyId,
    name: token.name,
    note: token.note ?? null,
    subject: token.grants.subject ?? null,
    client: token.grants.client ?? null,
    grants: grantsText(token.grants),
    rate_limit: rateLimitText(token.rateLimit),
    created_at: token.createdAt,
    created_by: token.createdBy,
    expires_at: token.expiresAt,
    revoked_at: token.revokedAt ?? null,
    revoked_because: token.revokedBecause ?? null,
    family: token.family,
    replaced_by: token.replacedBy ?? null,
    lives_until: token.livesUntil ?? null,
    first_used_at: token.firstUsedAt ?? null,
    last_used_at: token.lastUsedAt ?? null,
    last_used_for: token.lastUsedFor ?? null,
  };
}

/** The column `grants`: what is held, without who holds it and until when, which have columns of their own. */
export function grantsText({
  subject: _subject,
  client: _client,
  expires: _expires,
  ...held
}: Grants): string {
  return JSON.stringify(held);
}

export function rateLimitText(limit: RateLimit | undefined): string | null {
  return limit === undefined ? null : JSON.stringify(limit);
}

// `subject` and `client` are columns, so that a person's tokens can be found; the grants get them back here.
function grantsOf(row: Selectable<TokensTable>): Grants {
  return {
    ...(row.grants as Grants),
    ...(row.subject === null ? {} : { subject: row.subject }),
    ...(row.client === null ? {} : { client: row.client }),
    expires: row.expires_at.toISOString(),
  };
}
