import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { ServerError, systemCode } from '../errors.ts';
import { replacePrivateFile } from '../private-file.ts';

/** The newest store that this release writes. Goes up by one with every migration. */
export const STORE_VERSION = 3;

/** The PostgreSQL inside the PGlite that this release installs. A folder of another major cannot be opened by it. */
export const POSTGRES_MAJOR = 18;

const recordShape = z.object({
  store: z.number().int().positive(),
  postgres: z.number().int().positive(),
  state: z.enum(['creating', 'ready', 'moved']),
});

/** The content of `store.json`. */
export interface StoreRecord {
  readonly store: number;
  readonly postgres: number;
  /**
   * `creating` until the first start has made everything; such a store holds nothing that was acknowledged. `moved` once
   * it goes on elsewhere, and nothing opens it any more.
   */
  readonly state: 'creating' | 'ready' | 'moved';
}

export interface StoreFolders {
  readonly folder: string;
  readonly record: string;
  readonly database: string;
}

/** Where the parts of a store are within the data folder. */
export function storeFolders(data: string): StoreFolders {
  const folder = join(data, 'store');
  return { folder, record: join(folder, 'store.json'), database: join(folder, 'postgres') };
}

/**
 * What `store.json` says of the store; nothing when there is no store yet. Changes nothing on disk. Throws
 * `ServerError` `STORE_UNKNOWN` for a version, a PostgreSQL major or a form that this release does not know, and
 * `STORE_MOVED`: what is revoked there would be revoked nowhere.
 */
export async function readStoreRecord(data: string): Promise<StoreRecord | undefined> {
  const { folder, record, database } = storeFolders(data);
  const text = await textOf(record);
  if (text === undefined) {
    if ((await filesIn(database)) === 0) return undefined;
    throw unknownStore(
      `${folder} holds a database and no store.json that says which`,
      'Copy store.json back beside it.',
    );
  }
  const found = recordShape.safeParse(jsonOf(text));
  if (!found.success)
    throw unknownStore(
      `${record} has a form that this release does not know`,
      'Put the file back as it was.',
    );
  if (found.data.store > STORE_VERSION) {
    throw unknownStore(
      `${record} is of store version ${found.data.store}, and this release knows up to ${STORE_VERSION}`,
      'Use the newer release that wrote it.',
    );
  }
  if (found.data.state === 'moved') throw movedStore(folder, record);
  await checkMajor(found.data, record, database);
  return found.data;
}

/** Records the version, whole and on disk when it returns. */
export async function writeStoreRecord(
  data: string,
  state: StoreRecord['state'],
  store: number = STORE_VERSION,
): Promise<void> {
  const content: StoreRecord = { store, postgres: POSTGRES_MAJOR, state };
  await replacePrivateFile(storeFolders(data).record, `${JSON.stringify(content)}\n`);
}

async function checkMajor(found: StoreRecord, record: string, database: string): Promise<void> {
  const own = await textOf(join(database, 'PG_VERSION'));
  const major = own === undefined ? found.postgres : Number(own.trim());
  if (found.postgres === POSTGRES_MAJOR && major === POSTGRES_MAJOR) return;
  const other = found.postgres === POSTGRES_MAJOR ? major : found.postgres;
  throw unknownStore(
    `${record} is of PostgreSQL ${other}, and this release has PostgreSQL ${POSTGRES_MAJOR}`,
    `Use a release that has PostgreSQL ${other}.`,
  );
}

function movedStore(folder: string, record: string): ServerError {
  return new ServerError(
    'STORE_MOVED',
    `The store in ${folder} was moved away by an export, and goes on where that was imported. Nothing was changed.`,
    `Name the configuration of that one with --config. Where the move is given up, set "state" to "ready" in ${record}.`,
  );
}

function unknownStore(what: string, suggestion: string): ServerError {
  return new ServerError(
    'STORE_UNKNOWN',
    `The store cannot be opened: ${what}. Nothing was changed.`,
    suggestion,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function filesIn(path: string): Promise<number> {
  try {
    return (await readdir(path)).length;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw error;
  }
}
