import { type Kysely, type Selectable, sql } from 'kysely';

import type { OAuthRecordsTable, Tables } from './tables.ts';

/** Something that the authorization server keeps, under the hash of its id. */
export interface OAuthRecord {
  /** What it is: `AccessToken`, `Grant`, `Session` ... */
  readonly model: string;
  readonly idHash: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly grantId: string | undefined;
  readonly userCode: string | undefined;
  readonly uid: string | undefined;
  readonly consumedAt: Date | undefined;
  readonly expiresAt: Date | undefined;
  /** The credential out of which this one was made and with which it ends: a public id, or the hash of an id. */
  readonly parent: string | undefined;
}

/** What of what ended is removed. */
export interface Sweepable {
  readonly models: readonly string[];
  /** Only what belongs to no grant. */
  readonly isUngranted?: boolean;
}

export type OAuthRecordKey = 'idHash' | 'uid' | 'userCode';

/** What the authorization server keeps, as anybody may read it. Expired records are found until they are swept. */
export interface OAuthReads {
  /** Of the hashes of ids those that a record of one of these models has. */
  among(models: readonly string[], idHashes: readonly string[]): Promise<readonly string[]>;
  find(models: readonly string[], by: OAuthRecordKey, value: string): Promise<OAuthRecord | undefined>;
  /** The ids of the grants of a subject of which a token, or what becomes one, is alive at an instant. */
  livingGrants(subject: string, at: Date): Promise<readonly string[]>;
}

/** What the authorization server keeps, within a unit of work. */
export interface OAuthWrites extends OAuthReads {
  /** Writes a record, in the place of one that has its id. A record that was used up stays so. */
  put(record: OAuthRecord): Promise<void>;
  /** Writes a record unless there is one with its id; says whether it did. */
  add(record: OAuthRecord): Promise<boolean>;
  /** Marks a record as used up; says whether this call did it. */
  consume(model: string, idHash: string, at: Date): Promise<boolean>;
  /** Removes one record and gives it, where there was one. */
  remove(model: string, idHash: string): Promise<OAuthRecord | undefined>;
  /** Removes all that came of one grant, of one kind where `model` is given; says how many there were. */
  removeOfGrant(grantId: string, model?: string): Promise<number>;
  /** Removes every grant that was made for a subject, with all that came of it; gives the grants. */
  removeOfAccount(subject: string): Promise<readonly OAuthRecord[]>;
  /** Removes records that ended before an instant, only some of them where `which` is given, at most so many; says how many. */
  sweep(before: Date, most: number, which?: Sweepable): Promise<number>;
}

const COLUMNS = { idHash: 'id_hash', uid: 'uid', userCode: 'user_code' } as const;

/** The authorization server's records in a database or in one of its transactions. */
export function oauthIn(db: Kysely<Tables>): OAuthWrites {
  return {
    livingGrants: (subject, at) => livingGrants(db, subject, at),
    among: (models, idHashes) => among(db, models, idHashes),
    async find(models, by, value) {
      const row = await db
        .selectFrom('oauth_records')
        .selectAll()
        .where('model', 'in', [...models])
        .where(COLUMNS[by], '=', value)
        .executeTakeFirst();
      return row === undefined ? undefined : recordOf(row);
    },
    async put(record) {
      const { consumed_at: _stays, ...row } = rowOf(record);
      await db
        .insertInto('oauth_records')
        .values(rowOf(record))
        .onConflict((conflict) => conflict.columns(['model', 'id_hash']).doUpdateSet(row))
        .execute();
    },
    async add(record) {
      const rows = await db
        .insertInto('oauth_records')
        .values(rowOf(record))
        .onConflict((conflict) => conflict.columns(['model', 'id_hash']).doNothing())
        .returning('id_hash')
        .execute();
      return rows.length === 1;
    },
    async consume(model, idHash, at) {
      const rows = await db
        .updateTable('oauth_records')
        .set({ consumed_at: at })
        .where('model', '=', model)
        .where('id_hash', '=', idHash)
        .where('consumed_at', 'is', null)
        .returning('id_hash')
        .execute();
      return rows.length === 1;
    },
    ...removalIn(db),
  };
}

async function among(
  db: Kysely<Tables>,
  models: readonly string[],
  idHashes: readonly string[],
): Promise<readonly string[]> {
  if (idHashes.length === 0) return [];
  const rows = await db
    .selectFrom('oauth_records')
    .select('id_hash')
    .where('model', 'in', [...models])
    .where('id_hash', 'in', [...idHashes])
    .execute();
  return rows.map(({ id_hash: hash }) => hash);
}

const BECOME_TOKENS = ['RefreshToken', 'AuthorizationCode', 'DeviceCode'] as const;

async function livingGrants(db: Kysely<Tables>, subject: string, at: Date): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('oauth_records')
    .select('grant_id')
    .distinct()
    .where('model', 'in', ['AccessToken', ...BECOME_TOKENS])
    .where(sql<string>`payload->>'accountId'`, '=', subject)
    .where('consumed_at', 'is', null)
    .where('expires_at', '>', at)
    .execute();
  return rows.flatMap(({ grant_id: id }) => id ?? []);
}

const OF_ACCOUNTS = ['Grant', 'AccessToken', ...BECOME_TOKENS] as const;

type Removals = Pick<OAuthWrites, 'remove' | 'removeOfGrant' | 'removeOfAccount' | 'sweep'>;

function removalIn(db: Kysely<Tables>): Removals {
  return {
    removeOfAccount: (subject) => removeOfAccount(db, subject),
    async remove(model, idHash) {
      const row = await db
        .deleteFrom('oauth_records')
        .where('model', '=', model)
        .where('id_hash', '=', idHash)
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? undefined : recordOf(row);
    },
    async removeOfGrant(grantId, model) {
      const rows = await db
        .deleteFrom('oauth_records')
        .where('grant_id', '=', grantId)
        .$if(model !== undefined, (query) => query.where('model', '=', model ?? ''))
        .returning('id_hash')
        .execute();
      return rows.length;
    },
    async sweep(before, most, which) {
      const rows = await db
        .deleteFrom('oauth_records')
        .where(({ eb, refTuple, selectFrom }) =>
          eb(
            refTuple('model', 'id_hash'),
            'in',
            selectFrom('oauth_records')
              .select(['model', 'id_hash'])
              .where('expires_at', '<', before)
              .$if(which !== undefined, (query) => query.where('model', 'in', [...(which?.models ?? [])]))
              .$if(which?.isUngranted === true, (query) => query.where('grant_id', 'is', null))
              .limit(most)
              .$asTuple('model', 'id_hash'),
          ),
        )
        .returning('id_hash')
        .execute();
      return rows.length;
    },
  };
}

async function removeOfAccount(db: Kysely<Tables>, subject: string): Promise<readonly OAuthRecord[]> {
  const rows = await db
    .deleteFrom('oauth_records')
    .where('model', 'in', [...OF_ACCOUNTS])
    .where(sql<string>`payload->>'accountId'`, '=', subject)
    .returningAll()
    .execute();
  return rows.filter(({ model }) => model === 'Grant').map(recordOf);
}

function recordOf(row: Selectable<OAuthRecordsTable>): OAuthRecord {
  return {
    model: row.model,
    idHash: row.id_hash,
    payload: row.payload as Readonly<Record<string, unknown>>,
    grantId: row.grant_id ?? undefined,
    userCode: row.user_code ?? undefined,
    uid: row.uid ?? undefined,
    consumedAt: row.consumed_at ?? undefined,
    expiresAt: row.expires_at ?? undefined,
    parent: row.parent ?? undefined,
  };
}

function rowOf(record: OAuthRecord): Omit<Selectable<OAuthRecordsTable>, 'payload'> & { payload: string } {
  return {
    model: record.model,
    id_hash: record.idHash,
    payload: JSON.stringify(record.payload),
    grant_id: record.grantId ?? null,
    user_code: record.userCode ?? null,
    uid: record.uid ?? null,
    consumed_at: record.consumedAt ?? null,
    expires_at: record.expiresAt ?? null,
    parent: record.parent ?? null,
  };
}
