import { nearest } from '../coordinates.ts';
import { AmbitError } from '../errors.ts';
import { STANDALONE_KINDS } from './requirement.ts';
import type { BoundaryKindSource } from './rules.ts';

/** The identity of one boundary, tagged with its kind: `project:acme/web`. Kinds hold no colon, so it is injective. */
export type BoundaryKey = string;

/** What nests deeper is not covered from above: a canonical function that makes identities longer would never end. */
const MAX_LEVELS = 64;

/** Configured kinds of boundary and how they nest (M23). */
export class BoundaryKinds {
  readonly #kinds: ReadonlyMap<string, BoundaryKindSource>;

  /** @throws AmbitError BAD_RULES for a parent that is no kind, or a cycle between different kinds. */
  constructor(sources: Readonly<Record<string, BoundaryKindSource>>) {
    this.#kinds = new Map(Object.entries(sources));
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
    }
  }

  /** Every name that may stand as a `boundaryType`. */
  names(): string[] {
    return [...this.#kinds.keys(), ...STANDALONE_KINDS];
  }

  has(kind: string): boolean {
    return this.#kinds.has(kind) || STANDALONE_KINDS.includes(kind);
  }

  /** The key of one object of `kind`; undefined for an identity that cannot name one: fail closed. */
  key(kind: string, identity: unknown): BoundaryKey | undefined {
    const source = this.#kinds.get(kind);
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
      if (source?.parent === undefined) return line;
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
