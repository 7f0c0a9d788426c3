import { type ClientRequest, GRANT_TYPES, isLoopback } from './client-request.ts';

const METHODS = { secret: 'client_secret_basic', key: 'private_key_jwt', none: 'none' } as const;

/** What this server alone knows of a client, beside its metadata. */
export interface ClientExtra {
  readonly introspects: boolean;
}

/** A client as the authorization server reads it (RFC 7591, section 2). */
export function metadataOf(id: string, request: ClientRequest): Readonly<Record<string, unknown>> {
  const extra: ClientExtra = { introspects: request.introspects };
  return {
    client_id: id,
    client_name: request.name,
    grant_types: request.grants.map((name) => GRANT_TYPES[name]),
    response_types: request.grants.includes('authorization_code') ? ['code'] : [],
    redirect_uris: request.redirectUris,
    application_type: request.redirectUris.some(isLoopback) ? 'native' : 'web',
    token_endpoint_auth_method: METHODS[request.authentication],
    authorization_details_types: ['graphql'],
    ...(request.keys === undefined ? {} : { jwks: { keys: request.keys } }),
    ...(request.dpop ? { dpop_bound_access_tokens: true } : {}),
    ambit: extra,
  };
}
