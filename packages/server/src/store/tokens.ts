import type { Grants } from 'ambit';
import type { Kysely, Selectable } from 'kysely';

import type { Tables, TokensTable } from './tables.ts';

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
  readonly lastUsedAt: Date | undefined;
  readonly lastUsedFor: string | undefined;
}

/** Personal tokens, as anybody may read them. */
export interface TokenReads {
  list(): Promise<readonly StoredToken[]>;
  find(id: string): Promise<StoredToken | undefined>;
  findByIdHash(idHash: string): Promise<StoredToken | undefined>;
}

/** Personal tokens within a unit of work. */
export interface TokenWrites extends TokenReads {
  insert(token: StoredToken): Promise<void>;
  /** Sets the time and reason of revocation unless there is one; gives the token as it then is. */
  revoke(id: string, at: Date, because: string): Promise<StoredToken | undefined>;
}

/** Personal tokens in a database or in one of its transactions. */
export function tokensIn(db: Kysely<Tables>): TokenWrites {
  const find = async (column: 'id' | 'id_hash', value: string): Promise<StoredToken | undefined> => {
    const row = await db.selectFrom('tokens').selectAll().where(column, '=', value).executeTakeFirst();
    return row === undefined ? undefined : tokenOf(row);
  };
  return {
    async list() {
      const rows = await db.selectFrom('tokens').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(tokenOf);
    },
    find: (id) => find('id', id),
    findByIdHash: (idHash) => find('id_hash', idHash),
    async insert(token) {
      await db.insertInto('tokens').values(rowOf(token)).execute();
    },
    async revoke(id, at, because) {
      await db
        .updateTable('tokens')
        .set({ revoked_at: at, revoked_because: because })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .execute();
      return find('id', id);
    },
  };
}

function tokenOf(row: Selectable<TokensTable>): StoredToken {
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
    lastUsedAt: row.last_used_at ?? undefined,
    lastUsedFor: row.last_used_for ?? undefined,
  };
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

function rowOf(token: StoredToken): Omit<Selectable<TokensTable>, 'grants' | 'rate_limit'> & {
  grants: string;
  rate_limit: string | null;
} {
  const { subject, client, expires: _inItsOwnColumn, ...held } = token.grants;
  return {
    id: token.id,
    id_hash: token.idHash,
    key_id: token.keyId,
    name: token.name,
    note: token.note ?? null,
    subject: subject ?? null,
    client: client ?? null,
    grants: JSON.stringify(held),
    rate_limit: token.rateLimit === undefined ? null : JSON.stringify(token.rateLimit),
    created_at: token.createdAt,
    created_by: token.createdBy,
    expires_at: token.expiresAt,
    revoked_at: token.revokedAt ?? null,
    revoked_because: token.revokedBecause ?? null,
    family: token.family,
    replaced_by: token.replacedBy ?? null,
    lives_until: token.livesUntil ?? null,
    last_used_at: token.lastUsedAt ?? null,
    last_used_for: token.lastUsedFor ?? null,
  };
}
