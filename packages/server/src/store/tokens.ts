import type { Grants } from 'ambit';
import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely';

import type { Tables, TokensTable } from './tables.ts';
import { grantsText, type RateLimit, rateLimitText, rowOf, type StoredToken, tokenOf } from './tokenrow.ts';

export type { RateLimit, StoredToken } from './tokenrow.ts';

/** How a token stands: `rotated` is one whose time beside its successor is over. */
export type TokenStatus = 'active' | 'expired' | 'revoked' | 'rotated';

/** Which tokens, oldest first. */
export interface TokenQuery {
  readonly subject?: string | undefined;
  /** How they stand at an instant, where none lives longer than so many milliseconds. */
  readonly standing?:
    | { readonly status: TokenStatus; readonly at: Date; readonly longestMs: number }
    | undefined;
  /** The id of a token: only those after it. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** Personal tokens, as anybody may read them. */
export interface TokenReads {
  list(query?: TokenQuery): Promise<readonly StoredToken[]>;
  find(id: string): Promise<StoredToken | undefined>;
  findByIdHash(idHash: string): Promise<StoredToken | undefined>;
  /** How many tokens were made under a root key and are not revoked. */
  countMadeUnder(keyId: number): Promise<number>;
}

/** What may change of a token. What is not named stays. */
export interface TokenChange {
  readonly name?: string;
  readonly note?: string | undefined;
  readonly rateLimit?: RateLimit | undefined;
  readonly grants?: Grants;
  readonly replacedBy?: string;
  readonly livesUntil?: Date;
  readonly firstUsedAt?: Date;
}

/** The last use of a token. */
export interface TokenUse {
  readonly id: string;
  readonly at: Date;
  /** Coordinates of root fields; nothing where that was not told. */
  readonly for: string | undefined;
}

/** What the audit has to know of a token that was revoked among many. */
export interface RevokedToken {
  readonly id: string;
  readonly subject: string | undefined;
  readonly keyId: number;
  readonly createdBy: string;
}

/** Personal tokens within a unit of work. */
export interface TokenWrites extends TokenReads {
  insert(token: StoredToken): Promise<void>;
  /** The token, which no other unit of work can lock or change until this one has ended. */
  lock(id: string): Promise<StoredToken | undefined>;
  /** The same of a whole line of rotations, in one order whoever asks. */
  lockFamily(family: string): Promise<readonly StoredToken[]>;
  change(id: string, change: TokenChange): Promise<void>;
  /** Sets the time and reason of revocation unless there is one; gives the token as it then is. */
  revoke(id: string, at: Date, because: string): Promise<StoredToken | undefined>;
  /**
   * Revokes what was made under a root key and what that made itself, under whatever key. Gives what was not revoked
   * before.
   */
  revokeMadeUnder(keyId: number, at: Date, because: string): Promise<readonly RevokedToken[]>;
  /** Remembers uses that are later than what is known, each token at most once in `uses`. */
  used(uses: readonly TokenUse[]): Promise<void>;
}

/** Personal tokens in a database or in one of its transactions. */
export function tokensIn(db: Kysely<Tables>): TokenWrites {
  const find = async (column: 'id' | 'id_hash', value: string): Promise<StoredToken | undefined> => {
    const row = await db.selectFrom('tokens').selectAll().where(column, '=', value).executeTakeFirst();
    return row === undefined ? undefined : tokenOf(row);
  };
  return {
    list: (query = {}) => list(db, query),
    find: (id) => find('id', id),
    findByIdHash: (idHash) => find('id_hash', idHash),
    async countMadeUnder(keyId) {
      const { rows } = await sql<{ n: string }>`
        select count(*) as n from tokens where key_id = ${keyId} and revoked_at is null`.execute(db);
      return Number(rows[0]?.n);
    },
    async insert(token) {
      await db.insertInto('tokens').values(rowOf(token)).execute();
    },
    async lock(id) {
      const query = db.selectFrom('tokens').selectAll().where('id', '=', id).forUpdate();
      const row = await query.executeTakeFirst();
      return row === undefined ? undefined : tokenOf(row);
    },
    async lockFamily(family) {
      const query = db.selectFrom('tokens').selectAll().where('family', '=', family);
      return (await query.orderBy('id').forUpdate().execute()).map(tokenOf);
    },
    change: (id, change) => changeToken(db, id, change),
    async revoke(id, at, because) {
      await db
        .updateTable('tokens')
        .set({ revoked_at: at, revoked_because: because })
        .where('id', '=', id)
        .where('revoked_at', 'is', null)
        .execute();
      return find('id', id);
    },
    revokeMadeUnder: (keyId, at, because) => revokeMadeUnder(db, keyId, at, because),
    async used(uses) {
      await rememberUses(db, uses);
    },
  };
}

type TokensQuery = SelectQueryBuilder<Tables, 'tokens', Selectable<TokensTable>>;

async function list(db: Kysely<Tables>, query: TokenQuery): Promise<readonly StoredToken[]> {
  const { subject, standing, after, limit } = query;
  let found: TokensQuery = db.selectFrom('tokens').selectAll();
  if (subject !== undefined) found = found.where('subject', '=', subject);
  if (standing !== undefined) found = standingAs(found, standing);
  if (after !== undefined) {
    found = found.where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('created_at', 'id'),
        '>',
        selectFrom('tokens as one')
          .select(['one.created_at', 'one.id'])
          .where('one.id', '=', after)
          .$asTuple('created_at', 'id'),
      ),
    );
  }
  if (limit !== undefined) found = found.limit(limit);
  return (await found.orderBy('created_at').orderBy('id').execute()).map(tokenOf);
}

/** The same order as in `statusOf`: what was revoked is that whatever else it is. */
function standingAs(
  found: TokensQuery,
  { status, at, longestMs }: NonNullable<TokenQuery['standing']>,
): TokensQuery {
  const oldest = new Date(at.getTime() - longestMs);
  if (status === 'revoked') return found.where('revoked_at', 'is not', null);
  const kept = found.where('revoked_at', 'is', null);
  if (status === 'expired') {
    return kept.where(({ eb, or }) => or([eb('expires_at', '<=', at), eb('created_at', '<=', oldest)]));
  }
  const alive = kept.where('expires_at', '>', at).where('created_at', '>', oldest);
  if (status === 'rotated') return alive.where('lives_until', '<=', at);
  return alive.where(({ eb, or }) => or([eb('lives_until', 'is', null), eb('lives_until', '>', at)]));
}

async function changeToken(db: Kysely<Tables>, id: string, change: TokenChange): Promise<void> {
  const { name, grants, replacedBy, livesUntil, firstUsedAt } = change;
  const columns = {
    ...(name === undefined ? {} : { name }),
    ...('note' in change ? { note: change.note ?? null } : {}),
    ...('rateLimit' in change ? { rate_limit: rateLimitText(change.rateLimit) } : {}),
    ...(grants === undefined ? {} : { grants: grantsText(grants) }),
    ...(replacedBy === undefined ? {} : { replaced_by: replacedBy }),
    ...(livesUntil === undefined ? {} : { lives_until: livesUntil }),
    ...(firstUsedAt === undefined ? {} : { first_used_at: firstUsedAt }),
  };
  if (Object.keys(columns).length === 0) return;
  await db.updateTable('tokens').set(columns).where('id', '=', id).execute();
}

async function revokeMadeUnder(
  db: Kysely<Tables>,
  keyId: number,
  at: Date,
  because: string,
): Promise<readonly RevokedToken[]> {
  const revoked: RevokedToken[] = [];
  for (;;) {
    const { rows } = await sql<Pick<Selectable<TokensTable>, 'id' | 'subject' | 'key_id' | 'created_by'>>`
      with recursive line as (
        select id from tokens where key_id = ${keyId}
        union
        select made.id from tokens made join line on made.created_by = line.id
      )
      update tokens set revoked_at = ${at.toISOString()}::timestamptz, revoked_because = ${because}
      from line where tokens.id = line.id and tokens.revoked_at is null
      returning tokens.id, tokens.subject, tokens.key_id, tokens.created_by`.execute(db);
    // Whoever rotated one of them meanwhile is done by now, or waits for us and finds it revoked.
    if (rows.length === 0) return revoked;
    revoked.push(
      ...rows.map((row) => ({
        id: row.id,
        subject: row.subject ?? undefined,
        keyId: row.key_id,
        createdBy: row.created_by,
      })),
    );
  }
}

/** One statement for many: a statement for each would hold up everybody else for seconds. */
async function rememberUses(db: Kysely<Tables>, uses: readonly TokenUse[]): Promise<void> {
  if (uses.length === 0) return;
  const rows = uses.map(
    ({ id, at, for: purpose }) =>
      sql`(${id}::text, ${at.toISOString()}::timestamptz, ${purpose ?? null}::text)`,
  );
  await sql`
    update tokens set last_used_at = use.at, last_used_for = coalesce(use.purpose, tokens.last_used_for)
    from (values ${sql.join(rows)}) as use (id, at, purpose)
    where tokens.id = use.id and (tokens.last_used_at is null or tokens.last_used_at < use.at)
  `.execute(db);
}
