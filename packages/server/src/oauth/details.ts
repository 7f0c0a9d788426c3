import type { Grants, GranularGrant } from 'ambit';
import type { AuthorizationDetail } from 'oidc-provider';

import { ServerError } from '../errors.ts';
import { parseTokenRequest } from '../tokens/request.ts';
import { InvalidAuthorizationDetails } from './library.ts';

/** The one type of authorization details that there is (RFC 9396, section 2). */
export const DETAIL_TYPE = 'graphql';

const KEYS: readonly string[] = ['type', 'permissions', 'boundary'];

/**
 * One authorization detail as a granular grant. Throws `invalid_authorization_details` for another type, for anything
 * that is missing, unknown or of the wrong form (RFC 9396, section 5), and for names that the API does not have.
 */
export function readDetail(
  detail: AuthorizationDetail,
  checkGrants: (grants: Grants) => readonly unknown[],
): GranularGrant {
  const { type, permissions, boundary } = detail;
  const isOurs = type === DETAIL_TYPE && Object.keys(detail).every((key) => KEYS.includes(key));
  const grant = isOurs ? strictly(permissions, boundary) : undefined;
  if (grant === undefined) {
    throw new InvalidAuthorizationDetails(
      'each of the authorization details must be { "type": "graphql", "permissions": [..], "boundary": .. }',
    );
  }
  if (checkGrants({ subject: 'somebody', granular: [grant] }).length > 0) {
    throw new InvalidAuthorizationDetails('the authorization details name what this API does not have');
  }
  return grant;
}

/** The parameter `authorization_details` as granular grants. Throws like `readDetail`. */
export function readDetails(
  text: unknown,
  checkGrants: (grants: Grants) => readonly unknown[],
): readonly GranularGrant[] {
  if (text === undefined) return [];
  const value = typeof text === 'string' ? parsed(text) : undefined;
  if (!Array.isArray(value) || value.some((detail) => typeof detail !== 'object' || detail === null)) {
    throw new InvalidAuthorizationDetails('the authorization details must be a JSON array of objects');
  }
  return value.map((detail: AuthorizationDetail) => readDetail(detail, checkGrants));
}

/** Granular grants as authorization details. */
export function detailsOf(granular: readonly GranularGrant[]): AuthorizationDetail[] {
  return granular.map(({ permissions, boundary }) => ({
    type: DETAIL_TYPE,
    permissions: [...permissions],
    boundary,
  }));
}

/** Granular grants out of what the store holds; what has another form holds nothing. */
export function grantedOf(rar: unknown): readonly GranularGrant[] {
  if (!Array.isArray(rar)) return [];
  return rar.flatMap((detail: unknown) => {
    const { type, permissions, boundary } = (detail ?? {}) as Readonly<Record<string, unknown>>;
    return type === DETAIL_TYPE ? (strictly(permissions, boundary) ?? []) : [];
  });
}

// One set of rules for permissions and boundaries, whatever carries them.
function strictly(permissions: unknown, boundary: unknown): GranularGrant | undefined {
  try {
    return parseTokenRequest({ name: 'detail', granular: [{ permissions, boundary }] }).granular?.[0];
  } catch (error) {
    if (error instanceof ServerError) return undefined;
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
