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

/** Addresses of requests that are being answered, for whoever has the request and not the connection. */
export class ClientAddresses {
  readonly #addresses = new WeakMap<Request, string>();

  note(request: Request, address: string | undefined): void {
    if (address !== undefined) this.#addresses.set(request, address);
  }

  of(request: Request): string | undefined {
    return this.#addresses.get(request);
  }
}
