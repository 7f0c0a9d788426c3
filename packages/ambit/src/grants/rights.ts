import { type BoundaryKey, type Ground, kindOf } from '../rules/boundarykinds.ts';
import { type Catalog, expandAssignable } from '../rules/catalog.ts';
import { STANDALONE_KINDS } from '../rules/requirement.ts';
import type { Caveat, CaveatReason, Grants } from '../types.ts';
import { endOf, understoodCaveats } from './caveats.ts';
import { leftOf, type NarrowVerb, namesIn, narrowAmong, placeOf } from './held.ts';
import { Limits } from './limits.ts';
import { RootLimits } from './rootlimits.ts';

/** How far a coarse scope reaches (M16): not at all, reading, or everything that permissions guard. */
export type Coarse = 'none' | 'read' | 'all';

const NO_CAVEATS: readonly Caveat[] = [];
const NOTHING_CLOSED: ReadonlySet<BoundaryKey> = new Set();

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
  /** What caveats leave of permissions, those of coarse and narrow scopes too; undefined where they leave everything. */
  readonly limits: Limits | undefined;
  /** Which root fields caveats let run; undefined where they let every one. */
  readonly roots: RootLimits | undefined;
  readonly #narrow: ReadonlySet<string>;
  readonly #held: ReadonlyMap<string, ReadonlySet<BoundaryKey>>;
  readonly #touched: ReadonlySet<BoundaryKey>;
  /** Every place in which anything is held, with what lies above it. */
  readonly #places: ReadonlyMap<BoundaryKey, readonly BoundaryKey[]>;
  readonly #ground: Ground;
  /** Where coarse scopes pass no permission rule. */
  readonly #closed: ReadonlySet<BoundaryKey> | 'everywhere';

  private constructor(
    grants: Grants,
    caveats: readonly Caveat[],
    catalog: Catalog,
    ground: Ground,
    barred: boolean,
  ) {
    this.barred = barred;
    this.#ground = ground;
    this.subject = typeof grants.subject === 'string' && grants.subject !== '' ? grants.subject : undefined;
    this.policies = namesIn(grants.policies);
    this.authenticated = grants.authenticated ?? this.subject !== undefined;
    const { scopes, carried, granular } = leftOf(grants, caveats);
    this.scopes = scopes;
    this.coarse = carried.has('api') ? 'all' : carried.has('read_api') ? 'read' : 'none';
    this.#narrow = narrowAmong(carried);
    this.limits = Limits.of(caveats, catalog, ground);
    this.roots = RootLimits.of(caveats);
    const held = new Map<string, Set<BoundaryKey>>();
    for (const { permissions, boundary } of granular) {
      const place = placeOf(boundary, ground);
      if (place === undefined) continue;
      for (const name of namesIn(permissions)) {
        for (const raw of expandAssignable(catalog, name, kindOf(place))) {
          const parts = this.limits ? this.limits.partsOf(raw, place) : [place];
          for (const part of parts) held.set(raw, (held.get(raw) ?? new Set()).add(part));
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
   * The rights of `grants` at the instant `now` (milliseconds since the epoch). Grants that have ended hold nothing,
   * and those with a caveat that is not understood, or that nobody checked, are barred.
   */
  static of(grants: Grants, catalog: Catalog, ground: Ground, now: number): Rights {
    const caveats = understoodCaveats(grants.caveats);
    // Who knows from where a credential is used takes such a caveat out once it holds.
    if (!caveats || caveats.some(({ address }) => address !== undefined))
      return new Rights({}, NO_CAVEATS, catalog, ground, true);
    const expired = !(endOf(caveats.length === 0 ? grants : { ...grants, caveats }) > now);
    return new Rights(expired ? {} : grants, caveats, catalog, ground, false);
  }

  /** Whether a narrow scope names this root field, by its own name or as a whole last part `*` (M17). */
  narrow(verb: NarrowVerb, field: string): boolean {
    if (this.#narrow.size === 0) return false;
    return this.#narrow.has(`api:graphql:${verb}:${field}`) || this.#narrow.has(`api:graphql:${verb}:*`);
  }

  /** Why caveats keep a root field from running; undefined where they do not. */
  refusal(verb: NarrowVerb, field: string | undefined): CaveatReason | undefined {
    return this.roots?.refusal(verb, field);
  }

  /** Whether every permission is held in this very boundary, or above it. */
  holds(permissions: readonly string[], boundary: BoundaryKey): boolean {
    if (this.limits?.allows(permissions, kindOf(boundary)) === false) return false;
    return this.#allHeldOn(permissions, this.#ground.lineage(boundary));
  }

  /** Whether there can be a boundary of `kind` in which every permission is held. */
  mayHold(permissions: readonly string[], kind: string): boolean {
    if (STANDALONE_KINDS.includes(kind)) return this.holds(permissions, `${kind}:`);
    if (this.limits?.allows(permissions, kind) === false) return false;
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

  /** Whether a coarse scope that caveats limit holds anything at, above or below this boundary. */
  touchesCoarsely(boundary: BoundaryKey): boolean {
    return this.limits?.touches(boundary, (place) => this.reaches(place)) === true;
  }

  /** Whether there can be a boundary of `kind` for which that is so. */
  mayTouchCoarsely(kind: string): boolean {
    if (this.#closed === 'everywhere') return false;
    return this.limits?.mayTouch(kind, (place) => this.reaches(place)) === true;
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
      ...(this.limits || this.roots
        ? [this.coarse, [...this.#narrow].sort(), this.limits?.said() ?? null, this.roots?.said() ?? null]
        : []),
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
