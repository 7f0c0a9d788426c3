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
  /** Whether nothing at all is open to it: its grants carry a caveat that is not understood. */
  readonly isBarred: boolean;
  /** Which place is which. */
  readonly ground: Ground;
  readonly #grants: Grants;
  readonly #held: readonly Held[];

  constructor(grants: Grants, catalogue: Catalogue | undefined, ground: Ground, now: number) {
    this.isBarred = (grants.caveats ?? []).length > 0;
    const isSpent = this.isBarred || (grants.expires !== undefined && !(Date.parse(grants.expires) > now));
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

  hasScope(scope: string): boolean {
    return this.#grants.scopes?.includes(scope) === true;
  }

  hasPolicy(policy: string): boolean {
    return this.#grants.policies?.includes(policy) === true;
  }

  /** M16: `api` everywhere, `read_api` in everything but mutations. */
  isCoarse(operation: string): boolean {
    return this.hasScope('api') || (this.hasScope('read_api') && operation !== 'mutation');
  }

  /** M16: whether a coarse scope counts in a boundary. */
  isCoarseIn(boundary: Boundary): boolean {
    return !this.ground.isGranularOnly(boundary);
  }

  /** M17. */
  isNarrow(operation: string, field: string): boolean {
    const verb = operation === 'mutation' ? 'mutate' : operation === 'subscription' ? 'subscribe' : 'query';
    return this.hasScope(`api:graphql:${verb}:${field}`) || this.hasScope(`api:graphql:${verb}:*`);
  }

  /** Whether each permission is held in this boundary or above it. */
  holds(permissions: readonly string[], boundary: Boundary): boolean {
    const line = this.ground.above(boundary);
    return permissions.every((permission) =>
      this.#held.some((one) => one.permission === permission && line.some((place) => isSame(place, one.at))),
    );
  }

  /** Whether there can be a boundary of this kind in which each permission is held: "held anywhere" (M11). */
  canHold(permissions: readonly string[], kind: string): boolean {
    if (isStandalone(kind)) return this.holds(permissions, { kind, identity: '' });
    return this.#held.some(({ at }) => this.ground.canLieIn(kind, at.kind) && this.holds(permissions, at));
  }

  /** Whether anything is held at, above or below a boundary (M12). */
  touches(boundary: Boundary): boolean {
    const line = this.ground.above(boundary);
    return this.#held.some(
      ({ at }) =>
        line.some((place) => isSame(place, at)) ||
        this.ground.above(at).some((place) => isSame(place, boundary)),
    );
  }

  /** Whether anything is held at, above or below some boundary of this kind. */
  canTouch(kind: string): boolean {
    return this.#held.some(
      ({ at }) =>
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
