import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { Pool, type PoolClient } from 'pg';

import type { DatabaseConfig } from './config.ts';
import { connectionOf, placeOf } from './connection.ts';
import { explained } from './failures.ts';

/** How much longer than the server's own limit a client waits for its answer. */
const GRACE_MS = 2_000;

/**
 * Connections to a PostgreSQL, with a limit on their number and on how long anything takes. What fails for a reason
 * that somebody can mend is thrown as `ServerError` `STORE_UNREACHABLE`.
 */
export function createPostgresPool(config: DatabaseConfig): PostgresPool {
  const pool = new Pool({
    ...connectionOf(config),
    max: config.connections,
    idleTimeoutMillis: 30_000,
    statement_timeout: config.statementMs,
    idle_in_transaction_session_timeout: config.statementMs * 2,
    query_timeout: config.statementMs + GRACE_MS,
  });
  // A connection that breaks while nobody waits on it has nobody to tell; without a listener it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  const tell = (error: unknown): never => {
    throw explained(error, placeOf(config));
  };
  return {
    connect: () => pool.connect().then((client) => clientOf(client, tell), tell),
    end: () => pool.end(),
  };
}

function clientOf(client: PoolClient, tell: (error: unknown) => never): PostgresPoolClient {
  let broken: Error | undefined;
  // Kysely asks for cursors only when told of a cursor class, which it never is here.
  const query = async (sql: string, parameters: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(sql, [...parameters]);
    } catch (error) {
      // What timed out may still be answered, and the next one would be given that answer.
      if (!(error instanceof Error) || !('severity' in error)) broken = new Error('given up');
      return tell(error);
    }
  };
  return {
    query: query as PostgresPoolClient['query'],
    release: () => client.release(broken),
  };
}
