import type { Authority } from '../authority.ts';
import { parseTokenRequest } from '../tokens/request.ts';
import type { Guard } from './guards.ts';
import { jsonOf, privateJson, type Route } from './route.ts';

const BY_ADMIN = 'admin';

/** What the admin API does with personal tokens. */
export function tokenRoutes(authority: Authority, guards: readonly Guard[]): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/tokens',
      guards,
      handle: async (c) => {
        const request = parseTokenRequest(await jsonOf(c.req.raw));
        return privateJson(c, await authority.createToken(request, BY_ADMIN), 201);
      },
    },
    {
      method: 'GET',
      path: '/api/tokens',
      guards,
      handle: async (c) => privateJson(c, { tokens: await authority.listTokens() }),
    },
    {
      method: 'DELETE',
      path: '/api/tokens/:id',
      guards,
      handle: async (c) => privateJson(c, await authority.revokeToken(c.req.param('id') ?? '', BY_ADMIN)),
    },
  ];
}
