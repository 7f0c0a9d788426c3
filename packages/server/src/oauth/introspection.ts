import type { KoaContextWithOIDC } from 'oidc-provider';

import { detailsOf } from './details.ts';
import { isJwtId } from './jwt-id.ts';
import type { KnownAccess } from './known.ts';
import { hashOf } from './opaque.ts';

/**
 * Makes an introspection of a token (RFC 7662, section 2.2) one of what it is worth now: what its client may not
 * have any more is not in it, and whom it acts as is, also where that comes of the client.
 */
export async function answerLive(ctx: KoaContextWithOIDC, known: KnownAccess): Promise<void> {
  const body = ctx.body as Readonly<Record<string, unknown>> | undefined;
  // Where no route was found there is nothing of the library's here.
  if (body?.['active'] !== true) return;
  const { entities, params } = ctx.oidc;
  const id = String(params?.['token'] ?? '');
  const live = await (entities.RefreshToken === undefined
    ? known.find(hashOf(id))
    : known.findRefresh(hashOf(id)));
  const { scopes = [], granular = [], subject } = live?.grants ?? {};
  // A token of which nothing is left opens nothing, whatever its clock says.
  if (live === undefined || scopes.length + granular.length === 0) {
    ctx.body = { active: false };
    return;
  }
  const { scope: _then, authorization_details: _before, ...rest } = body;
  ctx.body = {
    ...rest,
    exp: Math.floor(live.expiresAt.getTime() / 1_000),
    ...(subject === undefined ? {} : { sub: subject }),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...(granular.length === 0 ? {} : { authorization_details: detailsOf(granular) }),
    ...(isJwtId(id) ? { jti: live.jwtId } : {}),
  };
}
