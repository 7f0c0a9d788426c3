import type { Policy } from '../compile/policy.ts';
import type { Variables } from '../plan/inputs.ts';
import type { Atlas } from '../rules/atlas.ts';
import type { BoundaryKey } from '../rules/boundarykinds.ts';
import type { BoundaryPath } from '../rules/boundarypath.ts';
import { textOf } from '../rules/placesource.ts';

/** An id whose boundary has to be looked up before anything runs (M14). */
export interface Lookup {
  readonly kind: string;
  readonly boundary: BoundaryPath;
  readonly id: string;
}

/** What look-ups found: the identity, or null where there is none. Keyed by `lookupKey`. */
export type Facts = ReadonlyMap<string, string | null>;

/** JSON of the three parts, which is injective. */
export function lookupKey({ kind, boundary, id }: Lookup): string {
  return JSON.stringify([kind, boundary.text, id]);
}

/** What locating needs to know of the request, and the look-ups that it came to want. */
export class Scene {
  readonly policy: Policy;
  readonly variables: Variables;
  readonly facts: Facts;
  readonly subject: string | undefined;
  /** What this request knows of places; undefined where every kind is known by its names alone. */
  readonly atlas: Atlas | undefined;
  readonly #hidden: ((coordinate: string) => boolean) | undefined;
  #wanted: Map<string, Lookup> | undefined;
  #asksPlaces = false;

  constructor(
    policy: Policy,
    variables: Variables,
    facts: Facts,
    subject: string | undefined,
    hidden?: ((coordinate: string) => boolean) | undefined,
    atlas?: Atlas | undefined,
  ) {
    this.policy = policy;
    this.variables = variables;
    this.facts = facts;
    this.subject = subject;
    this.#hidden = hidden;
    this.atlas = atlas;
  }

  /** Whether a coordinate is hidden from the credential, so that no error may name it. */
  hides(coordinate: string): boolean {
    return this.#hidden?.(coordinate) ?? false;
  }

  /**
   * The key of an identity: null where it names nothing, undefined where that is not known yet. That of the subject
   * itself is the boundary `user`, and nobody else's is (M13).
   */
  key(kind: string, identity: unknown): BoundaryKey | null | undefined {
    if (kind === 'user') return isOwn(identity, this.subject) ? 'user:' : null;
    const { kinds } = this.policy;
    if (!this.atlas || !kinds.isAsked(kind)) return kinds.key(kind, identity) ?? null;
    this.#asksPlaces = true;
    return this.atlas.find(kind, identity);
  }

  /** Whether a decision here depends on places that a source tells of. */
  get asksPlaces(): boolean {
    return this.#asksPlaces;
  }

  /** Whether something has to be asked, and everything decided again, before anything may run. */
  get isWaiting(): boolean {
    return this.#wanted !== undefined || this.atlas?.isWanting === true;
  }

  /** Told of each look-up that has no fact yet. */
  wanted(lookup: Lookup): void {
    this.#wanted ??= new Map();
    this.#wanted.set(lookupKey(lookup), lookup);
  }

  /** Every look-up that was wanted, each once. */
  lookups(): readonly Lookup[] {
    return this.#wanted ? [...this.#wanted.values()] : NO_LOOKUPS;
  }
}

/** Whether an identity is the subject itself: a text or a whole number, never what only reads like one. */
function isOwn(identity: unknown, subject: string | undefined): boolean {
  return subject !== undefined && textOf(identity) === subject;
}

const NO_LOOKUPS: readonly Lookup[] = [];
