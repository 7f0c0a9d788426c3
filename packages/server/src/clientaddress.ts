import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/**
 * The address from which a request comes: that of the socket. Behind a proxy it is the proxy's. `X-Forwarded-For` and
 * `Forwarded` are not believed, since any client can send them; this is the place to believe them where the
 * configuration names the proxy that writes them. Nothing where there is no socket, or where it is closed already.
 */
export function clientAddress(context: Context): string | undefined {
  const bindings: unknown = context.env;
  const hasSocket = typeof bindings === 'object' && bindings !== null && 'incoming' in bindings;
  return hasSocket ? getConnInfo(context).remote.address : undefined;
}
