import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Decision } from '../decide/decision.ts';
import type { Plan } from '../plan/plan.ts';
import type { Authentication } from './types.ts';

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
  headers: Record<string, string> = {},
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
  headers: Record<string, string> = {},
): Response {
  const body = { errors: [{ message, extensions: { code } }] };
  return answer(mediaType, status, body as unknown as ExecutionResult, headers);
}

/** 401, with the challenge of RFC 6750 section 3: no `error` where no credential was sent. */
export function unauthenticated(
  mediaType: string,
  problem: Extract<Authentication, { problem: string }>,
): Response {
  const challenge = problem.problem === 'missing_token' ? 'Bearer' : 'Bearer error="invalid_token"';
  return sentence(mediaType, 401, 'UNAUTHENTICATED', problem.message, { 'www-authenticate': challenge });
}

/** A document that is not valid: 422 where the media type has room for it, else 200 (M21). */
export function invalid(mediaType: string, errors: readonly GraphQLError[]): Response {
  return answer(mediaType, mediaType === GRAPHQL_JSON ? 422 : 200, { errors });
}

/** 403, with what would have been enough as a scope (RFC 6750 section 3.1). */
export function refused(
  mediaType: string,
  errors: readonly GraphQLError[],
  decision: Decision,
  plan: Plan,
): Response {
  const scopes = sufficientScopes(decision, plan);
  const challenge = decision.denied.some((denial) => denial.kind === 'missing')
    ? {
        'www-authenticate': `Bearer error="insufficient_scope"${scopes.length > 0 ? `, scope="${scopes.join(' ')}"` : ''}`,
      }
    : {};
  return answer(mediaType, 403, { errors }, challenge);
}

/** Missing scopes as they are; for missing permissions, the narrow scopes of the root fields denied. */
function sufficientScopes(decision: Decision, plan: Plan): string[] {
  const verb =
    plan.operation.operation === 'mutation'
      ? 'mutate'
      : plan.operation.operation === 'subscription'
        ? 'subscribe'
        : 'query';
  const scopes = new Set<string>();
  for (const { path, missing } of decision.denied) {
    for (const need of missing) {
      const root = path.length === 1 ? plan.root.fields.get(path[0] ?? '') : undefined;
      if (typeof need === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(need)) scopes.add(need);
      else if (typeof need === 'object' && 'permission' in need && root)
        scopes.add(`api:graphql:${verb}:${root.name}`);
    }
  }
  return [...scopes].slice(0, 20);
}
