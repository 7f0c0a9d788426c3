import type { CredentialProblem } from '../http/challenge.ts';
import type { Grants } from '../types.ts';

/** What a request's credential turned out to be. A problem is answered with 401 and its sentence. */
export type Authentication = { readonly grants: Grants } | CredentialProblem;

/** One operation on its way to the API behind the gateway. */
export interface UpstreamCall {
  readonly query: string;
  readonly operationName?: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** The grants that allowed it: the upstream usually wants their `subject`. */
  readonly grants: Grants;
  readonly signal: AbortSignal;
}

/** The parsed JSON answer of the upstream. Anything that is not an object is treated as a failure. */
export interface UpstreamAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Sends one call; throws `UpstreamError` (or anything) when there is no answer. */
export type Upstream = (call: UpstreamCall) => Promise<UpstreamAnswer>;

/** Limits on one request, each answered with a sentence of its own. */
export interface GatewayLimits {
  /** Bytes of the request body. Default 1,048,576. */
  readonly bodyBytes: number;
  /** Nesting of selections, values and list types. Default 50. */
  readonly depth: number;
  /** Lexical tokens in the document, comments included. Default 10,000. */
  readonly documentTokens: number;
  /** Milliseconds until an upstream call is given up. Default 30,000. */
  readonly upstreamMs: number;
}
