import { IncomingMessage, type ServerResponse } from 'node:http';

import { hasEncodedControl } from '../plain-text.ts';
import { withJwtIds } from './jwt.ts';
import { PATHS } from './paths.ts';

/** A body of a form that is larger is none of ours. */
const LONGEST_BODY = 56 * 1_024;
/** What a request for authorization may have in all: it is kept until somebody answers it, and anybody may make one. */
const LONGEST_REQUEST = 8 * 1_024;
/** RFC 6749 has no bound for `state`; a browser carries it in an address. */
const LONGEST_STATE = 2 * 1_024;
const ABOUT_TOKENS: readonly string[] = [PATHS.introspection, PATHS.revocation];
const KEPT: readonly string[] = [
  PATHS.authorization,
  PATHS.pushed_authorization_request,
  PATHS.device_authorization,
];

/**
 * A request as the library may have it: within bounds, without characters that no parameter has, and with the ids of JWTs
 * in their places. Nothing where there is nothing left to do: it was refused, or broke off.
 */
export async function readRequest(
  request: IncomingMessage,
  response: ServerResponse,
): Promise<IncomingMessage | undefined> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const isKept = KEPT.includes(path);
  if (hasEncodedControl(request.url ?? '')) return refused(response, 400, CONTROL);
  if (isKept && isTooLong(query)) return refused(response, 400, TOO_LONG);
  if (request.method !== 'POST') return request;
  const body = await bodyOf(request);
  if (body === undefined) return undefined;
  if (body.length > LONGEST_BODY) return refused(response, 413, TOO_MUCH);
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  if (!isForm) return copied(request, body);
  const form = body.toString('utf8');
  if (hasEncodedControl(form)) return refused(response, 400, CONTROL);
  if (isKept && isTooLong(form)) return refused(response, 400, TOO_LONG);
  return copied(request, ABOUT_TOKENS.includes(path) ? Buffer.from(withJwtIds(form)) : body);
}

const CONTROL = 'a parameter holds a control character';
const TOO_MUCH = `the request is longer than ${LONGEST_BODY} bytes`;
const TOO_LONG = `the request is too long: ${LONGEST_REQUEST} bytes in all, ${LONGEST_STATE} for \`state\``;

function isTooLong(form: string): boolean {
  if (form.length > LONGEST_REQUEST) return true;
  return new URLSearchParams(form).getAll('state').some((state) => state.length > LONGEST_STATE);
}

function refused(response: ServerResponse, status: 400 | 413, description: string): undefined {
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...(status === 413 ? { connection: 'close' } : {}),
    })
    .end(JSON.stringify({ error: 'invalid_request', error_description: description }));
  return undefined;
}

function copied(request: IncomingMessage, bytes: Buffer): IncomingMessage {
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
