import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { test } from 'vitest';
import { postgresUrl } from '../postgres/database.ts';
import { readDocument } from './documents.ts';
import { testWalk } from './walked.ts';

/** The page about PostgreSQL, done as it says: on a database that its own SQL has made. */

const PATH = 'docs/how-to/run-on-postgresql.md';
const ADDRESS = 'postgres://ambit:CHOOSE-ONE@127.0.0.1:5432/ambit';
const server = await postgresUrl();

/** Runs the SQL of the page, under a name that nobody else has; answers what stands in the place of its address. */
async function makeDatabase(): Promise<Readonly<Record<string, string>>> {
  const name = `walk_${randomBytes(6).toString('hex')}`;
  const blocks = readDocument(PATH).blocks.filter(({ language }) => language === 'sql');
  const statements = blocks.flatMap(({ text }) => text.split(';').map((one) => one.trim())).filter(Boolean);
  const client = new Client({ connectionString: server });
  await client.connect();
  // Not in one query, which would be one transaction, and no database is made in one.
  for (const statement of statements) await client.query(statement.replace(/\bambit\b/g, name));
  await client.end();
  const { host } = new URL(server ?? '');
  return { [ADDRESS]: `postgres://${name}:CHOOSE-ONE@${host}/${name}` };
}

if (server === undefined) test.skip('no PostgreSQL runs on this platform');
else testWalk({ path: PATH, folder: 'postgres', saves: 2, shows: 3, without: ['4. '] }, makeDatabase);
