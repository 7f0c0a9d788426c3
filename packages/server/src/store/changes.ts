import { type Kysely, sql } from 'kysely';

import type { Tables } from './tables.ts';

/**
 * What a node may remember and now has to forget: a personal token, a link of a narrowed one, an OAuth grant with all
 * that came of it, an OAuth client, or everything of a subject.
 */
export type ChangeKind = 'token' | 'tail' | 'grant' | 'client' | 'subject';

/** One thing that was taken back or changed. `seq` only grows. */
export interface Change {
  readonly seq: bigint;
  readonly kind: ChangeKind;
  /** Its public id or digest: never anything that could be presented. */
  readonly ref: string;
  readonly at: Date;
}

/** The channel on which a database says that there are changes. What it carries is a hint; the rows are the truth. */
export const CHANGES_CHANNEL = 'ambit_changes';

export interface ChangeReads {
  /** Changes after `seq`, in order. */
  after(seq: bigint): Promise<readonly Change[]>;
  /** The newest number, 0 where nothing has changed yet. */
  newest(): Promise<bigint>;
}

export interface ChangeWrites extends ChangeReads {
  /** Told to every node once the unit of work is done. */
  add(kind: ChangeKind, ref: string, at: Date): Promise<void>;
}

/** Changes in a database or in one of its transactions. */
export function changesIn(db: Kysely<Tables>): ChangeWrites {
  return {
    async after(seq) {
      const rows = await db
        .selectFrom('changes')
        .selectAll()
        .where('seq', '>', String(seq))
        .orderBy('seq')
        .execute();
      return rows.map((row) => ({
        seq: BigInt(row.seq),
        kind: row.kind as ChangeKind,
        ref: row.ref,
        at: row.at,
      }));
    },
    async newest() {
      const row = await db
        .selectFrom('changes')
        .select((eb) => eb.fn.max('seq').as('seq'))
        .executeTakeFirst();
      return BigInt(row?.seq ?? 0);
    },
    async add(kind, ref, at) {
      // Numbers are given in the order of commits: with this lock a lower number cannot appear after a higher one was read.
      await sql`select pg_advisory_xact_lock(7214321)`.execute(db);
      await db.insertInto('changes').values({ kind, ref, at }).execute();
      await sql`select pg_notify(${CHANGES_CHANNEL}, '')`.execute(db);
    },
  };
}
