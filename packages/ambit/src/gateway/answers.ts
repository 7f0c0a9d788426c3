import type { ExecutionResult, GraphQLError } from 'graphql';
import { type CredentialProblem, credentialChallenge, scopeChallenge } from '../http/challenge.ts';
import type { Plan } from '../plan/plan.ts';
import type { TooManyRequests } from './types.ts';

const GRAPHQL_JSON = 'application/graphql-response+json';

/** The media type that the client asked for, of the two that GraphQL over HTTP knows. */
export function mediaTypeOf(request: Request): string {
  return request.headers.get('accept')?.includes(GRAPHQL_JSON) ? GRAPHQL_JSON : 'application/json';
}

/** An answer with GraphQL's own shape. */
export function answer(
  mediaType: string,
  status: number,
  body: ExecutionResult,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': `${mediaType}; charset=utf-8`, 'cache-control': 'no-store', ...headers },
  });
}

/** An answer of one sentence: the request never became an operation. */
export function sentence(
  mediaType: string,
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = { errors: [{ message, extensions: { code } }] };
  return answer(mediaType, status, body as unknown as ExecutionResult, headers);
}

/** 401, with the challenge of RFC 6750; or 429 (RFC 6585, 4) where the credential is good. */
export function unauthenticated(mediaType: string, problem: CredentialProblem | TooManyRequests): Response {
  if (problem.problem === 'rate_limited')
    return sentence(mediaType, 429, 'RATE_LIMITED', problem.message, problem.headers);
  return sentence(mediaType, 401, 'UNAUTHENTICATED', problem.message, credentialChallenge(problem));
}

/** A document that is not valid: 422 where the media type has room for it, else 200 (M21). */
export function invalid(mediaType: string, errors: readonly GraphQLError[]): Response {
  return answer(mediaType, mediaType === GRAPHQL_JSON ? 422 : 200, { errors });
}

/** 403, with what would have been enough as a scope. */
export function refused(mediaType: string, errors: readonly GraphQLError[], plan: Plan): Response {
  return answer(mediaType, 403, { errors }, scopeChallenge(errors, plan));
}

/** The same answer with more headers. */
export function withHeaders(answered: Response, headers: Readonly<Record<string, string>> = {}): Response {
  for (const [name, value] of Object.entries(headers)) answered.headers.set(name, value);
  return answered;
}
