import { type ExecutionResult, GraphQLError } from 'graphql';
import { DENIED_CODE, NOT_FOUND_CODE } from '../errors.ts';
import { type CredentialProblem, credentialChallenge, scopeChallenge } from '../http/challenge.ts';
import type { Plan } from '../plan/plan.ts';
import type { HostResult } from './host.ts';

/** What a refusal must not be kept for: the next request may bring another token. */
const NOT_KEPT = { 'cache-control': 'no-store' };

/** 401: no credential that can be used. */
export function unauthenticated(problem: CredentialProblem): HostResult {
  const error = new GraphQLError(problem.message, { extensions: { code: 'UNAUTHENTICATED' } });
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
  if (!errors.some(isDenial)) return { ...result, errors: errors.map(unfit) };
  const planned = plan();
  return withStatus(errors, 403, planned ? scopeChallenge(errors, planned) : {});
}

/** Hosts keep to `spec`: such a status is for `application/graphql-response+json`, and 200 for `application/json`. */
export function unfit(error: GraphQLError): GraphQLError {
  const http = { spec: true, status: 422 };
  const { message, nodes = null, source = null, positions = null, path = null, extensions } = error;
  const where = { nodes, source, positions, path };
  return new GraphQLError(message, { ...where, extensions: { ...extensions, http } });
}

function isDenial({ extensions }: GraphQLError): boolean {
  return extensions['code'] === DENIED_CODE || extensions['code'] === NOT_FOUND_CODE;
}

function withStatus(
  errors: readonly GraphQLError[],
  status: number,
  headers: Record<string, string>,
): HostResult {
  return { errors, extensions: { http: { status, headers: { ...NOT_KEPT, ...headers } } } };
}
