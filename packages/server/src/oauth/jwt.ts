import { IncomingMessage, type ServerResponse } from 'node:http';

import { decodeJwt } from 'jose';
import type ProviderType from 'oidc-provider';
import type { AdapterPayload } from 'oidc-provider';

import { InvalidRequest } from './library.ts';

/*
 * Short JWTs for servers behind the gateway (RFC 9068). Each is recorded like an opaque token, under the hash of all of
 * it: so it ends with its grant, client and person, can be revoked and asked about, and nothing that we did not issue
 * byte for byte is ever taken for one, whatever its signature.
 */

/** Longer ones do not pass every proxy: permissions in such numbers go by reference, in an opaque token. */
export const LONGEST_JWT = 4_096;

const FORM = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;
const PREFIX = 'ambj_';
const LONGEST_BODY = 56 * 1_024;
const ASKING: readonly string[] = ['/oauth/introspect', '/oauth/revoke'];

/** A resource whose tokens are JWTs. */
export interface JwtResource {
  readonly resource: string;
  readonly lifetimeSeconds: number;
}

/**
 * Under which id a JWT is kept. The library refuses to look for anything that it can read as a JWT, so this has another
 * form; it is made from the whole token, and worth as much.
 */
export function jwtId(jwt: string): string {
  return PREFIX + jwt.replaceAll('.', '~');
}

/** Whether a text has the form of such an id. */
export function isJwtId(id: string): boolean {
  return id.startsWith(PREFIX) && FORM.test(id.slice(PREFIX.length).replaceAll('~', '.'));
}

interface Issuing {
  readonly format?: string;
  readonly adapter: { upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> };
}

/** Has JWTs recorded, which the library only signs. Their issue throws `invalid_request` for one that is too long. */
export function keepJwts(provider: ProviderType): void {
  for (const model of [provider.AccessToken, provider.ClientCredentials]) {
    const prototype = model.prototype as unknown as { save(): Promise<string> };
    const kept = (model as unknown as { readonly IN_PAYLOAD: readonly string[] }).IN_PAYLOAD;
    const theirs = prototype.save;
    prototype.save = async function (this: Issuing & typeof prototype): Promise<string> {
      const value = await theirs.call(this);
      if (this.format === 'jwt') await keep(value, this, kept);
      return value;
    };
  }
}

async function keep(value: string, token: Issuing, names: readonly string[]): Promise<void> {
  if (value.length > LONGEST_JWT) {
    throw new InvalidRequest(
      `the JWT would have ${value.length} bytes, more than ${LONGEST_JWT}; ask for less, or leave out \`resource\`: an opaque token holds any number`,
    );
  }
  const { iat = 0, exp = 0, jti } = decodeJwt(value);
  const own = Object.entries(token).filter(([name, what]) => names.includes(name) && what !== undefined);
  // `jti` is the name of the credential itself to the library; what stands in the JWT tells logs of it apart.
  const payload = { ...Object.fromEntries(own), iat, exp, jwtId: jti } as AdapterPayload;
  await token.adapter.upsert(jwtId(value), payload, exp - iat);
}

/** Whether a request may be about a JWT: then it goes through `withJwtId` first. */
export function isAboutToken({ method, url }: IncomingMessage): boolean {
  return method === 'POST' && ASKING.includes((url ?? '').split('?')[0] ?? '');
}

/**
 * The same request, with the id of a JWT in the place of the JWT. Nothing where there is nothing left to do: the body
 * was larger than any such request has, which was answered, or broke off.
 */
export async function withJwtId(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<IncomingMessage | undefined> {
  const body = await bodyOf(request);
  if (body === undefined) return undefined;
  if (body.length > LONGEST_BODY) {
    response.writeHead(413, { connection: 'close' }).end();
    return undefined;
  }
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  const bytes = isForm ? Buffer.from(renamed(body.toString('utf8'))) : body;
  const copy = new IncomingMessage(request.socket);
  const { method, url, httpVersion, httpVersionMajor, httpVersionMinor } = request;
  const { 'transfer-encoding': _chunked, ...headers } = request.headers;
  // Complete: otherwise its end would be taken for a connection that broke off, and the socket closed.
  Object.assign(copy, { method, url, httpVersion, httpVersionMajor, httpVersionMinor, complete: true });
  copy.headers = { ...headers, 'content-length': String(bytes.length) };
  copy.push(bytes);
  copy.push(null);
  return copy;
}

// No more is read than may be; nothing where the connection broke off, and nobody waits for an answer.
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      chunks.push(chunk);
      if (length > LONGEST_BODY) break;
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(chunks);
}

function renamed(form: string): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of new URLSearchParams(form))
    pairs.append(name, name === 'token' && FORM.test(value) ? jwtId(value) : value);
  return pairs.toString();
}
