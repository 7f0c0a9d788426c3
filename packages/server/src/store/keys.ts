import { type Kysely, sql } from 'kysely';

import type { Tables } from './tables.ts';

/** What stands before the check value of a key that was withdrawn; no check value begins so. */
const WITHDRAWN = 'withdrawn:';

/** By what keys are recognised, by key id. */
export interface KeyReads {
  /** Of the keys that hold: of root keys the check value, see `keyCheckValue`. */
  checks(): Promise<ReadonlyMap<number, string>>;
  /** Of the root keys that were withdrawn; '' where a key was never used here. */
  withdrawn(): Promise<ReadonlyMap<number, string>>;
}

export interface KeyWrites extends KeyReads {
  /** Gives the value that holds for this id: another node may have put in its own at the same moment. It stays until this unit of work has ended. */
  add(keyId: number, checkValue: string): Promise<string>;
  /** Puts in a value for an id that has none, and says whether it had none: of several at the same moment that is so for one. */
  put(keyId: number, checkValue: string): Promise<boolean>;
  /** Puts a value in the place of the one that holds for this id. */
  replace(keyId: number, checkValue: string): Promise<void>;
  /** Marks a root key as withdrawn, for good. Gives whether it was not so before. */
  withdraw(keyId: number): Promise<boolean>;
  /** Whether a root key was withdrawn; that it was not stays true until this unit of work has ended. */
  isWithdrawn(keyId: number): Promise<boolean>;
}

/** Check values of root keys in a database or in one of its transactions. */
export function keysIn(db: Kysely<Tables>): KeyWrites {
  const all = async (): Promise<readonly (readonly [keyId: number, value: string])[]> => {
    const rows = await db.selectFrom('root_key_checks').selectAll().execute();
    return rows.map((row) => [row.key_id, row.check_value]);
  };
  const put = async (keyId: number, checkValue: string): Promise<boolean> => {
    const { numInsertedOrUpdatedRows = 0n } = await db
      .insertInto('root_key_checks')
      .values({ key_id: keyId, check_value: checkValue })
      .onConflict((conflict) => conflict.column('key_id').doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows > 0n;
  };
  return {
    checks: async () => new Map((await all()).filter(([, value]) => !value.startsWith(WITHDRAWN))),
    async withdrawn() {
      const marked = (await all()).filter(([, value]) => value.startsWith(WITHDRAWN));
      return new Map(marked.map(([keyId, value]) => [keyId, value.slice(WITHDRAWN.length)]));
    },
    put,
    async add(keyId, checkValue) {
      await put(keyId, checkValue);
      const { check_value } = await db
        .selectFrom('root_key_checks')
        .select('check_value')
        .where('key_id', '=', keyId)
        .forUpdate()
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
    withdraw: (keyId) => withdraw(db, keyId),
    async isWithdrawn(keyId) {
      // Held until the unit ends: who withdraws the key waits, and then finds what was made under it.
      const row = await db
        .selectFrom('root_key_checks')
        .select('check_value')
        .where('key_id', '=', keyId)
        .forShare()
        .executeTakeFirst();
      return row?.check_value.startsWith(WITHDRAWN) ?? false;
    },
  };
}

async function withdraw(db: Kysely<Tables>, keyId: number): Promise<boolean> {
  const marked = await db
    .insertInto('root_key_checks')
    .values({ key_id: keyId, check_value: WITHDRAWN })
    .onConflict((conflict) =>
      conflict
        .column('key_id')
        .doUpdateSet({ check_value: sql<string>`${WITHDRAWN}::text || root_key_checks.check_value` })
        .where('root_key_checks.check_value', 'not like', `${WITHDRAWN}%`),
    )
    .returning('key_id')
    .execute();
  return marked.length > 0;
}
