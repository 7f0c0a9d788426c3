import type { Grants } from 'ambit';
import { type Dialect, Kysely, sql } from 'kysely';
import type { Sync } from './durable.ts';
import { migrate } from './migrations.ts';
import type { Tables, TokensTable } from './tables.ts';

/** A token as the store knows it. */
export interface StoredToken {
  readonly id: string;
  readonly idHash: string;
  readonly keyId: number;
  readonly name: string;
  readonly grants: Grants;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | undefined;
  readonly createdBy: string;
}

/** What the authority asks of a store. Every write is on disk when its promise is fulfilled. */
export interface Store {
  insertToken(token: StoredToken): Promise<void>;
  listTokens(): Promise<readonly StoredToken[]>;
  findByIdHash(idHash: string): Promise<StoredToken | undefined>;
  /** Sets the time of revocation unless there is one; gives the token as it then is. */
  revokeToken(id: string, at: Date): Promise<StoredToken | undefined>;
  /** The check value of every root key under which tokens were made here, by key id. */
  rootKeyChecks(): Promise<ReadonlyMap<number, string>>;
  addRootKeyCheck(keyId: number, value: string): Promise<void>;
  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface StoreParts {
  readonly dialect: Dialect;
  /** What makes a write durable beyond what the database does: nothing for a real PostgreSQL. */
  readonly sync: Sync;
}

/** Opens a store on any PostgreSQL that Kysely can speak to, and brings its tables up to date. */
export async function openStore({ dialect, sync }: StoreParts): Promise<Store> {
  const db = new Kysely<Tables>({ dialect });
  try {
    await migrate(db);
    await sync();
  } catch (error) {
    await db.destroy().catch(() => undefined);
    throw error;
  }
  return storeOver(db, sync);
}

function storeOver(db: Kysely<Tables>, sync: Sync): Store {
  return {
    async insertToken(token) {
      await db.insertInto('tokens').values(rowOf(token)).execute();
      await sync();
    },
    async listTokens() {
      const rows = await db.selectFrom('tokens').selectAll().orderBy('created_at').orderBy('id').execute();
      return rows.map(tokenOf);
    },
    async findByIdHash(idHash) {
      const row = await db.selectFrom('tokens').selectAll().where('id_hash', '=', idHash).executeTakeFirst();
      return row === undefined ? undefined : tokenOf(row);
    },
    async revokeToken(id, at) {
      const change = { revoked_at: at };
      await db
        .updateTable('tokens')
        .set(change)
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .execute();
      await sync();
      const row = await db.selectFrom('tokens').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : tokenOf(row);
    },
    async rootKeyChecks() {
      const rows = await db.selectFrom('root_key_checks').selectAll().execute();
      return new Map(rows.map((row) => [row.key_id, row.check_value]));
    },
    async addRootKeyCheck(keyId, value) {
      await db.insertInto('root_key_checks').values({ key_id: keyId, check_value: value }).execute();
      await sync();
    },
    async ping() {
      await sql`select 1`.execute(db);
    },
    close: () => db.destroy(),
  };
}

type TokenRow = Omit<TokensTable, 'grants'> & { readonly grants: unknown };

function tokenOf(row: TokenRow): StoredToken {
  return {
    id: row.id,
    idHash: row.id_hash,
    keyId: row.key_id,
    name: row.name,
    grants: grantsOf(row),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at ?? undefined,
    createdBy: row.created_by,
  };
}

// `subject` and `client` are columns, so that a person's tokens can be found; the grants get them back here.
function grantsOf(row: TokenRow): Grants {
  return {
    ...(row.grants as Grants),
    ...(row.subject === null ? {} : { subject: row.subject }),
    ...(row.client === null ? {} : { client: row.client }),
    expires: row.expires_at.toISOString(),
  };
}

function rowOf(token: StoredToken): Omit<TokensTable, 'grants'> & { grants: string } {
  const { subject, client, expires: _inItsOwnColumn, ...held } = token.grants;
  return {
    id: token.id,
    id_hash: token.idHash,
    key_id: token.keyId,
    name: token.name,
    subject: subject ?? null,
    client: client ?? null,
    grants: JSON.stringify(held),
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    revoked_at: token.revokedAt ?? null,
    created_by: token.createdBy,
  };
}
