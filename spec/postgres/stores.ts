import { PGlite } from '@electric-sql/pglite';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { createPglitePool } from '../../packages/server/src/store/pglite-pool.ts';
import { type DatabaseConfig, databaseFrom } from '../../packages/server/src/store/postgres/config.ts';
import { createPostgresPool } from '../../packages/server/src/store/postgres/pool.ts';
import type { Tables } from '../../packages/server/src/store/tables.ts';
import { freshDatabase, postgresUrl } from './database.ts';

/** An empty database without tables, of one of the two kinds that a store can be on. */
export interface EmptyDatabase {
  readonly db: Kysely<Tables>;
  close(): Promise<void>;
}

/** The configuration of a database by its address. */
export function configOf(url: string): DatabaseConfig {
  const config = databaseFrom(undefined, url, (path) => path);
  if (config === undefined) throw new Error('no database');
  return config;
}

/** Starting one takes seconds, so one that is given back is emptied and used again. */
function embedded(): () => Promise<EmptyDatabase> {
  const free: Kysely<Tables>[] = [];
  const start = async (): Promise<Kysely<Tables>> => {
    const pool = createPglitePool(await PGlite.create());
    return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  };
  return async () => {
    const db = free.pop() ?? (await start());
    return {
      db,
      async close() {
        await sql`drop schema public cascade`.execute(db);
        await sql`create schema public`.execute(db);
        free.push(db);
      },
    };
  };
}

async function postgres(server: string): Promise<EmptyDatabase> {
  const database = await freshDatabase(server);
  const dialect = new PostgresDialect({ pool: createPostgresPool(configOf(database.url)) });
  const db = new Kysely<Tables>({ dialect });
  return {
    db,
    async close() {
      await db.destroy();
      await database.close();
    },
  };
}

/** The kinds of database that can be tested on this platform, by name. */
export async function databases(): Promise<readonly (readonly [string, () => Promise<EmptyDatabase>])[]> {
  const server = await postgresUrl();
  return [
    ['the embedded store', embedded()],
    ...(server === undefined ? [] : [['PostgreSQL', () => postgres(server)] as const]),
  ];
}

/** Puts in what the release with store version 1 wrote: two tokens, one revoked, and a root key's check value. */
export async function fillVersion1(db: Kysely<Tables>): Promise<void> {
  const row = (id: string, revoked: string | null) => ({
    id,
    id_hash: `hash of ${id}`,
    key_id: 1,
    name: `name of ${id}`,
    subject: 'ann',
    client: null,
    grants: JSON.stringify({ scopes: ['api'] }),
    created_at: new Date('2025-01-01T00:00:00Z'),
    expires_at: new Date('2027-01-01T00:00:00Z'),
    revoked_at: revoked === null ? null : new Date(revoked),
    created_by: 'command',
  });
  // `family` is a column of version 2, which the types know only.
  const rows = [row('tok_old', null), row('tok_gone', '2025-02-01T00:00:00Z')] as never;
  await db.insertInto('tokens').values(rows).execute();
  await db.insertInto('root_key_checks').values({ key_id: 1, check_value: 'check' }).execute();
}

/** Puts in what a release with store version 2 wrote of OAuth: what two people allowed, and a session of nobody. */
export async function fillVersion2(db: Kysely<Tables>): Promise<void> {
  const row = (model: string, id: string, accountId: string | undefined) => ({
    model,
    id_hash: `hash of ${model} ${id}`,
    payload: JSON.stringify(accountId === undefined ? { sealed: 'x' } : { accountId, clientId: 'app' }),
    grant_id: model === 'RefreshToken' ? id : null,
    user_code: null,
    uid: null,
    consumed_at: null,
    expires_at: new Date('2027-01-01T00:00:00Z'),
    parent: null,
  });
  const rows = [
    ...['ann', 'ben'].flatMap((who) => [
      row('Grant', `grant of ${who}`, who),
      row('RefreshToken', `grant of ${who}`, who),
    ]),
    row('Session', 'session', undefined),
  ];
  await db.insertInto('oauth_records').values(rows).execute();
}
