import type { Grants, GranularGrant, NarrowRequest } from 'ambit';

/** What is left, and each thing that was asked for and is not held. Whoever asked decides whether that is a refusal. */
export interface Narrowed {
  readonly grants: Grants;
  readonly refused: readonly string[];
}

/** The one way in which grants come of grants: what comes of it is never more than the parent. */
export type Narrow = (parent: Grants, request: NarrowRequest) => Narrowed;

/**
 * Narrows without knowing what names mean: a scope that the parent holds letter by letter, and permissions that it
 * holds in the same boundary. Everything else of the parent stays as it is.
 */
export const narrowByName: Narrow = (parent, { scopes = [], granular = [] }) => {
  const { scopes: heldScopes = [], granular: heldPlaces = [], ...rest } = parent;
  const refused: string[] = [];
  const keptScopes = [...new Set(scopes)].filter((scope) => {
    if (heldScopes.includes(scope)) return true;
    refused.push(`the scope ${scope}`);
    return false;
  });
  const keptPlaces = granular.flatMap(({ permissions, boundary }) => {
    const place = placeText(boundary);
    const held = heldPlaces.filter((grant) => placeText(grant.boundary) === place);
    const kept = [...new Set(permissions)].filter((permission) => {
      if (held.some((grant) => grant.permissions.includes(permission))) return true;
      refused.push(`${permission} in ${place}`);
      return false;
    });
    return kept.length === 0 ? [] : [{ permissions: kept, boundary }];
  });
  const grants: Grants = {
    ...rest,
    ...(keptScopes.length === 0 ? {} : { scopes: keptScopes }),
    ...(keptPlaces.length === 0 ? {} : { granular: keptPlaces }),
  };
  return { grants, refused };
};

/** A boundary as people write it: `user`, `project=acme/web`. Two that read the same are the same. */
export function placeText(boundary: GranularGrant['boundary']): string {
  if (typeof boundary === 'string') return boundary;
  return Object.entries(boundary)
    .map(([kind, id]) => `${kind}=${id}`)
    .join();
}
