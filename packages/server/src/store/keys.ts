import type { Kysely } from 'kysely';

import type { Tables } from './tables.ts';

/** The check value of every root key under which tokens were made here, by key id. */
export interface KeyReads {
  checks(): Promise<ReadonlyMap<number, string>>;
}

export interface KeyWrites extends KeyReads {
  /** Gives the value that holds for this id: another node may have put in its own at the same moment. */
  add(keyId: number, checkValue: string): Promise<string>;
  /** Puts a value in the place of the one that holds for this id. */
  replace(keyId: number, checkValue: string): Promise<void>;
}

/** Check values of root keys in a database or in one of its transactions. */
export function keysIn(db: Kysely<Tables>): KeyWrites {
  return {
    async checks() {
      const rows = await db.selectFrom('root_key_checks').selectAll().execute();
      return new Map(rows.map((row) => [row.key_id, row.check_value]));
    },
    async add(keyId, checkValue) {
      await db
        .insertInto('root_key_checks')
        .values({ key_id: keyId, check_value: checkValue })
        .onConflict((conflict) => conflict.column('key_id').doNothing())
        .execute();
      const { check_value } = await db
        .selectFrom('root_key_checks')
        .select('check_value')
        .where('key_id', '=', keyId)
        .executeTakeFirstOrThrow();
      return check_value;
    },
    async replace(keyId, checkValue) {
      await db
        .updateTable('root_key_checks')
        .set({ check_value: checkValue })
        .where('key_id', '=', keyId)
        .execute();
    },
  };
}
