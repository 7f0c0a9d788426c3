import type { AuditAction } from '../store/audit.ts';
import type { StoredClient } from '../store/clients.ts';
import type { Store } from '../store/store.ts';
import { clientNamed } from './client-named.ts';

/** What is told of one client and would be too much in a list. Its secret and its keys are not among it. */
export interface ClientDetails {
  /** How it proves who it is: by a secret of ours, by a key of its own, or not at all. */
  readonly authentication: 'secret' | 'key' | 'none';
  /** Whom its own tokens act as. */
  readonly subject: string | null;
  readonly introspects: boolean;
  /** Whether all its tokens are bound to a key (RFC 9449). */
  readonly dpop: boolean;
  /** When it was last given a token. */
  readonly lastIssuedAt: string | null;
}

const METHODS: Readonly<Record<string, ClientDetails['authentication']>> = {
  client_secret_basic: 'secret',
  private_key_jwt: 'key',
};
const ISSUED: readonly AuditAction[] = ['oauth.issued', 'oauth.refreshed', 'oauth.exchanged'];

export async function detailsOf(
  { id, metadata, ceiling }: StoredClient,
  store: Store,
): Promise<ClientDetails> {
  const own = metadata['ambit'] as { readonly introspects?: boolean } | undefined;
  const last = await store.audit.lastOf(id, ISSUED);
  return {
    authentication: METHODS[String(metadata['token_endpoint_auth_method'])] ?? 'none',
    subject: ceiling.subject ?? null,
    introspects: own?.introspects === true,
    dpop: metadata['dpop_bound_access_tokens'] === true,
    lastIssuedAt: last?.toISOString() ?? null,
  };
}

/** The client that an id or a name means. Throws `ServerError` `CLIENT_UNKNOWN`. */
export async function clientMeant(ref: string, { clients }: Store): Promise<StoredClient> {
  return (await clients.find(ref)) ?? clientNamed(ref, await clients.list());
}
