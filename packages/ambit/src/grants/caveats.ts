import { AmbitError } from '../errors.ts';
import type { Caveat, CaveatBoundary, Grants } from '../types.ts';
import { instant, mapping, onlyKeys, text, texts, wrong } from './reading.ts';

/** The words of caveats, each with what reads it. There are no others. */
const WORDS: { readonly [Key in keyof Required<Caveat>]: (value: unknown) => Required<Caveat>[Key] } = {
  operations: (value) => someTexts(value, 'operations').map(operationName),
  permissions: (value) => someTexts(value, 'permissions'),
  scopes: (value) => someTexts(value, 'scopes'),
  boundaries: (value) => some(value, 'boundaries').map(placeFrom),
  readOnly: (value) => {
    if (value === true) return true;
    throw wrong('readOnly', 'true, or absent', value);
  },
  expires: (value) => instant(value, 'expires'),
  address: (value) => someTexts(value, 'address'),
  label: (value) => text(value, 'label'),
};
const KNOWN = Object.keys(WORDS) as (keyof Caveat)[];

/** One root field, or `*` for all of a kind. Nothing else may stand around the star. */
const OPERATION = /^(query|mutate|subscribe):([_A-Za-z][_0-9A-Za-z]*|\*)$/;
const STANDALONE = ['user', 'instance'] as const;

/**
 * Caveats out of a value that came from outside.
 * @throws AmbitError BAD_GRANTS for an unknown word, a wrong type, an empty list, and a caveat that says nothing: what
 * narrows and is not understood leaves nothing
 */
export function parseCaveats(value: unknown): Caveat[] {
  if (!Array.isArray(value)) throw wrong('caveats', 'a list', value);
  // Unlike `map`, this meets what is missing from a list with holes.
  return Array.from(value, caveatFrom);
}

/** The caveats of grants, read anew; undefined where they are not understood to the last word. */
export function understoodCaveats(value: unknown): readonly Caveat[] | undefined {
  if (value === undefined) return NONE;
  try {
    return parseCaveats(value);
  } catch {
    return undefined;
  }
}

const NONE: readonly Caveat[] = [];

/**
 * When grants end, by themselves or by a caveat: milliseconds since the epoch. Never where nothing is said, always
 * past where what is said is not understood.
 */
export function endOf({ expires, caveats }: Pick<Grants, 'expires' | 'caveats'>): number {
  const own = instantOf(expires);
  if (!Array.isArray(caveats)) return own;
  return caveats.reduce<number>((end, caveat?: Caveat) => Math.min(end, instantOf(caveat?.expires)), own);
}

function instantOf(stamp: string | undefined): number {
  if (stamp === undefined) return Number.POSITIVE_INFINITY;
  const instant = Date.parse(stamp);
  return Number.isNaN(instant) ? Number.NEGATIVE_INFINITY : instant;
}

function caveatFrom(value: unknown): Caveat {
  const source = mapping(value, 'a caveat');
  onlyKeys(source, KNOWN, 'a caveat');
  const entries = Object.entries(source).map(([key, word]) => [key, WORDS[key as keyof Caveat](word)]);
  if (entries.length === 0) {
    throw new AmbitError(
      'BAD_GRANTS',
      `a caveat that says nothing leaves nothing; it can say ${KNOWN.join(', ')}`,
    );
  }
  return Object.fromEntries(entries);
}

/** Nothing is narrowed to nothing by a slip: a list that is empty is refused. */
function some(value: unknown, key: string): unknown[] {
  if (!Array.isArray(value)) throw wrong(key, 'a list', value);
  if (value.length > 0) return Array.from(value);
  throw new AmbitError('BAD_GRANTS', `\`${key}\` of a caveat is an empty list, which leaves nothing`, {
    suggestion: `name something in it, or leave out \`${key}\``,
  });
}

function someTexts(value: unknown, key: string): string[] {
  return texts(some(value, key), key);
}

function operationName(name: string): string {
  if (OPERATION.test(name)) return name;
  throw new AmbitError('BAD_GRANTS', `\`${name}\` in \`operations\` names no root field`, {
    suggestion: 'write `query:name`, `mutate:name` or `subscribe:name`, or `*` for every name',
  });
}

function placeFrom(value: unknown): CaveatBoundary {
  if (typeof value === 'string') {
    const alone = STANDALONE.find((one) => one === value);
    if (alone) return alone;
    throw new AmbitError('BAD_GRANTS', `\`${value}\` in the \`boundaries\` of a caveat is no place`, {
      suggestion: 'name an object as `{ project: acme/web }`, or write `user` or `instance`',
    });
  }
  const entries = Object.entries(mapping(value, 'a place in `boundaries`'));
  const [only, ...more] = entries;
  if (only && more.length === 0) return { [only[0]]: text(only[1], only[0]) };
  throw new AmbitError(
    'BAD_GRANTS',
    `a place in \`boundaries\` has to name exactly one kind; found ${entries.length}`,
  );
}
