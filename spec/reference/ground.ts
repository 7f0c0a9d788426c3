import type { Kinds } from './rules.ts';

/** One boundary: a kind, and the identity of its object; empty for `user` and `instance`. */
export interface Boundary {
  readonly kind: string;
  readonly identity: string;
  /** What lies above it, nearest first, where somebody was asked. */
  readonly above?: readonly Boundary[];
  /** Set for what a grant names and nobody finds: something is held there, and nothing lies there. */
  readonly isNowhere?: true;
}

/** What is told of places, where somebody has to be asked: by kind, then by identity as written. */
export type Places = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Which place is which, and what lies in what (M23). */
export class Ground {
  readonly #kinds: Kinds;
  readonly #places: Places;
  readonly #granularOnly: readonly Readonly<Record<string, string>>[];

  constructor(kinds: Kinds, places: Places, granularOnly: readonly Readonly<Record<string, string>>[]) {
    this.#kinds = kinds;
    this.#places = places;
    this.#granularOnly = granularOnly;
  }

  /** Whether places of a kind have to be asked for. */
  isAsked(kind: string): boolean {
    return this.#kinds[kind]?.places !== undefined;
  }

  /** The place that an identity names; undefined for what names none. */
  boundary(kind: string, value: unknown): Boundary | undefined {
    const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text !== 'string' || text === '') return undefined;
    const shape = Object.hasOwn(this.#kinds, kind) ? this.#kinds[kind] : undefined;
    if (!shape) return undefined;
    if (shape.places !== undefined) return this.#told(kind, this.#places[kind]?.[text]);
    if (shape.parent && text.split(shape.separator ?? '/').some((one) => ['', '.', '..'].includes(one)))
      return undefined;
    const identity =
      shape.canonical === 'lowercase' ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
    return { kind, identity };
  }

  /** A boundary and everything above it. */
  above(boundary: Boundary): Boundary[] {
    if (boundary.above) return [boundary, ...boundary.above];
    const { parent, separator = '/', places } = this.#kinds[boundary.kind] ?? {};
    const segments = boundary.identity.split(separator);
    if (!parent || places !== undefined || segments.length < 2) return [boundary];
    return [boundary, ...this.above({ kind: parent, identity: segments.slice(0, -1).join(separator) })];
  }

  /** Whether a boundary of the lower kind can lie in one of the upper kind, or be of it. */
  canLieIn(lower: string, upper: string): boolean {
    return lower === upper || this.#canLieBelow(lower, upper);
  }

  /** Every kind there is. */
  get kinds(): string[] {
    return [...Object.keys(this.#kinds), 'user', 'instance'];
  }

  /** Whether it cannot be told which places require granular tokens, so that every place does (M16). */
  get isGranularOnlyEverywhere(): boolean {
    return this.#granularOnly.some((named) => {
      const [kind = '', identity] = Object.entries(named)[0] ?? [];
      return !this.boundary(kind, identity);
    });
  }

  /** Whether some places require granular tokens (M16). */
  get hasGranularOnly(): boolean {
    return this.#granularOnly.length > 0;
  }

  /** Whether a boundary lies in a place that requires granular tokens, or may do so for all that is known. */
  isGranularOnly(boundary: Boundary): boolean {
    const line = this.above(boundary);
    return this.#granularOnly.some((named) => {
      const [kind = '', identity] = Object.entries(named)[0] ?? [];
      const place = this.boundary(kind, identity);
      return !place || line.some((one) => isSame(one, place));
    });
  }

  #canLieBelow(lower: string, upper: string): boolean {
    const parent = this.#kinds[lower]?.parent;
    if (parent === undefined) return false;
    return parent === upper || (parent !== lower && this.#canLieBelow(parent, upper));
  }

  /** What is not understood to its last entry is no place. */
  #told(kind: string, answer: unknown): Boundary | undefined {
    if (typeof answer !== 'object' || answer === null) return undefined;
    const { id, above = [], ...rest } = answer as { id?: unknown; above?: unknown };
    if (typeof id !== 'string' || id === '' || !Array.isArray(above) || Object.keys(rest).length > 0)
      return undefined;
    const line: Boundary[] = [];
    let lower = kind;
    for (const one of above as Record<string, unknown>[]) {
      const [[upper, identity] = ['', ''], ...more] = Object.entries(one);
      if (more.length > 0 || !this.#canLieBelow(lower, upper)) return undefined;
      const place = this.isAsked(upper)
        ? typeof identity === 'string' && identity !== ''
          ? { kind: upper, identity }
          : undefined
        : this.boundary(upper, identity);
      if (!place || [{ kind, identity: id }, ...line].some((earlier) => isSame(earlier, place)))
        return undefined;
      line.push(...this.above(place));
      lower = upper;
    }
    return line.length < 64 ? { kind, identity: id, above: line } : undefined;
  }
}

export function isSame(one: Boundary, other: Boundary): boolean {
  return one.kind === other.kind && one.identity === other.identity && one.isNowhere === other.isNowhere;
}

export function isStandalone(kind: string): boolean {
  return kind === 'user' || kind === 'instance';
}
