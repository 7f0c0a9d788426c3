import { type Caveat, isUnderstood } from './caveat.ts';
import { type Boundary, type Ground, isSame, isStandalone } from './ground.ts';

/** What a credential holds, as JSON. */
export interface Grants {
  readonly subject?: string;
  readonly authenticated?: boolean;
  readonly scopes?: readonly string[];
  readonly policies?: readonly string[];
  readonly granular?: readonly {
    readonly permissions: readonly string[];
    readonly boundary: string | Readonly<Record<string, string>>;
  }[];
  readonly expires?: string;
  readonly caveats?: readonly unknown[];
}

/** A catalogue of permissions and of the bundles in which they are granted, as its file has it (M24). */
export type Catalogue =
  | readonly Named[]
  | {
      readonly permissions?: readonly Named[];
      readonly permission_groups?: readonly {
        readonly name: string;
        readonly permissions: readonly string[];
        readonly boundaries: readonly string[];
      }[];
    };

type Named = string | { readonly name: string };

interface Held {
  readonly permission: string;
  readonly at: Boundary;
}

/** One credential: everything that can be asked about what it holds. */
export class Credential {
  readonly subject: string | undefined;
  readonly authenticated: boolean;
  /** Whether nothing at all is open to it: its grants carry a caveat that is not understood, or an address. */
  readonly isBarred: boolean;
  /** Which place is which. */
  readonly ground: Ground;
  readonly #grants: Grants;
  readonly #held: readonly Held[];
  readonly #caveats: readonly Caveat[];
  readonly #catalogue: Catalogue | undefined;

  constructor(grants: Grants, catalogue: Catalogue | undefined, ground: Ground, now: number) {
    const caveats = grants.caveats ?? [];
    this.isBarred = !caveats.every(isUnderstood) || (caveats as Caveat[]).some((one) => 'address' in one);
    this.#caveats = this.isBarred ? [] : (caveats as Caveat[]);
    this.#catalogue = catalogue;
    const ends = [grants, ...this.#caveats].flatMap(({ expires }) => expires ?? []);
    const isSpent = this.isBarred || ends.some((end) => !(Date.parse(end) > now));
    this.#grants = isSpent ? {} : grants;
    this.ground = ground;
    this.subject = this.#grants.subject === '' ? undefined : this.#grants.subject;
    this.authenticated = this.#grants.authenticated ?? this.subject !== undefined;
    this.#held = (this.#grants.granular ?? []).flatMap(({ permissions, boundary }) => {
      const at = this.#named(boundary);
      if (!at) return [];
      return permissions.flatMap((name) =>
        bundled(catalogue, name, at.kind).map((permission) => ({ permission, at })),
      );
    });
  }

  /** Whether a rule that asks for a scope finds it. Where caveats leave permissions and no scopes, it does not. */
  hasScope(scope: string): boolean {
    return this.#carries(scope) && this.#caveats.every((one) => one.scopes || !one.permissions);
  }

  /** Whether a scope is there to carry what coarse and narrow ones do. */
  #carries(scope: string): boolean {
    const isGiven = this.#grants.scopes?.includes(scope) === true;
    return isGiven && this.#caveats.every(({ scopes }) => !scopes || scopes.includes(scope));
  }

  hasPolicy(policy: string): boolean {
    return this.#grants.policies?.includes(policy) === true;
  }

  /** M16: `api` everywhere, `read_api` in everything but mutations. */
  isCoarse(operation: string): boolean {
    return this.#carries('api') || (this.#carries('read_api') && operation !== 'mutation');
  }

  /** M16: whether a coarse scope counts in a boundary. */
  isCoarseIn(boundary: Boundary): boolean {
    return !this.ground.isGranularOnly(boundary);
  }

  /** M17. */
  isNarrow(operation: string, field: string): boolean {
    const verb = operation === 'mutation' ? 'mutate' : operation === 'subscription' ? 'subscribe' : 'query';
    return this.#carries(`api:graphql:${verb}:${field}`) || this.#carries(`api:graphql:${verb}:*`);
  }

  /** Whether a field of a root type may not run, by its kind of operation and its name; `__typename` has none. */
  isKeptFrom(verb: string, name: string | undefined): boolean {
    return this.#caveats.some(({ readOnly, operations }) => {
      if (readOnly && verb === 'mutate') return true;
      return (
        name !== undefined &&
        operations &&
        !operations.some((one) => [`${verb}:${name}`, `${verb}:*`].includes(one))
      );
    });
  }

  /** Whether caveats leave only some permissions, or only some places. */
  get isLimited(): boolean {
    return this.#caveats.some(({ permissions, boundaries }) => permissions || boundaries);
  }

  /** Whether caveats leave some places only. */
  get isPlaced(): boolean {
    return this.#caveats.some(({ boundaries }) => boundaries);
  }

  /** Whether caveats leave a permission where it is asked for in a boundary of this kind. */
  leaves(permission: string, kind: string): boolean {
    return this.#caveats.every(
      ({ permissions }) =>
        !permissions ||
        this.ground.kinds.some(
          (upper) =>
            this.ground.canLieIn(kind, upper) &&
            permissions.some((name) => bundled(this.#catalogue, name, upper).includes(permission)),
        ),
    );
  }

  /** Whether a boundary lies in a place of every caveat that names places. */
  isWithin(boundary: Boundary): boolean {
    const line = this.ground.above(boundary);
    return this.#caveats.every(
      ({ boundaries }) =>
        !boundaries ||
        boundaries.some((named) => {
          const place = this.#named(named);
          return place && line.some((one) => isSame(one, place));
        }),
    );
  }

  /** Whether each permission is held in this boundary or above it. */
  holds(permissions: readonly string[], boundary: Boundary): boolean {
    return this.#isGranted(permissions, boundary) && this.carries(permissions, boundary);
  }

  #isGranted(permissions: readonly string[], boundary: Boundary): boolean {
    const line = this.ground.above(boundary);
    return (
      !this.#caveats.some((one) => one.scopes && !one.permissions) &&
      permissions.every((permission) =>
        this.#held.some(
          (one) => one.permission === permission && line.some((place) => isSame(place, one.at)),
        ),
      )
    );
  }

  /** Whether a scope that carries every permission carries these in this boundary, as far as caveats go. */
  carries(permissions: readonly string[], boundary: Boundary): boolean {
    return permissions.every((one) => this.leaves(one, boundary.kind)) && this.isWithin(boundary);
  }

  /** Whether there can be a boundary of this kind in which each permission is held: "held anywhere" (M11). */
  canHold(permissions: readonly string[], kind: string): boolean {
    if (isStandalone(kind)) return this.holds(permissions, { kind, identity: '' });
    if (!permissions.every((one) => this.leaves(one, kind))) return false;
    return this.#placesMet.some(
      (at) => this.ground.canLieIn(kind, at.kind) && this.isWithin(at) && this.#isGranted(permissions, at),
    );
  }

  /** The same for a scope that carries every permission. */
  canCarry(permissions: readonly string[], kind: string): boolean {
    if (!permissions.every((one) => this.leaves(one, kind))) return false;
    if (!this.isPlaced) return true;
    return this.#placesMet.some((at) => this.ground.canLieIn(kind, at.kind) && this.isWithin(at));
  }

  /** Every place that grants and caveats name: where something holds, it holds from one of these on. */
  get #placesMet(): Boundary[] {
    const named = this.#caveats.flatMap(({ boundaries }) => boundaries ?? []);
    return [...this.#held.map(({ at }) => at), ...named.flatMap((one) => this.#named(one) ?? [])];
  }

  /** Places in which something is left of what is held, by name or by a coarse scope, each with what it is. */
  #left(isCoarse: boolean): Boundary[] {
    const mayBeAsked = (permission: string, { kind }: Boundary): boolean =>
      this.ground.kinds.some((lower) => this.ground.canLieIn(lower, kind) && this.leaves(permission, lower));
    const within = this.#placesMet.filter((at) => this.isWithin(at));
    const byName = within.filter((at) =>
      this.#held.some(({ permission }) => this.#isGranted([permission], at) && mayBeAsked(permission, at)),
    );
    if (!isCoarse || !this.isPlaced) return byName;
    const known = this.#namesLeft;
    const byScope = within.filter(
      (at) => this.isCoarseIn(at) && (!known || known.some((one) => mayBeAsked(one, at))),
    );
    return [...byName, ...byScope];
  }

  /** Every permission of which a caveat speaks; undefined where none does. */
  get #namesLeft(): string[] | undefined {
    const names = this.#caveats.flatMap(({ permissions }) => permissions ?? []);
    if (names.length === 0) return undefined;
    return names.flatMap((name) => this.ground.kinds.flatMap((kind) => bundled(this.#catalogue, name, kind)));
  }

  /** Whether a coarse scope that is not limited to places leaves anything to ask for in, or below, some of these kinds. */
  #leavesAny(kinds: readonly string[]): boolean {
    const lower = this.ground.kinds.filter((one) => kinds.some((kind) => this.ground.canLieIn(one, kind)));
    const names = this.#namesLeft;
    return !names || names.some((name) => lower.some((kind) => this.leaves(name, kind)));
  }

  /** Whether anything is held at, above or below a boundary (M12); by a coarse scope only where caveats limit it. */
  touches(boundary: Boundary, operation: string): boolean {
    const isCoarse = this.isLimited && this.isCoarse(operation);
    const line = this.ground.above(boundary);
    if (
      isCoarse &&
      !this.isPlaced &&
      this.isCoarseIn(boundary) &&
      this.#leavesAny(line.map(({ kind }) => kind))
    )
      return true;
    const meets = (at: Boundary): boolean =>
      line.some((place) => isSame(place, at)) ||
      this.ground.above(at).some((place) => isSame(place, boundary));
    return (
      this.#left(false).some(meets) ||
      (isCoarse &&
        this.#left(true).some((at) => meets(at) && this.isCoarseIn(lowerOf(this.ground, at, boundary))))
    );
  }

  /** Whether anything is held at, above or below some boundary of this kind. */
  canTouch(kind: string, operation: string): boolean {
    const isCoarse = this.isLimited && this.isCoarse(operation) && !this.ground.isGranularOnlyEverywhere;
    const uppers = this.ground.kinds.filter((one) => this.ground.canLieIn(kind, one));
    if (isCoarse && !this.isPlaced && this.#leavesAny(uppers)) return true;
    return this.#left(isCoarse).some(
      (at) =>
        this.ground.canLieIn(kind, at.kind) || this.ground.above(at).some((place) => place.kind === kind),
    );
  }

  /** The boundary that an identity names; undefined for what names none. `user` is the subject itself (M13). */
  boundary(kind: string, value: unknown): Boundary | undefined {
    if (kind !== 'user') return this.ground.boundary(kind, value);
    const isText = typeof value === 'string' || typeof value === 'number';
    const isOwn = isText && this.subject !== undefined && String(value) === this.subject;
    return isOwn ? { kind, identity: '' } : undefined;
  }

  #named(boundary: string | Readonly<Record<string, string>>): Boundary | undefined {
    if (typeof boundary === 'string')
      return isStandalone(boundary) ? { kind: boundary, identity: '' } : undefined;
    const [kind = '', identity = ''] = Object.entries(boundary)[0] ?? [];
    if (isStandalone(kind)) return undefined;
    const place = this.ground.boundary(kind, identity);
    if (place || !this.ground.isAsked(kind)) return place;
    return { kind, identity, above: [], isNowhere: true };
  }
}

/** Of two boundaries of which one lies in the other, the lower one. */
function lowerOf(ground: Ground, one: Boundary, other: Boundary): Boundary {
  return ground.above(one).some((place) => isSame(place, other)) ? one : other;
}

/** M24: with a catalogue a grant names bundles, expanded where they are offered; without, raw permissions. */
function bundled(catalogue: Catalogue | undefined, name: string, kind: string): readonly string[] {
  const { permissions = [], permission_groups: groups = [] } =
    catalogue === undefined || 'length' in catalogue ? { permissions: catalogue } : catalogue;
  if (groups.length > 0) {
    const bundle = groups.find((one) => one.name === name);
    return bundle?.boundaries.includes(kind) ? bundle.permissions : [];
  }
  const known = permissions.map((one) => (typeof one === 'string' ? one : one.name));
  return known.length === 0 || known.includes(name) ? [name] : [];
}
