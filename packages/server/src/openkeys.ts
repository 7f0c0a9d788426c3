import { ServerError } from './errors.ts';
import { openEmbeddedStore } from './store/embedded.ts';
import { lockFolder } from './store/lock.ts';
import { openPostgresStore } from './store/postgres/open.ts';
import type { Store } from './store/store.ts';
import type { StorePlace } from './store/transfer/place.ts';
import { readStoreRecord } from './store/version.ts';

/** How long one statement about every token may take. */
const LONGEST_MS = 600_000;

/**
 * Does something with a store that is there, without a schema and without keys. Throws `ServerError`, among them
 * `STORE_LOCKED` while a server has the data folder, and `STORE_UNUSABLE` where there is no store.
 */
export async function withStore<T>(
  { data, database }: StorePlace,
  action: (store: Store) => Promise<T>,
): Promise<T> {
  if (database !== undefined)
    return closing(await openPostgresStore({ ...database, connections: 2, statementMs: LONGEST_MS }), action);
  if ((await readStoreRecord(data))?.state !== 'ready') {
    throw new ServerError(
      'STORE_UNUSABLE',
      `There is no store in ${data}.`,
      'Name another data folder with AMBIT_DATA or --config.',
    );
  }
  const lock = await lockFolder(data).catch(tellToStop);
  try {
    return await closing(await openEmbeddedStore(data), action);
  } finally {
    await lock.release();
  }
}

/**
 * Ids of the root keys that a store knows, withdrawn ones too; none where there is no store yet, or a server has it, which
 * began with the keys that are there.
 */
export async function rootKeyIdsIn(place: StorePlace): Promise<readonly number[]> {
  try {
    return await withStore(place, async ({ keys }) => [
      ...(await keys.checks()).keys(),
      ...(await keys.withdrawn()).keys(),
    ]);
  } catch (error) {
    if (error instanceof ServerError && TELLS_NONE.includes(error.code)) return [];
    throw error;
  }
}

const TELLS_NONE: readonly string[] = ['STORE_LOCKED', 'STORE_UNUSABLE'];

async function closing<T>(store: Store, action: (store: Store) => Promise<T>): Promise<T> {
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

function tellToStop(error: unknown): never {
  if (!(error instanceof ServerError) || error.code !== 'STORE_LOCKED') throw error;
  throw new ServerError(
    'STORE_LOCKED',
    error.message,
    'Stop the server, run this again, and start it again.',
  );
}
