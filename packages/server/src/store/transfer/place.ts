import type { Kysely } from 'kysely';

import { ServerError } from '../../errors.ts';
import { makePrivateFolder } from '../../private-file.ts';
import { openEmbeddedDatabase } from '../embedded.ts';
import { lockFolder } from '../lock.ts';
import type { DatabaseConfig } from '../postgres/config.ts';
import { usingPostgres } from '../postgres/open.ts';
import type { Tables } from '../tables.ts';
import { readStoreRecord, writeStoreRecord } from '../version.ts';
import { exportStore, type Progress } from './export.ts';
import { type CheckedExport, type ExportHeader, readExport } from './format.ts';
import { importStore, requireEmpty } from './import.ts';

/** Where a store is: in a PostgreSQL, or else in the data folder. */
export interface StorePlace {
  readonly data: string;
  readonly database: DatabaseConfig | undefined;
}

/** How long one statement of a transfer may take. */
const TRANSFER_MS = 3_600_000;

/** Exports the store of a place. Throws `ServerError`, among them `STORE_LOCKED` while a server has the data folder. */
export async function exportFrom(
  place: StorePlace,
  write: (line: string) => Promise<void> | void,
  progress: Progress,
): Promise<ExportHeader> {
  if (place.database !== undefined)
    return usingPostgres(slow(place.database), (db) => exportStore(db, write, progress));
  if ((await readStoreRecord(place.data))?.state !== 'ready') {
    throw new ServerError(
      'STORE_UNUSABLE',
      `There is no store in ${place.data}.`,
      'Name another data folder with AMBIT_DATA or --config.',
    );
  }
  return inFolder(place.data, (db) => exportStore(db, write, progress));
}

/**
 * Has nothing open the store in a data folder any more, since it goes on where its export is imported. Throws
 * `ServerError`, among them `STORE_LOCKED` where a server has started meanwhile, and may have added to it.
 */
export async function leaveStore(data: string): Promise<void> {
  const lock = await lockFolder(data);
  try {
    const record = await readStoreRecord(data);
    await writeStoreRecord(data, 'moved', record?.store);
  } finally {
    await lock.release();
  }
}

/** Imports a file into the store of a place. Throws `ServerError`; see `importStore`. */
export async function importInto(
  place: StorePlace,
  path: string,
  progress: Progress,
): Promise<CheckedExport> {
  // To its end before anything is touched.
  const checked = await readExport(path, () => undefined);
  const load = (db: Kysely<Tables>): Promise<void> => importStore(db, path, checked, progress);
  if (place.database !== undefined) {
    await usingPostgres(slow(place.database), load);
    return checked;
  }
  await readStoreRecord(place.data);
  await makePrivateFolder(place.data);
  await inFolder(place.data, async (db) => {
    await requireEmpty(db);
    // What breaks off now is thrown away by the next start, like a first start that broke off.
    await writeStoreRecord(place.data, 'creating');
    await load(db);
  });
  return checked;
}

async function inFolder<T>(data: string, action: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
  const lock = await lockFolder(data);
  try {
    const record = await readStoreRecord(data);
    const database = await openEmbeddedDatabase(data);
    let result: T;
    try {
      result = await action(database.db);
    } finally {
      await database.close();
    }
    // An export leaves the record as it is: the tables may be of an earlier version, and stay so.
    if (record?.state !== 'ready' || (await readStoreRecord(data))?.state !== 'ready')
      await writeStoreRecord(data, 'ready');
    return result;
  } finally {
    await lock.release();
  }
}

function slow(database: DatabaseConfig): DatabaseConfig {
  return { ...database, connections: 2, statementMs: TRANSFER_MS };
}
