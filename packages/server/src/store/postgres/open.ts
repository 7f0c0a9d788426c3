import { Kysely, PostgresDialect, sql } from 'kysely';

import { NO_HINTS } from '../hints.ts';
import { migrate } from '../migrations/migrate.ts';
import { type Store, storeOn } from '../store.ts';
import type { Tables } from '../tables.ts';
import type { DatabaseConfig } from './config.ts';
import { checkServerVersion } from './failures.ts';
import { createPostgresHints } from './listen.ts';
import { createPostgresPool } from './pool.ts';

/** How long a step of a migration may take, and a second node wait for the first. */
const MIGRATION_MS = 600_000;

/**
 * Opens the store on a PostgreSQL, bringing its tables up to date. Throws `ServerError`: `STORE_UNREACHABLE`,
 * `STORE_UNUSABLE` (too old, or a step of a migration failed), `STORE_UNKNOWN` (written by a newer release).
 */
export async function openPostgresStore(config: DatabaseConfig): Promise<Store> {
  // Several nodes may start at once: Kysely's migrator takes an advisory lock, and a waiting one is not given up.
  await usingPostgres({ ...config, connections: 2, statementMs: MIGRATION_MS }, migrate);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: createPostgresPool(config) }) });
  return storeOn(db, {
    sync: async () => undefined,
    hints: config.push ? createPostgresHints(config) : NO_HINTS,
  });
}

/** Does something with a PostgreSQL of a version that we know, whatever its tables. Throws like `openPostgresStore`. */
export async function usingPostgres<T>(
  config: DatabaseConfig,
  action: (db: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: createPostgresPool(config) }) });
  try {
    const { rows } = await sql<{ v: string }>`select current_setting('server_version_num') as v`.execute(db);
    checkServerVersion(Number(rows[0]?.v));
    return await action(db);
  } finally {
    await db.destroy();
  }
}
