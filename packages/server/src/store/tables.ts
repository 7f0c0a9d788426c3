import type { ColumnType, Generated } from 'kysely';

/** JSON: written as text, read as the value. */
type Json = ColumnType<unknown, string, string>;

/** One personal token. Neither the token nor anything it could be made from is here. */
export interface TokensTable {
  id: string;
  id_hash: string;
  key_id: number;
  name: string;
  note: string | null;
  subject: string | null;
  client: string | null;
  grants: Json;
  /** Requests in a span of seconds, as `{ requests, seconds }`; null where only the server's own limit holds. */
  rate_limit: ColumnType<unknown, string | null, string | null>;
  created_at: Date;
  created_by: string;
  expires_at: Date;
  revoked_at: Date | null;
  revoked_because: string | null;
  /** The first token of a line of rotations; its own id where it was not rotated out of another. */
  family: string;
  /** The token that took this one's place, and until when this one lives beside it. */
  replaced_by: string | null;
  lives_until: Date | null;
  /** Of a token that came of a rotation: when it was used first. */
  first_used_at: Date | null;
  last_used_at: Date | null;
  last_used_for: string | null;
}

/** By what the store recognises a root key: see `keyCheckValue`. */
export interface RootKeyChecksTable {
  key_id: number;
  check_value: string;
}

/** What was taken back or changed, in order: what every node has to hear of. */
export interface ChangesTable {
  seq: Generated<string>;
  kind: string;
  ref: string;
  at: Date;
}

/** Links of narrowed tokens that were revoked, by SHA-256 of the link's tail, until nothing can come of them any more. */
export interface RevokedTailsTable {
  digest: string;
  token_id: string;
  at: Date;
  until: Date;
}

/** What happened: who did what to which credential. Rows are only ever added. */
export interface AuditTable {
  id: Generated<string>;
  at: Date;
  action: string;
  actor: string;
  token_id: string | null;
  client: string | null;
  subject: string | null;
  details: Json;
}

/** An OAuth client. Its secret is kept as a hash. */
export interface OAuthClientsTable {
  id: string;
  name: string;
  secret_hash: string | null;
  /** What the authorization server knows of it (RFC 7591, section 2), and the ceiling of what it may ask for. */
  metadata: Json;
  ceiling: Json;
  created_at: Date;
  created_by: string;
  disabled_at: Date | null;
}

/** What the authorization server keeps: codes, tokens, grants, sessions. No id is here that could be presented. */
export interface OAuthRecordsTable {
  model: string;
  id_hash: string;
  payload: Json;
  grant_id: string | null;
  user_code: string | null;
  uid: string | null;
  consumed_at: Date | null;
  expires_at: Date | null;
  /** The credential out of which this one was made, and with which it ends. */
  parent: string | null;
}

/** Somebody who can sign in: by a password of ours, or by another issuer's word. */
export interface PeopleTable {
  id: string;
  subject: string;
  name: string;
  password_hash: string | null;
  must_change_password: boolean;
  is_admin: boolean;
  issuer: string | null;
  issuer_subject: string | null;
  created_at: Date;
  disabled_at: Date | null;
}

/** A signed-in browser, by the hash of what its cookie holds. */
export interface SignInsTable {
  id_hash: string;
  person: string;
  created_at: Date;
  expires_at: Date;
}

export interface Tables {
  tokens: TokensTable;
  root_key_checks: RootKeyChecksTable;
  changes: ChangesTable;
  revoked_tails: RevokedTailsTable;
  audit: AuditTable;
  oauth_clients: OAuthClientsTable;
  oauth_records: OAuthRecordsTable;
  people: PeopleTable;
  sign_ins: SignInsTable;
}

/**
 * Every table with the store version that made it, a table before those that refer to it: what an export carries. A
 * table that is not here does not compile.
 */
export const TABLE_SINCE: Readonly<Record<keyof Tables, number>> = {
  tokens: 1,
  root_key_checks: 1,
  changes: 2,
  revoked_tails: 2,
  audit: 2,
  oauth_clients: 2,
  oauth_records: 2,
  people: 2,
  sign_ins: 2,
};
