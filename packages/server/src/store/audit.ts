import type { Insertable, Kysely } from 'kysely';

import type { AuditTable, Tables } from './tables.ts';

/** What somebody did to a credential, a client or a person. */
export type AuditAction =
  | 'token.created'
  | 'token.rotated'
  | 'token.revoked'
  | 'token.changed'
  | 'token.narrowed.revoked'
  | 'token.rotated.used'
  | 'token.leaked'
  | 'client.created'
  | 'client.changed'
  | 'client.disabled'
  | 'grant.made'
  | 'grant.refused'
  | 'grant.revoked'
  | 'oauth.issued'
  | 'oauth.exchanged'
  | 'oauth.refreshed'
  | 'oauth.revoked'
  | 'oauth.reused'
  | 'person.created'
  | 'person.changed'
  | 'person.disabled'
  | 'person.enabled'
  | 'person.signed-in'
  | 'person.refused'
  | 'key.added'
  | 'key.rotated'
  | 'key.withdrawn';

/** One row of the audit. Holds public ids only, never a secret. */
export interface AuditEntry {
  readonly at: Date;
  readonly action: AuditAction;
  /** Who did it: `admin`, a subject, a client's id, or a token's public id. */
  readonly actor: string;
  readonly token?: string | undefined;
  readonly client?: string | undefined;
  readonly subject?: string | undefined;
  /** What was asked, given, dropped. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

export interface AuditRow extends AuditEntry {
  readonly id: bigint;
}

/** Which rows: of one token, client and subject, all of which hold, and older than one of them, newest first. */
export interface AuditQuery {
  readonly token?: string | undefined;
  readonly client?: string | undefined;
  readonly subject?: string | undefined;
  readonly before?: bigint | undefined;
  readonly limit: number;
}

export interface AuditReads {
  list(query: AuditQuery): Promise<readonly AuditRow[]>;
  /** When something of these sorts was last done to a client. */
  lastOf(client: string, actions: readonly AuditAction[]): Promise<Date | undefined>;
}

export interface AuditWrites extends AuditReads {
  add(entry: AuditEntry): Promise<void>;
  addAll(entries: readonly AuditEntry[]): Promise<void>;
}

/** The audit in a database or in one of its transactions. */
export function auditIn(db: Kysely<Tables>): AuditWrites {
  return {
    async list({ token, client, subject, before, limit }) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .$if(token !== undefined, (query) => query.where('token_id', '=', token ?? null))
        .$if(client !== undefined, (query) => query.where('client', '=', client ?? null))
        .$if(subject !== undefined, (query) => query.where('subject', '=', subject ?? null))
        .$if(before !== undefined, (query) => query.where('id', '<', String(before)))
        .orderBy('id', 'desc')
        .limit(limit)
        .execute();
      return rows.map((row) => ({
        id: BigInt(row.id),
        at: row.at,
        action: row.action as AuditAction,
        actor: row.actor,
        token: row.token_id ?? undefined,
        client: row.client ?? undefined,
        subject: row.subject ?? undefined,
        details: row.details as Readonly<Record<string, unknown>>,
      }));
    },
    lastOf: (client, actions) => lastOf(db, client, actions),
    add: (entry) => addAll(db, [entry]),
    addAll: (entries) => addAll(db, entries),
  };
}

const AT_ONCE = 1_000;

async function addAll(db: Kysely<Tables>, entries: readonly AuditEntry[]): Promise<void> {
  for (let from = 0; from < entries.length; from += AT_ONCE) {
    const rows = entries.slice(from, from + AT_ONCE).map(rowOf);
    await db.insertInto('audit').values(rows).execute();
  }
}

function rowOf({ at, action, actor, token, client, subject, details }: AuditEntry): Insertable<AuditTable> {
  return {
    at,
    action,
    actor,
    token_id: token ?? null,
    client: client ?? null,
    subject: subject ?? null,
    details: JSON.stringify(details ?? {}),
  };
}

async function lastOf(
  db: Kysely<Tables>,
  client: string,
  actions: readonly AuditAction[],
): Promise<Date | undefined> {
  const row = await db
    .selectFrom('audit')
    .select('at')
    .where('client', '=', client)
    .where('action', 'in', [...actions])
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.at;
}
