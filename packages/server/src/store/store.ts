import { type Dialect, Kysely, sql } from 'kysely';

import { systemCode } from '../errors.ts';
import { type AuditReads, type AuditWrites, auditIn } from './audit.ts';
import { type ChangeReads, type ChangeWrites, changesIn } from './changes.ts';
import { type ClientReads, type ClientWrites, clientsIn } from './clients.ts';
import type { Sync } from './durable.ts';
import { type Hints, NO_HINTS } from './hints.ts';
import { type KeyReads, type KeyWrites, keysIn } from './keys.ts';
import { migrate } from './migrations/migrate.ts';
import { type OAuthReads, type OAuthWrites, oauthIn } from './oauth.ts';
import { type PersonReads, type PersonWrites, peopleIn } from './people.ts';
import type { Tables } from './tables.ts';
import { type TailReads, type TailWrites, tailsIn } from './tails.ts';
import { type TokenReads, type TokenWrites, tokensIn } from './tokens.ts';

/** Everything that can be changed within one unit of work. Nothing of it may be used after the unit has ended. */
export interface Unit {
  readonly tokens: TokenWrites;
  readonly keys: KeyWrites;
  readonly changes: ChangeWrites;
  readonly audit: AuditWrites;
  readonly clients: ClientWrites;
  readonly oauth: OAuthWrites;
  readonly people: PersonWrites;
  readonly tails: TailWrites;
}

/** What the authority asks of a store. */
export interface Store {
  readonly tokens: TokenReads;
  readonly keys: KeyReads;
  readonly changes: ChangeReads;
  readonly audit: AuditReads;
  readonly clients: ClientReads;
  readonly oauth: OAuthReads;
  readonly people: PersonReads;
  readonly tails: TailReads;
  /**
   * Does all of `work` or nothing of it. When it is fulfilled, what was written is on disk. Within `work` only the unit
   * may be used: the embedded database is one connection, and a second caller would wait for the first for ever. Where
   * PostgreSQL broke off a unit for another's sake, with nothing done, `work` is called again.
   */
  write<T>(work: (unit: Unit) => Promise<T>): Promise<T>;
  /** Word of changes that any process wrote. */
  readonly hints: Hints;
  /** Rejects when the store does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface StoreParts {
  readonly dialect: Dialect;
  /** What makes a write durable beyond what the database does: nothing for a real PostgreSQL. */
  readonly sync: Sync;
  readonly hints?: Hints | undefined;
}

/** Opens a store on any PostgreSQL that Kysely can speak to, and brings its tables up to date. */
export async function openStore(parts: StoreParts): Promise<Store> {
  const db = new Kysely<Tables>({ dialect: parts.dialect });
  try {
    await migrate(db);
    await parts.sync();
  } catch (error) {
    await db.destroy().catch(() => undefined);
    throw error;
  }
  return storeOn(db, parts);
}

/** A store on a database whose tables are up to date. */
export function storeOn(db: Kysely<Tables>, { sync, hints }: Omit<StoreParts, 'dialect'>): Store {
  return {
    ...unitIn(db),
    hints: hints ?? NO_HINTS,
    async write(work) {
      const result = await again(() => db.transaction().execute((transaction) => work(unitIn(transaction))));
      await sync();
      return result;
    },
    async ping() {
      await sql`select 1`.execute(db);
    },
    close: () => db.destroy(),
  };
}

const TRIES = 5;

/** `serialization_failure` and `deadlock_detected`: PostgreSQL has undone everything and asks for another try. */
const BROKEN_OFF: readonly (string | undefined)[] = ['40001', '40P01'];

async function again<T>(attempt: () => Promise<T>): Promise<T> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await attempt();
    } catch (error) {
      if (left === 0 || !BROKEN_OFF.includes(systemCode(error))) throw error;
    }
  }
}

function unitIn(db: Kysely<Tables>): Unit {
  return {
    tokens: tokensIn(db),
    keys: keysIn(db),
    changes: changesIn(db),
    audit: auditIn(db),
    clients: clientsIn(db),
    oauth: oauthIn(db),
    people: peopleIn(db),
    tails: tailsIn(db),
  };
}
