import { exportJWK, generateKeyPair } from 'jose';

import type { OAuthSite } from '../site.ts';

export const SEARCH = 'tilores/query.search';
export const FIELD = 'tilores/record.myCustomField';
export const OTHER = 'tilores/record.other';
export const BACK = 'https://app.test/back';
export const LOOPBACK = 'http://127.0.0.1/back';
export const NOTES = { type: 'graphql', permissions: ['read_note'], boundary: { project: 'acme/web' } };

/** A client, and its secret where it has one. */
export interface Client {
  readonly id: string;
  readonly secret?: string;
}

/** The clients that attacks are tried with, or on. */
export interface Clients {
  /** Acts for people, and keeps a secret. */
  readonly app: Client;
  /** The same of somebody else. */
  readonly rival: Client;
  /** Acts for people in a page, without a secret. */
  readonly page: Client;
  /** A program on the machine of a person. */
  readonly native: Client;
  /** Acts for itself. */
  readonly machine: Client;
  /** The same of somebody else, which may have less. */
  readonly small: Client;
  /** Has a key instead of a secret. */
  readonly keyed: Client & { readonly key: CryptoKey };
  /** Whose tokens are all bound to a key. */
  readonly bound: Client;
  readonly television: Client;
  readonly neighbour: Client;
  /** A server behind the gateway. */
  readonly resource: Client;
}

const CEILING = {
  scopes: [SEARCH, FIELD],
  granular: [{ permissions: ['read_note'], boundary: { project: 'acme/web' } }],
};
const FOR_PEOPLE = ['authorization_code', 'refresh_token'];
const FOR_ITSELF = ['client_credentials', 'token_exchange'];

export async function makeClients(site: OAuthSite): Promise<Clients> {
  const make = (name: string, input: object): Promise<Client> =>
    site.client({ name, ceiling: CEILING, ...input });
  const people = { grants: FOR_PEOPLE, redirectUris: [BACK] };
  const keys = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k' };
  const byKey = { grants: FOR_ITSELF, authentication: 'key', keys: [jwk] };
  return {
    app: await make('app', people),
    rival: await make('rival', people),
    page: await make('page', { ...people, authentication: 'none' }),
    native: await make('native', { ...people, authentication: 'none', redirectUris: [LOOPBACK] }),
    machine: await make('machine', { grants: FOR_ITSELF }),
    small: await make('small', { grants: FOR_ITSELF, ceiling: { scopes: [SEARCH] } }),
    keyed: { ...(await make('keyed', byKey)), key: keys.privateKey },
    bound: await make('bound', { grants: FOR_ITSELF, dpop: true }),
    television: await make('television', {
      grants: ['device_code', 'refresh_token'],
      authentication: 'none',
    }),
    neighbour: await make('neighbour', { grants: ['device_code', 'refresh_token'], authentication: 'none' }),
    resource: await make('resource', { grants: [], introspects: true, ceiling: {} }),
  };
}
