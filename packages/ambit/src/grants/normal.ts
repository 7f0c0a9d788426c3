import type { GrantBoundary, Grants, GranularGrant } from '../types.ts';

/**
 * The same grants in one form: equal forms as JSON are equal grants, whatever the order and the repeats in which
 * they came. Lists are sorted and have no repeats, permissions in one boundary are one entry, and what says nothing
 * is left out. Decisions about the two are the same.
 *
 * Places are merged only where they are equal: which place lies in which is for a policy to say, and scopes that
 * seem to cover others can be asked for byte for byte. Caveats stay as they are.
 */
export function normalGrants(grants: Grants): Grants {
  const { subject, client, authenticated, scopes, policies, roles, granular, expires, caveats, ...rest } =
    grants;
  const isSomebody = typeof subject === 'string' && subject !== '';
  const places = normalGranular(granular ?? []);
  return {
    ...(isSomebody ? { subject } : {}),
    ...(client === undefined ? {} : { client }),
    ...(authenticated === undefined || authenticated === isSomebody ? {} : { authenticated }),
    ...listOf('scopes', scopes),
    ...listOf('policies', policies),
    ...listOf('roles', roles),
    ...(places.length === 0 ? {} : { granular: places }),
    ...(expires === undefined ? {} : { expires: instantOf(expires) }),
    ...(caveats === undefined || caveats.length === 0 ? {} : { caveats }),
    // What is not known here may narrow.
    ...rest,
  };
}

function listOf<Key extends 'scopes' | 'policies' | 'roles'>(
  key: Key,
  names: readonly string[] | undefined,
): { readonly [One in Key]?: readonly string[] } {
  return (names?.length ?? 0) === 0 ? {} : ({ [key]: sorted(names ?? []) } as Record<Key, string[]>);
}

function normalGranular(grants: readonly GranularGrant[]): GranularGrant[] {
  const places = new Map<string, { boundary: GrantBoundary; permissions: string[] }>();
  for (const { boundary, permissions } of grants) {
    const key = placeKey(boundary);
    const place = places.get(key) ?? { boundary, permissions: [] };
    place.permissions.push(...permissions);
    places.set(key, place);
  }
  return sorted([...places.keys()]).flatMap((key) => {
    const place = places.get(key);
    if (!place || place.permissions.length === 0) return [];
    return [{ permissions: sorted(place.permissions), boundary: place.boundary }];
  });
}

/** JSON of the boundary: a text for a standalone one, else its kind and identity, so the two cannot meet. */
function placeKey(boundary: GrantBoundary): string {
  return JSON.stringify(typeof boundary === 'string' ? boundary : Object.entries(boundary)[0]);
}

/** The instant as one text; what is no instant stays as it is, and holds nothing. */
function instantOf(expires: string): string {
  const instant = Date.parse(expires);
  return Number.isNaN(instant) ? expires : new Date(instant).toISOString();
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
