import type { Grants } from 'ambit';
import type { Kysely, Selectable } from 'kysely';

import type { OAuthClientsTable, Tables } from './tables.ts';

/** An OAuth client as the store knows it. */
export interface StoredClient {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of its secret; nothing for a client that has none. */
  readonly secretHash: string | undefined;
  /** Its metadata (RFC 7591, section 2) and what this server alone knows of it. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What it may be given at most. */
  readonly ceiling: Grants;
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly disabledAt: Date | undefined;
}

export interface ClientReads {
  find(id: string): Promise<StoredClient | undefined>;
  list(): Promise<readonly StoredClient[]>;
  /** Of the hashes those that are of a client's secret. */
  secretsAmong(secretHashes: readonly string[]): Promise<readonly string[]>;
}

export interface ClientWrites extends ClientReads {
  insert(client: StoredClient): Promise<void>;
  /** Sets what may change of a client: its ceiling, its secret, whether it is disabled. */
  change(id: string, to: Partial<Pick<StoredClient, 'ceiling' | 'secretHash' | 'disabledAt'>>): Promise<void>;
}

/** OAuth clients in a database or in one of its transactions. */
export function clientsIn(db: Kysely<Tables>): ClientWrites {
  return {
    async find(id) {
      const row = await db.selectFrom('oauth_clients').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : clientOf(row);
    },
    async list() {
      const rows = await db
        .selectFrom('oauth_clients')
        .selectAll()
        .orderBy('created_at')
        .orderBy('id')
        .execute();
      return rows.map(clientOf);
    },
    secretsAmong: (secretHashes) => secretsAmong(db, secretHashes),
    async insert(client) {
      await db
        .insertInto('oauth_clients')
        .values({
          id: client.id,
          name: client.name,
          secret_hash: client.secretHash ?? null,
          metadata: JSON.stringify(client.metadata),
          ceiling: JSON.stringify(client.ceiling),
          created_at: client.createdAt,
          created_by: client.createdBy,
          disabled_at: client.disabledAt ?? null,
        })
        .execute();
    },
    async change(id, { ceiling, secretHash, disabledAt }) {
      await db
        .updateTable('oauth_clients')
        .set({
          ...(ceiling === undefined ? {} : { ceiling: JSON.stringify(ceiling) }),
          ...(secretHash === undefined ? {} : { secret_hash: secretHash }),
          ...(disabledAt === undefined ? {} : { disabled_at: disabledAt }),
        })
        .where('id', '=', id)
        .execute();
    },
  };
}

async function secretsAmong(db: Kysely<Tables>, secretHashes: readonly string[]): Promise<readonly string[]> {
  if (secretHashes.length === 0) return [];
  const rows = await db
    .selectFrom('oauth_clients')
    .select('secret_hash')
    .where('secret_hash', 'in', [...secretHashes])
    .execute();
  return rows.flatMap(({ secret_hash: hash }) => hash ?? []);
}

function clientOf(row: Selectable<OAuthClientsTable>): StoredClient {
  return {
    id: row.id,
    name: row.name,
    secretHash: row.secret_hash ?? undefined,
    metadata: row.metadata as Readonly<Record<string, unknown>>,
    ceiling: row.ceiling as Grants,
    createdAt: row.created_at,
    createdBy: row.created_by,
    disabledAt: row.disabled_at ?? undefined,
  };
}
