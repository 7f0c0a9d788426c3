import type { Route } from '../api/route.ts';
import type { ScopeDescriptions } from './config.ts';
import { DPOP_ALGORITHMS } from './dpop.ts';

/** What the resource says of itself (RFC 9728, section 3). */
export function resourceRoutes(issuer: string, scopes: ScopeDescriptions): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/.well-known/oauth-protected-resource/graphql',
      guards: [],
      handle: async (c) =>
        c.json({
          resource: `${issuer}/graphql`,
          authorization_servers: [issuer],
          bearer_methods_supported: ['header'],
          scopes_supported: Object.keys(scopes),
          authorization_details_types_supported: ['graphql'],
          dpop_signing_alg_values_supported: DPOP_ALGORITHMS,
        }),
    },
  ];
}
