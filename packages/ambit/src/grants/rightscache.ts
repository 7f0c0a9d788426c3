import type { Atlas } from '../rules/atlas.ts';
import type { BoundaryKinds } from '../rules/boundarykinds.ts';
import type { Catalog } from '../rules/catalog.ts';
import type { Grants } from '../types.ts';
import { endOf } from './caveats.ts';
import { isUnderstood } from './grants.ts';
import { Rights } from './rights.ts';

interface Kept {
  readonly expires: number;
  readonly rights: Rights;
}

/**
 * Rights of grants that were met before, kept as long as the host keeps the object that holds the grants. The object
 * is frozen, with all that is in it, when it is first met: kept rights could otherwise outlive what it says.
 */
export class RightsCache {
  readonly #catalog: Catalog;
  readonly #kinds: BoundaryKinds;
  readonly #kept = new WeakMap<Grants, Kept>();

  constructor(catalog: Catalog, kinds: BoundaryKinds) {
    this.#catalog = catalog;
    this.#kinds = kinds;
  }

  /**
   * The rights of `grants` at the instant `now` (milliseconds since the epoch). Where an atlas says what places there
   * are, rights belong to its request and are not kept.
   */
  of(grants: Grants, now: number, atlas?: Atlas): Rights {
    if (atlas) {
      const understood = isUnderstood(grants) ? grants : NOT_UNDERSTOOD;
      return Rights.of(understood, this.#catalog, atlas, now);
    }
    const kept = typeof grants === 'object' && grants !== null ? this.#kept.get(grants) : undefined;
    if (kept && kept.expires > now) return kept.rights;
    if (!isUnderstood(grants)) return Rights.of(NOT_UNDERSTOOD, this.#catalog, this.#kinds, now);
    const isFixed = freeze(grants);
    const rights = Rights.of(grants, this.#catalog, this.#kinds, now);
    const expires = endOf(grants);
    if (isFixed && expires > now) this.#kept.set(grants, { expires, rights });
    return rights;
  }
}

/** What bars everything: a caveat that says nothing. */
const NOT_UNDERSTOOD: Grants = { caveats: [{}] };

/** Freezes plain data all the way down; false where anything in it is computed when it is read. */
function freeze(value: unknown, met: Set<unknown> = new Set()): boolean {
  if (typeof value === 'function') return false;
  if (typeof value !== 'object' || value === null || met.has(value)) return true;
  met.add(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return false;
  const properties = Object.values(Object.getOwnPropertyDescriptors(value));
  if (properties.some((one) => one.get !== undefined || one.set !== undefined)) return false;
  Object.freeze(value);
  return properties.every((one) => freeze(one.value, met));
}
