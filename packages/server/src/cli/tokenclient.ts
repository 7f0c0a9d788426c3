import type { AuditListQuery, AuditPage } from '../authority/audit.ts';
import type { AskedChange } from '../authority/change.ts';
import type { TokenListQuery, TokenPage } from '../authority/list.ts';
import type { NarrowedLink } from '../authority/revokedlinks.ts';
import type { RotatedToken, Rotation } from '../authority/rotate.ts';
import type { CreatedToken, ListedToken } from '../authority.ts';
import type { Grantable } from '../grantable.ts';
import type { ClientInput } from '../oauth/client-request.ts';
import type { CreatedClient, ListedClient, ShownClient } from '../oauth/clients.ts';
import type { TokenRequest } from '../tokens/request.ts';
import type { PersonCommands } from './personclient.ts';

/** What the commands need, whether a server is running or not. */
export interface TokenClient {
  /** Where tokens made here are used. */
  readonly url: string;
  create(request: TokenRequest): Promise<CreatedToken>;
  list(query: TokenListQuery): Promise<TokenPage>;
  show(id: string): Promise<ListedToken>;
  change(id: string, change: AskedChange): Promise<ListedToken>;
  rotate(id: string, rotation: Rotation): Promise<RotatedToken>;
  revoke(id: string, because: string | undefined): Promise<ListedToken>;
  revokeNarrowed(token: string): Promise<NarrowedLink>;
  audit(query: AuditListQuery): Promise<AuditPage>;
  scopes(): Promise<readonly Grantable[]>;
  /** OAuth clients, where the server is an authorization server. */
  readonly clients: ClientCommands;
  readonly people: PersonCommands;
  close(): Promise<void>;
}

/** What the client commands need. */
export interface ClientCommands {
  create(input: ClientInput): Promise<CreatedClient>;
  list(): Promise<readonly ListedClient[]>;
  /** By its id, or by a name that no other client in use has. */
  show(ref: string): Promise<ShownClient>;
  disable(id: string): Promise<ListedClient>;
}
