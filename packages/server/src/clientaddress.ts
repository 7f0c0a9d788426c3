import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

import type { Context } from 'hono';
import proxyAddress from 'proxy-addr';

import { isWithin } from './tokens/address.ts';

/** The address from which a request comes; nothing where it cannot be told, which no network holds. */
export type AddressOf = (request: IncomingMessage) => string | undefined;

/**
 * Makes the one that tells where requests come from. That is the address of the socket, but where that is one of the
 * trusted networks: then `X-Forwarded-For` is read from its end, and the first address that is in none of them is the
 * client's. What a client wrote there itself stands before that, and is never reached. `Forwarded` (RFC 7239) is not
 * read. Nothing where the socket is closed already, or where a trusted proxy wrote what is no address.
 *
 * @param onIgnored told the first time, and no more, of somebody who is in none of the networks and says for whom a request is
 */
export function createAddressOf(
  trustedProxies: readonly string[],
  onIgnored: (peer: string) => void = () => undefined,
): AddressOf {
  let isTold = false;
  return (request) => {
    const { remoteAddress } = request.socket;
    if (remoteAddress === undefined) return undefined;
    if (!isTold && saysForWhom(request) && !isWithin(remoteAddress, trustedProxies)) {
      isTold = true;
      onIgnored(remoteAddress);
    }
    const isTrusted = (hop: string): boolean => isWithin(withoutPort(hop), trustedProxies);
    const hops = proxyAddress.all(request, isTrusted);
    const last = hops.at(-1) ?? '';
    const address = withoutPort(last);
    const isUnsaid = hasEmptyBehind(request.headers['x-forwarded-for'], hops.length - 1, isTrusted(last));
    return isUnsaid || isIP(address) === 0 ? undefined : address;
  };
}

function saysForWhom({ headers }: IncomingMessage): boolean {
  return Boolean(headers['x-forwarded-for']) || Boolean(headers.forwarded);
}

// Some proxies write the port as well, which is no part of the address.
function withoutPort(text: string): string {
  const [, ipv4, ipv6] = /^(?:(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}|\[([^\]]*)\](?::\d{1,5})?)$/.exec(text) ?? [];
  return ipv4 ?? ipv6 ?? text;
}

/**
 * Whether a trusted proxy has said nothing: the library passes over empty elements, and before them stands what the client
 * wrote. What is empty before the address that was found is the client's own and not looked at.
 *
 * @param count how many elements were read, from the end
 * @param goesOn whether the last of them was trusted, so that what stands before it counts
 */
function hasEmptyBehind(
  header: string | readonly string[] | undefined,
  count: number,
  goesOn: boolean,
): boolean {
  const elements = String(header ?? '').split(',');
  if (count === 0) return goesOn && elements.length > 1;
  const read = goesOn ? elements : elements.slice(-count);
  return read.some((element) => element.trim() === '');
}

/** The same of a request that a route answers; nothing where there is no connection. */
export function clientAddress(context: Context, addressOf: AddressOf): string | undefined {
  const bindings: unknown = context.env;
  const hasSocket = typeof bindings === 'object' && bindings !== null && 'incoming' in bindings;
  return hasSocket ? addressOf(bindings.incoming as IncomingMessage) : undefined;
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
