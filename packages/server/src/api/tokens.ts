import type { Authority, CreatedToken, ListedToken } from '../authority.ts';
import { ServerError } from '../errors.ts';
import { parseTokenRequest } from '../tokens/request.ts';

const CREATED_BY = 'admin';

export interface TokenHandlers {
  create(request: Request): Promise<CreatedToken>;
  list(): Promise<{ readonly tokens: readonly ListedToken[] }>;
  revoke(id: string): Promise<ListedToken>;
}

/** What the admin API does with tokens: plain values in and out, `ServerError` for what it refuses. */
export function createTokenHandlers(authority: Authority): TokenHandlers {
  return {
    create: async (request) => authority.createToken(parseTokenRequest(await jsonOf(request)), CREATED_BY),
    list: async () => ({ tokens: await authority.listTokens() }),
    revoke: (id) => authority.revokeToken(id),
  };
}

async function jsonOf(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    throw new ServerError('INPUT_INVALID', 'The body must be JSON; it is not.');
  }
}
