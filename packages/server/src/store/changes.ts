import { type Kysely, type Selectable, sql } from 'kysely';

import type { ChangesTable, Tables } from './tables.ts';

/**
 * What a node may remember and now has to forget: a personal token, a link of a narrowed one, an OAuth grant with all
 * that came of it, an OAuth client, everything of a subject, or a root key that was withdrawn, by its id.
 */
export type ChangeKind = 'token' | 'tail' | 'grant' | 'client' | 'subject' | 'key';

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

/** Changes after a number, and how far back and forth the rows went at the same moment; 0 where there are none. */
export interface Since {
  readonly changes: readonly Change[];
  readonly oldest: bigint;
  readonly newest: bigint;
}

/** How many changes are read at once. */
export const MOST_AT_ONCE = 1_000;

export interface ChangeReads {
  /** Changes after `seq`, in order. */
  after(seq: bigint): Promise<readonly Change[]>;
  /** What a node has to hear of that heard everything up to `seq`: at most `MOST_AT_ONCE` changes, in order. */
  since(seq: bigint): Promise<Since>;
  /** The newest number, 0 where nothing has changed yet. */
  newest(): Promise<bigint>;
}

export interface ChangeWrites extends ChangeReads {
  /** Told to every node once the unit of work is done. */
  add(kind: ChangeKind, ref: string, at: Date): Promise<void>;
  /** The same of any number of one kind. */
  addAll(kind: ChangeKind, refs: readonly string[], at: Date): Promise<void>;
  /**
   * Removes the changes from before a time, but for the newest of those: by the oldest row that is left a node sees
   * whether it missed any.
   */
  prune(before: Date): Promise<void>;
}

/** With it numbers are given in the order of commits. */
const ORDER_LOCK = 7_214_321;

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
      return rows.map(changeOf);
    },
    since: (seq) => since(db, seq),
    async newest() {
      const row = await db
        .selectFrom('changes')
        .select((eb) => eb.fn.max('seq').as('seq'))
        .executeTakeFirst();
      return BigInt(row?.seq ?? 0);
    },
    add: (kind, ref, at) => addAll(db, kind, [ref], at),
    addAll: (kind, refs, at) => addAll(db, kind, refs, at),
    async prune(before) {
      await db
        .deleteFrom('changes')
        .where('seq', '<', (eb) =>
          eb
            .selectFrom('changes')
            .where('at', '<', before)
            .select((max) => max.fn.max('seq').as('seq')),
        )
        .execute();
    },
  };
}

async function addAll(
  db: Kysely<Tables>,
  kind: ChangeKind,
  refs: readonly string[],
  at: Date,
): Promise<void> {
  if (refs.length === 0) return;
  // Held until the commit is seen by all: a lower number cannot appear after a higher one was read.
  await sql`select pg_advisory_xact_lock(${sql.lit(ORDER_LOCK)})`.execute(db);
  for (let from = 0; from < refs.length; from += MOST_AT_ONCE) {
    const rows = refs.slice(from, from + MOST_AT_ONCE).map((ref) => ({ kind, ref, at }));
    await db.insertInto('changes').values(rows).execute();
  }
  await sql`select pg_notify(${CHANGES_CHANNEL}, '')`.execute(db);
}

// One statement, and so one moment: rows that are pruned between two reads would look like none.
async function since(db: Kysely<Tables>, seq: bigint): Promise<Since> {
  const { rows } = await sql<Selectable<ChangesTable> & { oldest: string | null; newest: string | null }>`
    select c.*, b.oldest, b.newest
    from (select min(seq) as oldest, max(seq) as newest from changes) b
    left join lateral (
      select seq, kind, ref, at from changes where seq > ${String(seq)} order by seq limit ${sql.lit(MOST_AT_ONCE)}
    ) c on true
    order by c.seq`.execute(db);
  const [first] = rows;
  return {
    changes: rows.filter((row) => row.seq !== null).map(changeOf),
    oldest: BigInt(first?.oldest ?? 0),
    newest: BigInt(first?.newest ?? 0),
  };
}

function changeOf(row: Selectable<ChangesTable>): Change {
  return { seq: BigInt(row.seq), kind: row.kind as ChangeKind, ref: row.ref, at: row.at };
}
