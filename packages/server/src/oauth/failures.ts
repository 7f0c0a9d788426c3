import type { ServerResponse } from 'node:http';

import type ProviderType from 'oidc-provider';
import type { KoaContextWithOIDC } from 'oidc-provider';

import { isAway, STORE_AWAY } from '../away.ts';
import type { Log } from '../log.ts';

/** Has failures of the library in our log, a line each, and nowhere else: by itself it would print stacks. */
export function tellFailures(provider: ProviderType, log: Log): void {
  const tell = (error: Error): void =>
    log.error({ reason: error.message }, 'the authorization server failed on a request');
  provider.on('server_error', (ctx: KoaContextWithOIDC, error: Error) => {
    tell(error);
    if (!isAway(error)) return;
    const { body } = ctx;
    ctx.status = 503;
    ctx.body = typeof body === 'string' ? body : awayBody();
  });
  provider.on('grant.error', (ctx: KoaContextWithOIDC, error: Error) => tellRefusal(ctx, error, log));
  // Koa's own event, which the types of the library leave out.
  (provider as { on(event: string, heard: typeof tell): unknown }).on('error', tell);
}

// The client is told less: whoever tries out codes has nothing to learn. Who needs no secret can fill the log.
function tellRefusal({ oidc: { client } }: KoaContextWithOIDC, error: Error, log: Log): void {
  const { error: code, error_detail: reason } = error as { error?: string; error_detail?: string };
  if (client === undefined || code === undefined) return;
  const told = { client: client.clientId, error: code, reason };
  if (client.clientAuthMethod === 'none') log.debug(told, 'no token was given');
  else log.info(told, 'no token was given');
}

/** What clients are told in the form of their protocol (RFC 6749, 4.1.2.1, names the code). */
export function awayBody(): object {
  return { error: 'temporarily_unavailable', error_description: STORE_AWAY };
}

/** What everybody may know of an authorization server whose keys leaked, until it has others. */
export const WITHOUT_KEYS = 'The keys of this server are just being replaced. Try again in a moment.';

/** Answers a request for the authorization server while it has no keys with which it could. */
export function answerWithoutKeys(response: ServerResponse): void {
  const body = { error: 'temporarily_unavailable', error_description: WITHOUT_KEYS };
  response
    .writeHead(503, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}
