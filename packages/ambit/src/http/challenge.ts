import type { GraphQLError } from 'graphql';
import { DENIED_CODE, type DeniedExtensions } from '../errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { Need } from '../types.ts';

/** Why a request brings no credential that can be used. */
export interface CredentialProblem {
  readonly problem: 'missing_token' | 'invalid_token';
  readonly message: string;
}

/** A challenge names at most this many scopes; a header has a length. */
const MAX_SCOPES = 20;

/** The challenge of RFC 6750 section 3 for a 401: no `error` where no credential was sent. */
export function credentialChallenge({ problem }: Pick<CredentialProblem, 'problem'>): Record<string, string> {
  return { 'www-authenticate': problem === 'missing_token' ? 'Bearer' : 'Bearer error="invalid_token"' };
}

/**
 * The challenge of RFC 6750 section 3.1 for a 403: which scopes would have been enough. Where nothing is missing
 * the place is outside, no scope would help, and there is no challenge.
 *
 * @param errors what `rejectionErrors` made of the refused operation
 */
export function scopeChallenge(errors: readonly GraphQLError[], plan: Plan): Record<string, string> {
  const denied = errors.filter(({ extensions }) => extensions['code'] === DENIED_CODE);
  if (denied.length === 0) return {};
  const scopes = [...new Set(denied.flatMap((error) => sufficientScopes(error, plan)))].slice(0, MAX_SCOPES);
  const scope = scopes.length > 0 ? `, scope="${scopes.join(' ')}"` : '';
  return { 'www-authenticate': `Bearer error="insufficient_scope"${scope}` };
}

/** Missing scopes as they are; for missing permissions, the narrow scope of the root field that was denied. */
function sufficientScopes({ path = [], extensions }: GraphQLError, plan: Plan): string[] {
  const { missing } = extensions as unknown as DeniedExtensions;
  const root = path.length === 1 ? plan.root.fields.get(String(path[0])) : undefined;
  return missing.flatMap((need: Need) => {
    if (typeof need === 'string') return SCOPE.test(need) ? [need] : [];
    return 'permission' in need && root
      ? [`api:graphql:${VERBS[plan.operation.operation]}:${root.name}`]
      : [];
  });
}

/** What RFC 6749 section 3.3 lets a scope consist of; nothing else may get into the header. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;
const VERBS: Readonly<Record<string, string>> = {
  query: 'query',
  mutation: 'mutate',
  subscription: 'subscribe',
};
