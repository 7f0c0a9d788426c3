import { type ExecutionResult, GraphQLError } from 'graphql';
import { DENIED_CODE, NOT_FOUND_CODE } from '../errors.ts';
import { type CredentialProblem, credentialChallenge, scopeChallenge } from '../http/challenge.ts';
import type { Plan } from '../plan/plan.ts';
import type { HostResult } from './host.ts';

/** What a refusal must not be kept for: the next request may bring another token. */
const NOT_KEPT = { 'cache-control': 'no-store' };

const UNAUTHENTICATED_CODE = 'UNAUTHENTICATED';
const INVALID_TOKEN = { problem: 'invalid_token' } as const;
/** What a whole operation, or a whole token, is refused with. */
const REFUSALS: readonly unknown[] = [DENIED_CODE, NOT_FOUND_CODE, 'GRANULAR_TOKENS_OFF'];

/** 401: no credential that can be used. */
export function unauthenticated(problem: CredentialProblem): HostResult {
  const error = new GraphQLError(problem.message, { extensions: { code: UNAUTHENTICATED_CODE } });
  return withStatus([error], 401, credentialChallenge(problem));
}

/** 500: nothing was answered by the engine. The cause is for the operator, who is told of it elsewhere. */
export function failed(message: string): HostResult {
  return withStatus([new GraphQLError(message, { extensions: { code: 'INTERNAL' } })], 500, {});
}

/**
 * The engine's answer with what HTTP says beside it (M21): 403 where the operation was refused, 422 or 200 by media
 * type where it is not valid. Whatever ran is answered as it is.
 */
export function told(result: ExecutionResult, plan: () => Plan | undefined): ExecutionResult | HostResult {
  const { errors = [] } = result;
  if ('data' in result || errors.length === 0) return result;
  const codes = errors.map(({ extensions }) => extensions['code']);
  if (codes.every((code) => code === undefined)) return { ...result, errors: errors.map(unfit) };
  if (codes.includes(UNAUTHENTICATED_CODE))
    return withStatus(errors, 401, credentialChallenge(INVALID_TOKEN));
  if (!codes.some((code) => REFUSALS.includes(code))) return result;
  const planned = codes.includes(DENIED_CODE) ? plan() : undefined;
  return withStatus(errors, 403, planned ? scopeChallenge(errors, planned) : {});
}

/** Hosts keep to `spec`: such a status is for `application/graphql-response+json`, and 200 for `application/json`. */
export function unfit(error: GraphQLError): GraphQLError {
  const http = { spec: true, status: 422 };
  const { message, nodes = null, source = null, positions = null, path = null, extensions } = error;
  const where = { nodes, source, positions, path };
  return new GraphQLError(message, { ...where, extensions: { ...extensions, http } });
}

function withStatus(
  errors: readonly GraphQLError[],
  status: number,
  headers: Record<string, string>,
): HostResult {
  return { errors, extensions: { http: { status, headers: { ...NOT_KEPT, ...headers } } } };
}
