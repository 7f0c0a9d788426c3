import type { GrantBoundary, Grants } from '../types.ts';
import { parseGrants } from './grants.ts';
import { mapping, onlyKeys } from './reading.ts';

/** What a narrower credential is to hold of another one. What is absent is not asked for. */
export interface NarrowRequest extends Omit<Grants, 'subject' | 'client' | 'authenticated'> {}

/** A part of a request that the credential does not cover, and why not. */
export type Refused = { readonly message: string } & (
  | { readonly scope: string }
  | { readonly permission: string; readonly boundary: GrantBoundary }
  | { readonly policy: string }
  | { readonly role: string }
);

/** What is left of a credential for a request: never more than it held, and what was not to be had. */
export interface Narrowed {
  readonly grants: Grants;
  readonly refused: readonly Refused[];
}

const KEYS = ['scopes', 'granular', 'expires', 'caveats', 'policies', 'roles'];

/** A request out of a value that came from outside. @throws AmbitError BAD_GRANTS */
export function parseRequest(value: unknown): NarrowRequest {
  onlyKeys(mapping(value, 'the request'), KEYS, 'a request for narrower grants');
  return parseGrants(value);
}

/** Everything that a request asks for, refused for one reason. */
export function allRefused(request: NarrowRequest, why: string): Refused[] {
  const { scopes = [], granular = [], policies = [], roles = [] } = request;
  return [
    ...scopes.map((scope) => ({ scope, message: `the scope \`${scope}\` is not covered: ${why}` })),
    ...granular.flatMap(({ permissions, boundary }) =>
      permissions.map((permission) => permissionRefused(permission, boundary, why)),
    ),
    ...namesRefused('policy', policies, why),
    ...namesRefused('role', roles, why),
  ];
}

/** The refusal of a permission in a boundary. */
export function permissionRefused(permission: string, boundary: GrantBoundary, why: string): Refused {
  const message = `the permission \`${permission}\` in ${boundaryText(boundary)} is not covered: ${why}`;
  return { permission, boundary, message };
}

/** The refusals of policies, or of roles. */
export function namesRefused(key: 'policy' | 'role', names: readonly string[], why: string): Refused[] {
  return names.map((name) => {
    const message = `the ${key} \`${name}\` is not covered: ${why}`;
    return key === 'policy' ? { policy: name, message } : { role: name, message };
  });
}

function boundaryText(boundary: GrantBoundary): string {
  if (typeof boundary === 'string') return `the boundary \`${boundary}\``;
  const [kind = '', identity = ''] = Object.entries(boundary)[0] ?? [];
  return `the ${kind} \`${identity}\``;
}
