import type { PGlite } from '@electric-sql/pglite';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';

import { CHANGES_CHANNEL } from './changes.ts';
import type { Hints } from './hints.ts';

/**
 * Shows one PGlite as the part of a `pg` pool that Kysely's PostgreSQL dialect uses. PGlite is a single
 * connection, so a second caller waits until the first gives it back; else two transactions would run into one.
 */
export function createPglitePool(database: PGlite): PostgresPool {
  let free: Promise<void> = Promise.resolve();

  async function connect(): Promise<PostgresPoolClient> {
    let release: () => void = () => undefined;
    const turn = free;
    free = new Promise((resolve) => {
      release = resolve;
    });
    await turn;
    return clientOf(database, release);
  }

  return {
    connect,
    end: () => database.close(),
  };
}

/** Word of changes within this process, which is the only one that writes. */
export function createPgliteHints(database: PGlite): Hints {
  return {
    async subscribe(hear) {
      const stop = await database.listen(CHANGES_CHANNEL, hear);
      return async () => {
        // A database that is closed tells nobody any more.
        if (!database.closed) await stop();
      };
    },
  };
}

function clientOf(database: PGlite, release: () => void): PostgresPoolClient {
  // Kysely asks for cursors only when told of a cursor class, which it never is here.
  const query = async <R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> => {
    const result = await database.query<R>(sql, [...parameters]);
    return {
      command: commandOf(sql),
      rowCount: result.affectedRows ?? result.rows.length,
      rows: result.rows,
    };
  };
  return { query: query as PostgresPoolClient['query'], release };
}

function commandOf(sql: string): PostgresQueryResult<unknown>['command'] {
  const word = /^\s*(insert|update|delete|merge)\b/i.exec(sql)?.[1]?.toUpperCase();
  return word === 'INSERT' || word === 'UPDATE' || word === 'DELETE' || word === 'MERGE' ? word : 'SELECT';
}
