import { type BoundaryKey, type Ground, kindOf } from '../rules/boundarykinds.ts';
import { type Catalog, expandAssignable } from '../rules/catalog.ts';
import { unknownKey } from '../rules/placeline.ts';
import { STANDALONE_KINDS } from '../rules/requirement.ts';
import type { Grants } from '../types.ts';

/** How far a coarse scope reaches (M16): not at all, reading, or everything that permissions guard. */
export type Coarse = 'none' | 'read' | 'all';

/** Kinds of root operation, as narrow scopes spell them. */
export type NarrowVerb = 'query' | 'mutate' | 'subscribe';

const NOTHING_CLOSED: ReadonlySet<BoundaryKey> = new Set();
const NARROW = /^api:graphql:(query|mutate|subscribe):([_A-Za-z]\w*|\*)$/;

/**
 * Grants made ready for decisions: names expanded, boundaries keyed. Holds no clock: whether grants have
 * expired is settled when rights are made.
 */
export class Rights {
  /** Whether nothing at all is allowed, not even what is public: the grants carry a caveat that is not understood. */
  readonly barred: boolean;
  readonly subject: string | undefined;
  readonly authenticated: boolean;
  readonly scopes: ReadonlySet<string>;
  readonly policies: ReadonlySet<string>;
  readonly coarse: Coarse;
  readonly #narrow: ReadonlySet<string>;
  readonly #held: ReadonlyMap<string, ReadonlySet<BoundaryKey>>;
  readonly #touched: ReadonlySet<BoundaryKey>;
  /** Every place in which anything is held, with what lies above it. */
  readonly #places: ReadonlyMap<BoundaryKey, readonly BoundaryKey[]>;
  readonly #ground: Ground;
  /** Where coarse scopes pass no permission rule. */
  readonly #closed: ReadonlySet<BoundaryKey> | 'everywhere';

  private constructor(grants: Grants, catalog: Catalog, ground: Ground, barred: boolean) {
    this.barred = barred;
    this.#ground = ground;
    this.subject = typeof grants.subject === 'string' && grants.subject !== '' ? grants.subject : undefined;
    this.scopes = namesIn(grants.scopes);
    this.policies = namesIn(grants.policies);
    this.authenticated = grants.authenticated ?? this.subject !== undefined;
    this.coarse = this.scopes.has('api') ? 'all' : this.scopes.has('read_api') ? 'read' : 'none';
    this.#narrow = new Set([...this.scopes].filter((scope) => NARROW.test(scope)));
    const held = new Map<string, Set<BoundaryKey>>();
    for (const { permissions, boundary } of grants.granular ?? []) {
      const place = placeOf(boundary, ground);
      if (place === undefined) continue;
      for (const name of namesIn(permissions)) {
        for (const raw of expandAssignable(catalog, name, kindOf(place))) {
          held.set(raw, (held.get(raw) ?? new Set()).add(place));
        }
      }
    }
    this.#held = held;
    const places = new Set([...held.values()].flatMap((one) => [...one]));
    this.#places = new Map([...places].map((place) => [place, ground.lineage(place)]));
    this.#touched = new Set([...this.#places.values()].flat());
    this.#closed = this.coarse === 'none' ? NOTHING_CLOSED : ground.granularOnly;
  }

  /**
   * The rights of `grants` at the instant `now` (milliseconds since the epoch).
   * Expired grants, and grants with any caveat (this version understands none), hold nothing.
   */
  static of(grants: Grants, catalog: Catalog, ground: Ground, now: number): Rights {
    const expired = grants.expires !== undefined && !(Date.parse(grants.expires) > now);
    const { caveats } = grants;
    const caveated = caveats !== undefined && !(Array.isArray(caveats) && caveats.length === 0);
    return new Rights(expired || caveated ? {} : grants, catalog, ground, caveated);
  }

  /** Whether a narrow scope names this root field, by its own name or as a whole last part `*` (M17). */
  narrow(verb: NarrowVerb, field: string): boolean {
    if (this.#narrow.size === 0) return false;
    return this.#narrow.has(`api:graphql:${verb}:${field}`) || this.#narrow.has(`api:graphql:${verb}:*`);
  }

  /** Whether every permission is held in this very boundary, or above it. */
  holds(permissions: readonly string[], boundary: BoundaryKey): boolean {
    return this.#allHeldOn(permissions, this.#ground.lineage(boundary));
  }

  /** Whether there can be a boundary of `kind` in which every permission is held. */
  mayHold(permissions: readonly string[], kind: string): boolean {
    if (STANDALONE_KINDS.includes(kind)) return this.holds(permissions, `${kind}:`);
    for (const [place, lineage] of this.#places) {
      if (!this.#ground.canContain(kindOf(place), kind)) continue;
      if (this.#allHeldOn(permissions, lineage)) return true;
    }
    return false;
  }

  /** Whether a coarse scope passes permission rules in some places only, so that it matters where one is asked. */
  get isConfined(): boolean {
    return this.#closed === 'everywhere' || this.#closed.size > 0;
  }

  /** Whether a coarse scope passes permission rules in this boundary (M16). */
  reaches(boundary: BoundaryKey): boolean {
    const closed = this.#closed;
    return closed !== 'everywhere' && !this.#ground.lineage(boundary).some((key) => closed.has(key));
  }

  /** Whether anything at all is held at, above or below this boundary (M12). */
  touches(boundary: BoundaryKey): boolean {
    return this.#touched.has(boundary) || this.#ground.lineage(boundary).some((key) => this.#places.has(key));
  }

  /** Whether there can be a boundary of `kind` at, above or below which anything is held. */
  mayTouch(kind: string): boolean {
    for (const key of this.#touched) if (kindOf(key) === kind) return true;
    for (const place of this.#places.keys()) if (this.#ground.canContain(kindOf(place), kind)) return true;
    return false;
  }

  /** A key under which rights that see the same schema are equal: JSON of sorted parts, which is injective. */
  key(): string {
    const held = [...this.#held]
      .map(([name, places]) => [name, [...places].sort()] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const places = [...this.#places].map((line) => JSON.stringify(line)).sort();
    return JSON.stringify([
      this.authenticated,
      [...this.scopes].sort(),
      [...this.policies].sort(),
      held,
      places,
    ]);
  }

  #allHeldOn(permissions: readonly string[], lineage: readonly BoundaryKey[]): boolean {
    return permissions.length > 0 && permissions.every((name) => this.#heldOn(name, lineage));
  }

  #heldOn(permission: string, lineage: readonly BoundaryKey[]): boolean {
    const places = this.#held.get(permission);
    return places !== undefined && lineage.some((key) => places.has(key));
  }
}

/** Grants may come from code that no compiler checks: a string is no list of its letters. */
function namesIn(names: readonly string[] | undefined): ReadonlySet<string> {
  return new Set(Array.isArray(names) ? names : []);
}

/** `all_memberships` and `personal` need a source of memberships; without one they hold nowhere (M18). */
function placeOf(
  boundary: NonNullable<Grants['granular']>[number]['boundary'],
  ground: Ground,
): BoundaryKey | undefined {
  if (typeof boundary === 'string') return STANDALONE_KINDS.includes(boundary) ? `${boundary}:` : undefined;
  const [kind, identity] = Object.entries(boundary)[0] ?? [];
  if (kind === undefined || identity === undefined) return undefined;
  // What is held in a place that is not found is held, and in no place at all.
  return (
    ground.key(kind, identity) ?? (ground.canName(kind, identity) ? unknownKey(kind, identity) : undefined)
  );
}
