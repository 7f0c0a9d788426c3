import type { Kysely } from 'kysely';

import type { Tables } from './tables.ts';

/** The check value of every root key under which tokens were made here, by key id. */
export interface KeyReads {
  checks(): Promise<ReadonlyMap<number, string>>;
}

export interface KeyWrites extends KeyReads {
  add(keyId: number, checkValue: string): Promise<void>;
}

/** Check values of root keys in a database or in one of its transactions. */
export function keysIn(db: Kysely<Tables>): KeyWrites {
  return {
    async checks() {
      const rows = await db.selectFrom('root_key_checks').selectAll().execute();
      return new Map(rows.map((row) => [row.key_id, row.check_value]));
    },
    async add(keyId, checkValue) {
      await db.insertInto('root_key_checks').values({ key_id: keyId, check_value: checkValue }).execute();
    },
  };
}
