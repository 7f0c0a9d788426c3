import { type BoundaryKey, type Ground, kindOf } from '../rules/boundarykinds.ts';
import { type Catalog, offerOf } from '../rules/catalog.ts';
import type { Caveat } from '../types.ts';
import { placeOf } from './held.ts';

/** The kinds of boundary in which each raw permission that is left can be granted. */
type Offered = ReadonlyMap<string, readonly string[] | 'every kind'>;
/** Places that are left, each with what lies above it. */
type Regions = ReadonlyMap<BoundaryKey, readonly BoundaryKey[]>;

/** Whether a place is one of those in which something is held. */
type IsIn = (boundary: BoundaryKey) => boolean;

/**
 * What caveats leave of permissions, and where. Every one of them has to let something pass: a permission by its name,
 * in the kinds for which the name is offered and those below them; a boundary by lying in a place of the caveat.
 */
export class Limits {
  readonly #permissions: readonly Offered[];
  readonly #regions: Regions | 'everywhere';
  readonly #ground: Ground;

  private constructor(permissions: readonly Offered[], regions: Regions | 'everywhere', ground: Ground) {
    this.#permissions = permissions;
    this.#regions = regions;
    this.#ground = ground;
  }

  /** Undefined where no caveat says anything of permissions or places. */
  static of(caveats: readonly Caveat[], catalog: Catalog, ground: Ground): Limits | undefined {
    const permissions = caveats.flatMap(({ permissions: names }) => (names ? [offered(names, catalog)] : []));
    const places = caveats.flatMap(({ boundaries }) =>
      boundaries ? [boundaries.flatMap((boundary) => placeOf(boundary, ground) ?? [])] : [],
    );
    if (permissions.length === 0 && places.length === 0) return undefined;
    const [first, ...more] = places;
    const met = first && more.reduce((left, others) => meet(left, others, ground), first);
    const regions = met ? new Map(met.map((key) => [key, ground.lineage(key)] as const)) : 'everywhere';
    return new Limits(permissions, regions, ground);
  }

  /** Whether no caveat says in which places. */
  get isEverywhere(): boolean {
    return this.#regions === 'everywhere';
  }

  /** Whether every permission is left where one is asked for in a boundary of this kind. */
  allows(permissions: readonly string[], kind: string): boolean {
    return permissions.every((permission) =>
      this.#permissions.every((left) => {
        const kinds = left.get(permission);
        return (
          kinds === 'every kind' || kinds?.some((upper) => this.#ground.canContain(upper, kind)) === true
        );
      }),
    );
  }

  /** What is left of a permission that is held in a place: the parts of the place that are left, or none. */
  partsOf(permission: string, place: BoundaryKey): readonly BoundaryKey[] {
    const parts =
      this.#regions === 'everywhere' ? [place] : meet([place], [...this.#regions.keys()], this.#ground);
    return parts.filter((part) => this.#mayAllow(permission, kindOf(part)));
  }

  /** Whether everything would be left of what is held everywhere, in this very boundary. */
  holds(permissions: readonly string[], boundary: BoundaryKey): boolean {
    if (permissions.length === 0 || !this.allows(permissions, kindOf(boundary))) return false;
    const regions = this.#regions;
    return regions === 'everywhere' || this.#ground.lineage(boundary).some((key) => regions.has(key));
  }

  /** Whether there can be a boundary of `kind` in which it would. */
  mayHold(permissions: readonly string[], kind: string): boolean {
    if (permissions.length === 0 || !this.allows(permissions, kind)) return false;
    if (this.#regions === 'everywhere') return true;
    return [...this.#regions.keys()].some((key) => this.#ground.canContain(kindOf(key), kind));
  }

  /** Whether anything is left at, above or below a boundary, of what is held wherever `isIn` says so (M12). */
  touches(boundary: BoundaryKey, isIn: IsIn): boolean {
    const line = this.#ground.lineage(boundary);
    if (this.#regions === 'everywhere')
      return isIn(boundary) && line.some((key) => this.#mayAllowAny(kindOf(key)));
    for (const [region, lineage] of this.#regions) {
      if (!this.#mayAllowAny(kindOf(region))) continue;
      if (line.includes(region) && isIn(boundary)) return true;
      if (lineage.includes(boundary) && isIn(region)) return true;
    }
    return false;
  }

  /** Whether there can be a boundary of `kind` for which that is so. */
  mayTouch(kind: string, isIn: IsIn): boolean {
    const { kinds } = this.#ground;
    if (this.#regions === 'everywhere')
      return kinds.some((upper) => this.#ground.canContain(upper, kind) && this.#mayAllowAny(upper));
    for (const [region, lineage] of this.#regions) {
      if (!isIn(region) || !this.#mayAllowAny(kindOf(region))) continue;
      if (this.#ground.canContain(kindOf(region), kind)) return true;
      if (lineage.some((key) => kindOf(key) === kind)) return true;
    }
    return false;
  }

  /** What they say, in one form. */
  said(): unknown {
    return [
      this.#permissions.map((left) => [...left].sort(([a], [b]) => (a < b ? -1 : 1))),
      this.#regions === 'everywhere' ? null : [...this.#regions].map((line) => JSON.stringify(line)).sort(),
    ];
  }

  /** Whether a permission that is held in a place of this kind is left in some kind of boundary there. */
  #mayAllow(permission: string, kind: string): boolean {
    return this.#ground.kinds.some(
      (lower) => this.#ground.canContain(kind, lower) && this.allows([permission], lower),
    );
  }

  #mayAllowAny(kind: string): boolean {
    const [first] = this.#permissions;
    return first === undefined || [...first.keys()].some((permission) => this.#mayAllow(permission, kind));
  }
}

function offered(names: readonly string[], catalog: Catalog): Offered {
  const all = new Map<string, readonly string[] | 'every kind'>();
  for (const name of names) {
    const { permissions, kinds } = offerOf(catalog, name);
    for (const raw of permissions) {
      const known = all.get(raw) ?? [];
      all.set(raw, kinds === 'every kind' || known === 'every kind' ? 'every kind' : [...known, ...kinds]);
    }
  }
  return all;
}

/** What lies in a place of both lists: of two places of which one lies in the other, the lower one. */
function meet(places: readonly BoundaryKey[], others: readonly BoundaryKey[], ground: Ground): BoundaryKey[] {
  const lower = (one: BoundaryKey, other: BoundaryKey): BoundaryKey[] => {
    if (ground.lineage(one).includes(other)) return [one];
    return ground.lineage(other).includes(one) ? [other] : [];
  };
  return [...new Set(places.flatMap((one) => others.flatMap((other) => lower(one, other))))];
}
