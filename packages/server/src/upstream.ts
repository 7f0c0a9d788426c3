import type { Upstream } from 'ambit/gateway';
import { type Dispatcher, Pool } from 'undici';

const CONNECT_MS = 10_000;

export interface UpstreamOptions {
  readonly url: string;
  /** Sent with every call: the gateway's own credential, above all. Nothing of the client's headers is sent. */
  readonly headers: Readonly<Record<string, string>>;
  /** Header in which the subject of the token is named; not sent for a token without a subject. */
  readonly subjectHeader: string | undefined;
  readonly timeoutMs: number;
  /** Bytes of one answer; what follows them is not read. */
  readonly answerBytes: number;
}

export interface UpstreamClient {
  readonly call: Upstream;
  close(): Promise<void>;
}

/** The API answered what cannot be used. Its message holds nothing of the answer. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
}

/**
 * A client of the API behind the gateway. `call` rejects when there is no answer in time, and with `UnusableAnswer`
 * when it is larger than `answerBytes` or not JSON. Redirects are answers, never followed: they would carry our headers.
 */
export function createUpstream(options: UpstreamOptions): UpstreamClient {
  const url = new URL(options.url);
  const pool = new Pool(url.origin, {
    connect: { timeout: Math.min(options.timeoutMs, CONNECT_MS) },
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
  });
  return {
    async call(call) {
      const response = await pool.request({
        method: 'POST',
        path: `${url.pathname}${url.search}`,
        headers: headersOf(options, call.grants.subject),
        body: JSON.stringify({
          query: call.query,
          variables: call.variables,
          operationName: call.operationName,
        }),
        // The other limits are each for a part; this one is for the whole.
        signal: AbortSignal.any([call.signal, AbortSignal.timeout(options.timeoutMs)]),
      });
      return {
        status: response.statusCode,
        body: parse(await readBody(response, options.answerBytes), response.statusCode),
      };
    },
    close: () => pool.destroy(),
  };
}

function headersOf(options: UpstreamOptions, subject: string | undefined): Record<string, string> {
  return {
    accept: 'application/graphql-response+json, application/json;q=0.9',
    ...options.headers,
    'content-type': 'application/json',
    ...(options.subjectHeader === undefined || subject === undefined
      ? {}
      : { [options.subjectHeader]: subject }),
  };
}

async function readBody(response: Dispatcher.ResponseData, limit: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    // Leaving the loop destroys the stream, so the rest is never read.
    if (size > limit) {
      throw new UnusableAnswer(
        `The API's answer with status ${response.statusCode} is larger than ${limit} bytes, which limits.answerBytes allows.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnusableAnswer(`The API answered with status ${status} and a body that is not JSON.`);
  }
}
