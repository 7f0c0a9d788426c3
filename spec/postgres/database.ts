import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

import { Client } from 'pg';

/** A database that nobody else has. */
export interface FreshDatabase {
  readonly url: string;
  /** Runs statements on it, as its owner. */
  run(sql: string): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** The address of this run's PostgreSQL; nothing where none runs on this platform, which the run has then said. */
export async function postgresUrl(): Promise<string | undefined> {
  const port = Number(process.env['AMBIT_TEST_POSTGRES_PORT']);
  if (!port) throw new Error('the tests were started without scripts/lib/postgres-for-tests.mjs');
  let text = '';
  for await (const part of connect(port, '127.0.0.1')) text += String(part);
  const { url } = JSON.parse(text) as { url: string | null };
  return url ?? undefined;
}

/** Makes an empty database on a PostgreSQL. */
export async function freshDatabase(server: string): Promise<FreshDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await runOn(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    run: (sql) => runOn(url.href, sql),
    async close() {
      await runOn(server, `drop database ${name} with (force)`);
    },
  };
}

async function runOn(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}
