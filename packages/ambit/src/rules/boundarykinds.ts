import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import { MAX_LEVELS, type PlaceName, type PlaceSource, textOf } from './placesource.ts';
import { STANDALONE_KINDS } from './requirement.ts';
import type { BoundaryKindSource } from './rules.ts';

/** The identity of one boundary, tagged with its kind: `project:acme/web`. Kinds hold no colon, so it is injective. */
export type BoundaryKey = string;

/** What whoever holds something has to know of places: which is which, and what lies above. */
export interface Ground {
  /** The key of a place; undefined for what names none, or none that is known. */
  key(kind: string, identity: unknown): BoundaryKey | undefined;
  /** Whether an identity can name an object of `kind` at all. */
  canName(kind: string, identity: unknown): boolean;
  /** The key itself and those of everything above it, nearest first. */
  lineage(key: BoundaryKey): readonly BoundaryKey[];
  /** Whether a boundary of kind `upper` can contain one of kind `lower`, or be of the same kind. */
  canContain(upper: string, lower: string): boolean;
  /** Every kind of boundary there is. */
  readonly kinds: readonly string[];
  /** Places in and below which coarse scopes pass no permission rule; `everywhere` where that cannot be told (M16). */
  readonly granularOnly: ReadonlySet<BoundaryKey> | 'everywhere';
}

/** Places in which only granular tokens count: those known by name alone, and those that a source has to find. */
interface GranularPlaces {
  readonly keys: ReadonlySet<BoundaryKey>;
  readonly asked: readonly { readonly kind: string; readonly identity: string }[];
}

/** How a kind is configured, in words that can be compared and printed. */
export interface KindSettings {
  readonly parent: string | null;
  readonly separator: string;
  readonly canonical: 'lowercase' | 'function' | null;
  readonly places: 'asked' | 'named';
}

/** Configured kinds of boundary and how they nest (M23). */
export class BoundaryKinds implements Ground {
  /** Whether some kind has a source of its places: then every request has an atlas of its own. */
  readonly hasAsked: boolean;
  readonly granularPlaces: GranularPlaces;
  readonly #kinds: ReadonlyMap<string, BoundaryKindSource>;

  /**
   * @throws AmbitError BAD_RULES for a parent that is no kind, or one whose places have to be asked for below names
   * that are read; BAD_OPTION for a place in `granularOnly` that can be none
   */
  constructor(
    sources: Readonly<Record<string, BoundaryKindSource>>,
    granularOnly: readonly PlaceName[] = [],
  ) {
    this.#kinds = new Map(Object.entries(sources));
    this.hasAsked = [...this.#kinds.keys()].some((kind) => this.isAsked(kind));
    for (const [name, { parent }] of this.#kinds) {
      if (!/^[^\s:]+$/.test(name)) {
        throw new AmbitError('BAD_RULES', `\`${name}\` is no name for a boundary kind; use lower case`);
      }
      if (STANDALONE_KINDS.includes(name)) {
        throw new AmbitError('BAD_RULES', `\`${name}\` is a standalone kind; it cannot be configured`);
      }
      if (parent !== undefined && !this.#kinds.has(parent)) {
        throw new AmbitError(
          'BAD_RULES',
          `boundary kind \`${name}\` has the parent \`${parent}\`, which is no configured kind`,
          {
            suggestion: nearest(parent, this.#kinds.keys()),
          },
        );
      }
      if (parent !== undefined && this.isAsked(parent) && !this.isAsked(name)) {
        throw new AmbitError(
          'BAD_RULES',
          `boundary kind \`${parent}\` has a source of places, and \`${name}\` below it has none`,
          { suggestion: `give \`${name}\` a source as well, which says in which ${parent} each place lies` },
        );
      }
    }
    this.granularPlaces = this.#granularPlaces(granularOnly);
  }

  get granularOnly(): ReadonlySet<BoundaryKey> | 'everywhere' {
    const { keys, asked } = this.granularPlaces;
    return asked.length > 0 ? 'everywhere' : keys;
  }

  get kinds(): readonly string[] {
    return this.names();
  }

  /** Whether places of `kind` are known by what their source answers, and not by their names. */
  isAsked(kind: string): boolean {
    return this.#kinds.get(kind)?.places !== undefined;
  }

  /** Who tells of places of `kind`; undefined where nobody does here. */
  sourceOf(kind: string): PlaceSource | undefined {
    const places = this.#kinds.get(kind)?.places;
    return typeof places === 'function' ? places : undefined;
  }

  /** Whether an identity can name an object of `kind` at all. */
  canName(kind: string, identity: unknown): boolean {
    return this.isAsked(kind) ? textOf(identity) !== undefined : this.key(kind, identity) !== undefined;
  }

  /** Every name that may stand as a `boundaryType`. */
  names(): string[] {
    return [...this.#kinds.keys(), ...STANDALONE_KINDS];
  }

  /** How a configured kind is set up; undefined for a standalone one, and for none. */
  settingsOf(kind: string): KindSettings | undefined {
    const source = this.#kinds.get(kind);
    if (source === undefined) return undefined;
    const { parent = null, separator = '/', canonical, places } = source;
    return {
      parent,
      separator,
      canonical: typeof canonical === 'function' ? 'function' : (canonical ?? null),
      places: places === undefined ? 'named' : 'asked',
    };
  }

  has(kind: string): boolean {
    return this.#kinds.has(kind) || STANDALONE_KINDS.includes(kind);
  }

  /** The key of one object of `kind`; undefined for an identity that cannot name one, or has to be asked about. */
  key(kind: string, identity: unknown): BoundaryKey | undefined {
    const source = this.#kinds.get(kind);
    if (source?.places !== undefined) return undefined;
    const text = typeof identity === 'number' && Number.isSafeInteger(identity) ? String(identity) : identity;
    if (source === undefined || typeof text !== 'string' || !isIdentity(text, source)) return undefined;
    const canonical = canonicalOf(text, source);
    return canonical !== undefined && isIdentity(canonical, source) ? `${kind}:${canonical}` : undefined;
  }

  /** The key itself and those of everything above it, nearest first. */
  lineage(key: BoundaryKey): BoundaryKey[] {
    const line = [key];
    let [kind, identity] = split(key);
    for (;;) {
      const source = this.#kinds.get(kind);
      if (source?.parent === undefined || source.places !== undefined) return line;
      const cut = identity.lastIndexOf(source.separator ?? '/');
      if (cut <= 0) return line;
      const above = this.key(source.parent, identity.slice(0, cut));
      if (above === undefined || line.length >= MAX_LEVELS) return line;
      [kind, identity] = split(above);
      line.push(above);
    }
  }

  /** Whether a boundary of kind `upper` can contain one of kind `lower`, or be of the same kind. */
  canContain(upper: string, lower: string): boolean {
    const seen = new Set<string>();
    for (let kind: string | undefined = lower; kind !== undefined && !seen.has(kind); ) {
      if (kind === upper) return true;
      seen.add(kind);
      kind = this.#kinds.get(kind)?.parent;
    }
    return false;
  }

  /** Whether a boundary of kind `lower` can lie in another one of kind `upper`. */
  canLieIn(lower: string, upper: string): boolean {
    const parent = this.#kinds.get(lower)?.parent;
    return parent !== undefined && this.canContain(upper, parent);
  }

  #granularPlaces(places: readonly PlaceName[]): GranularPlaces {
    const keys = new Set<BoundaryKey>();
    const asked: { kind: string; identity: string }[] = [];
    for (const place of places) {
      const [[kind, identity] = ['', ''], ...more] = Object.entries(place);
      if (more.length > 0 || !this.#kinds.has(kind)) {
        const near = nearest(kind, this.#kinds.keys());
        throw badPlace(`\`${kind}\` in \`granularOnly\` is no configured kind of boundary`, near);
      }
      const key = this.key(kind, identity);
      if (typeof identity !== 'string' || !this.canName(kind, identity))
        throw badPlace(`\`${String(identity)}\` in \`granularOnly\` cannot identify a ${kind}`);
      if (key === undefined) asked.push({ kind, identity });
      else keys.add(key);
    }
    return { keys, asked };
  }
}

function badPlace(message: string, near?: string): AmbitError {
  return new AmbitError('BAD_OPTION', message, {
    suggestion: near ?? 'write a list of places, such as `[{ group: "acme" }]`',
  });
}

function isIdentity(text: string, { parent, separator }: BoundaryKindSource): boolean {
  return text !== '' && (parent === undefined || !text.split(separator ?? '/').some(isNoSegment));
}

/** What a function cannot make a text of, at once and without throwing, identifies nothing. */
function canonicalOf(text: string, { canonical }: BoundaryKindSource): string | undefined {
  if (canonical === undefined) return text;
  if (canonical === 'lowercase') return asciiLowercase(text);
  try {
    const made: unknown = canonical(text);
    return typeof made === 'string' ? made : undefined;
  } catch {
    return undefined;
  }
}

/** An API may resolve `a/../b` to `b`; taken for something below `a` it would escape its group. */
function isNoSegment(segment: string): boolean {
  return segment === '' || segment === '.' || segment === '..';
}

/** The kind of a key. */
export function kindOf(key: BoundaryKey): string {
  return split(key)[0];
}

function split(key: BoundaryKey): [kind: string, identity: string] {
  const colon = key.indexOf(':');
  return [key.slice(0, colon), key.slice(colon + 1)];
}

/** Only ASCII folds: `toLowerCase` maps the Kelvin sign to `k`, and two identities must not meet by accident. */
function asciiLowercase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 32));
}
