import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

import ipaddr from 'ipaddr.js';
import { Agent, buildConnector, type Dispatcher } from 'undici';

import { hasCredential } from '../addresses.ts';

export interface OutboundOptions {
  /** Whether addresses that only one's own network knows, and http, are allowed. */
  readonly allowPrivateNetwork: boolean;
  /** Milliseconds for the whole of one question, from the name's look-up to the last byte. */
  readonly timeoutMs: number;
  /** How names are looked up; the system's way when absent. */
  readonly lookup?: LookupFunction | undefined;
}

/** Questions to authorization servers. */
export interface Outbound {
  /** The JSON of a 200 answer. Rejects with `OutboundFailed` for everything else. */
  getJson(url: string): Promise<unknown>;
  /** The same for a posted form, with more headers. */
  postForm(url: string, form: string, headers: Readonly<Record<string, string>>): Promise<unknown>;
  close(): Promise<void>;
}

/** There is no answer that can be used. The message says why, and holds nothing of an answer or of a credential. */
export class OutboundFailed extends Error {
  override readonly name = 'OutboundFailed';
}

/** Bytes of one answer: keys and metadata of real servers have a few thousand. */
const ANSWER_BYTES = 256 * 1024;

/**
 * A client for addresses that come from configuration or from another server's metadata. Follows no redirect and no
 * proxy of the environment. The address is checked where the connection is made, after the name was looked up: what a
 * name meant a moment before says nothing (DNS rebinding).
 */
export function createOutbound(options: OutboundOptions): Outbound {
  const { timeoutMs } = options;
  const agent = new Agent({
    connect: guardedConnector(options),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: 16 * 1024,
  });
  const ask = async (url: string, request: Partial<Dispatcher.RequestOptions>): Promise<unknown> => {
    const target = checkedUrl(url, options);
    try {
      const response = await agent.request({
        origin: target.origin,
        path: `${target.pathname}${target.search}`,
        method: 'GET',
        ...request,
        headers: { accept: 'application/json', ...request.headers },
        signal: AbortSignal.timeout(timeoutMs),
      });
      return await jsonOf(response);
    } catch (error) {
      throw asFailure(error);
    }
  };
  return {
    getJson: (url) => ask(url, {}),
    postForm: (url, form, headers) =>
      ask(url, {
        method: 'POST',
        body: form,
        headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      }),
    close: () => agent.destroy(),
  };
}

/** Whether an address is one of the public internet. What cannot be read, or carries another address in it, is not. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  // 2000::/3 is all that is given out; ::/96 would carry an IPv4 address.
  return address.kind() === 'ipv4' || (address.toByteArray()[0] ?? 0) >> 5 === 1;
}

function checkedUrl(url: string, { allowPrivateNetwork }: OutboundOptions): URL {
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (target === undefined || !/^https?:$/.test(target.protocol) || hasCredential(url)) {
    throw new OutboundFailed('the address is no http or https address without a credential');
  }
  if (allowPrivateNetwork) return target;
  if (target.protocol !== 'https:') throw new OutboundFailed('the address is not https');
  // A connection to a literal address asks no look-up.
  const host = target.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw privateAddress();
  return target;
}

function guardedConnector({
  allowPrivateNetwork,
  timeoutMs,
  lookup = systemLookup as LookupFunction,
}: OutboundOptions): buildConnector.connector {
  if (allowPrivateNetwork) return buildConnector({ timeout: timeoutMs, lookup });
  const connect = buildConnector({ timeout: timeoutMs, lookup: guardedLookup(lookup) });
  return (target, done) => {
    connect(target, (...[error, socket]) => {
      if (error !== null) return done(error, null);
      if (isPublicAddress(socket.remoteAddress ?? '')) return done(null, socket);
      socket.destroy();
      done(privateAddress(), null);
    });
  };
}

// One private address among several refuses them all: which of them is taken is decided later.
function guardedLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options: LookupOptions, done) => {
    lookup(hostname, options, (error, found: string | LookupAddress[], family) => {
      if (error !== null) return done(error, found, family);
      const addresses = typeof found === 'string' ? [found] : found.map(({ address }) => address);
      if (addresses.length > 0 && addresses.every(isPublicAddress)) return done(null, found, family);
      done(privateAddress(), '', 0);
    });
  };
}

async function jsonOf(response: Dispatcher.ResponseData): Promise<unknown> {
  const { statusCode, body } = response;
  if (statusCode !== 200) {
    // A body that nobody reads still says that it was cut off, and an error nobody listens to ends the process.
    body.on('error', () => undefined).destroy();
    const hint = statusCode >= 300 && statusCode < 400 ? '; redirects are not followed' : '';
    throw new OutboundFailed(`the answer has status ${statusCode}${hint}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    // Leaving the loop destroys the stream, so the rest is never read.
    if (size > ANSWER_BYTES) throw new OutboundFailed(`the answer has more than ${ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new OutboundFailed('the answer is not JSON');
  }
}

function privateAddress(): OutboundFailed {
  return new OutboundFailed(
    'the name stands for an address that is not public; `allowPrivateNetwork: true` allows it',
  );
}

function asFailure(error: unknown): OutboundFailed {
  if (error instanceof OutboundFailed) return error;
  const { name, code } = error as { readonly name?: unknown; readonly code?: unknown };
  if (name === 'TimeoutError' || name === 'AbortError')
    return new OutboundFailed('there was no answer in time');
  return new OutboundFailed(`the connection failed (${typeof code === 'string' ? code : 'unknown reason'})`);
}
