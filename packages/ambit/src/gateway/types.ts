import type { CredentialProblem } from '../http/challenge.ts';
import type { Grants } from '../types.ts';

/** A credential that is good. */
export interface Authenticated {
  readonly grants: Grants;
  /** Set on the answer, whatever it is: how much of a limit is left, for example. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A credential that is good, and has made more requests than it may: answered with 429 and its sentence. */
export interface TooManyRequests {
  readonly problem: 'rate_limited';
  readonly message: string;
  /** Above all `Retry-After` (RFC 9110, 10.2.3). */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a request's credential turned out to be. A problem with it is answered with 401 and its sentence. */
export type Authentication = Authenticated | TooManyRequests | CredentialProblem;

/** One operation that was understood, whatever became of it. Holds no values. */
export interface ToldOperation {
  /** The very object that `authenticate` gave. */
  readonly grants: Grants;
  /** Coordinates of its root fields, such as `Mutation.createNote`, each once. */
  readonly coordinates: readonly string[];
}

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
