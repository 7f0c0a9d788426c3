import type { BoundaryKinds } from '../rules/boundarykinds.ts';
import type { Catalog } from '../rules/catalog.ts';
import type { GranularGrant, Grants } from '../types.ts';
import { Rights } from './rights.ts';

interface Kept {
  /** The grants as they were, copied: whoever changes the object in place is answered anew. */
  readonly copy: Grants;
  readonly expires: number | undefined;
  readonly rights: Rights;
}

/**
 * Rights of grants that were met before, kept as long as the host keeps the object that holds the grants. Kept rights
 * serve only while the object still says word for word what it said, and only until it expires.
 */
export class RightsCache {
  readonly #catalog: Catalog;
  readonly #kinds: BoundaryKinds;
  readonly #kept = new WeakMap<Grants, Kept>();

  constructor(catalog: Catalog, kinds: BoundaryKinds) {
    this.#catalog = catalog;
    this.#kinds = kinds;
  }

  /** The rights of `grants` at the instant `now` (milliseconds since the epoch). */
  of(grants: Grants, now: number): Rights {
    const kept = this.#kept.get(grants);
    if (kept && isSame(kept.copy, grants) && (kept.expires === undefined || kept.expires > now))
      return kept.rights;
    const rights = Rights.of(grants, this.#catalog, this.#kinds, now);
    const expires = grants.expires === undefined ? undefined : Date.parse(grants.expires);
    const isLive = expires === undefined || expires > now;
    if (isLive && grants.caveats === undefined)
      this.#kept.set(grants, { copy: copyOf(grants), expires, rights });
    return rights;
  }
}

function copyOf(grants: Grants): Grants {
  const copy: { -readonly [Key in keyof Grants]: Grants[Key] } = { ...grants };
  if (grants.scopes) copy.scopes = [...grants.scopes];
  if (grants.policies) copy.policies = [...grants.policies];
  if (grants.roles) copy.roles = [...grants.roles];
  if (grants.granular) {
    copy.granular = grants.granular.map(({ permissions, boundary }) => ({
      permissions: [...permissions],
      boundary: typeof boundary === 'string' ? boundary : { ...boundary },
    }));
  }
  return copy;
}

function isSame(one: Grants, other: Grants): boolean {
  return (
    one.subject === other.subject &&
    one.client === other.client &&
    one.authenticated === other.authenticated &&
    one.expires === other.expires &&
    one.caveats === other.caveats &&
    isSameList(one.scopes, other.scopes, Object.is) &&
    isSameList(one.policies, other.policies, Object.is) &&
    isSameList(one.roles, other.roles, Object.is) &&
    isSameList(one.granular, other.granular, isSameGrant)
  );
}

function isSameList<T>(
  one: readonly T[] | undefined,
  other: readonly T[] | undefined,
  same: (one: T, other: T) => boolean,
): boolean {
  if (one === undefined || other === undefined) return one === other;
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) {
    if (!same(one[index] as T, other[index] as T)) return false;
  }
  return true;
}

function isSameGrant(one: GranularGrant, other: GranularGrant): boolean {
  return (
    isSameList(one.permissions, other.permissions, Object.is) && isSameBoundary(one.boundary, other.boundary)
  );
}

function isSameBoundary(one: GranularGrant['boundary'], other: GranularGrant['boundary']): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  const kinds = Object.keys(one);
  return (
    kinds.length === Object.keys(other).length &&
    kinds.every((kind) => Object.hasOwn(other, kind) && one[kind] === other[kind])
  );
}
