import type { Kysely } from 'kysely';

import type { Tables } from './tables.ts';

/** One link of a narrowed token that was revoked: with it, everything that was narrowed further. */
export interface RevokedTail {
  /** SHA-256 of the link's tail, in hexadecimal. */
  readonly digest: string;
  /** The public id of the personal token at the chain's beginning. */
  readonly tokenId: string;
  readonly at: Date;
  /** When nothing can come of the link any more: it may be forgotten then. */
  readonly until: Date;
}

export interface TailReads {
  has(digest: string): Promise<boolean>;
  /** The digest of every link that still counts at an instant. */
  digests(at: Date): Promise<readonly string[]>;
}

export interface TailWrites extends TailReads {
  /** Adding what is there changes nothing, but that it counts for longer. */
  add(tail: RevokedTail): Promise<void>;
  /** Forgets what no longer counts at an instant. */
  prune(at: Date): Promise<void>;
}

/** Revoked links of narrowed tokens in a database or in one of its transactions. */
export function tailsIn(db: Kysely<Tables>): TailWrites {
  return {
    async has(digest) {
      const row = await db
        .selectFrom('revoked_tails')
        .select('digest')
        .where('digest', '=', digest)
        .executeTakeFirst();
      return row !== undefined;
    },
    async digests(at) {
      const rows = await db.selectFrom('revoked_tails').select('digest').where('until', '>', at).execute();
      return rows.map(({ digest }) => digest);
    },
    async add({ digest, tokenId, at, until }) {
      await db
        .insertInto('revoked_tails')
        .values({ digest, token_id: tokenId, at, until })
        .onConflict((conflict) =>
          conflict.column('digest').doUpdateSet({ until }).where('revoked_tails.until', '<', until),
        )
        .execute();
    },
    async prune(at) {
      await db.deleteFrom('revoked_tails').where('until', '<=', at).execute();
    },
  };
}
