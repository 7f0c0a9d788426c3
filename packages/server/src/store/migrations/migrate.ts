import { type Kysely, type Migration, Migrator } from 'kysely';

import { ServerError } from '../../errors.ts';
import type { Tables } from '../tables.ts';
import { tokens } from './0001-tokens.ts';
import { authority } from './0002-authority.ts';

/** Every step from an empty database to the form of this release, in order. A step that was released never changes. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-tokens': tokens,
  '0002-authority': authority,
};

/** Brings the tables to the newest form. Throws `ServerError` `STORE_UNUSABLE` when a step fails; it is then undone. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const reason = error instanceof Error ? error.message : String(error);
  throw new ServerError(
    'STORE_UNUSABLE',
    `The store could not be brought to the form of this release: ${reason}.`,
  );
}
