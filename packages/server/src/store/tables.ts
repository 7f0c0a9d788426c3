import type { ColumnType } from 'kysely';

/** One personal token. Neither the token nor anything it could be made from is here. */
export interface TokensTable {
  id: string;
  id_hash: string;
  key_id: number;
  name: string;
  subject: string | null;
  client: string | null;
  /** Written as JSON text, read as the value. */
  grants: ColumnType<unknown, string, never>;
  created_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
  created_by: string;
}

/** By what the store recognises a root key: see `keyCheckValue`. */
export interface RootKeyChecksTable {
  key_id: number;
  check_value: string;
}

export interface Tables {
  tokens: TokensTable;
  root_key_checks: RootKeyChecksTable;
}
