import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { rootTypes } from '../compile/placement.ts';
import { fieldCoordinate } from '../coordinates.ts';

/** Words beyond those of the permission that a coordinate may have to be taken for what it guards. */
const MOST_OTHER_WORDS = 1;

/** Letters that a word needs so that a longer one is taken for a form of it. */
const LEAST_ALIKE = 4;

/** A coordinate with the words of its name. */
type Worded = readonly [coordinate: string, words: readonly string[]];

/** Coordinates by how their words begin. */
export type CoordinateWords = ReadonlyMap<string, readonly Worded[]>;

/** Words that are alike begin alike. */
function beginning(word: string): string {
  return word.slice(0, LEAST_ALIKE);
}

/** Takes the names of a schema apart, once for all questions. */
export function coordinateWords(schema: GraphQLSchema): CoordinateWords {
  const found = new Map<string, Worded[]>();
  for (const worded of wordsOf(schema)) {
    for (const key of new Set(worded[1].map(beginning))) {
      const alike = found.get(key);
      if (alike) alike.push(worded);
      else found.set(key, [worded]);
    }
  }
  return found;
}

/**
 * The coordinate that a permission reads as if it were made for: `move_issue` for `Mutation.moveIssue`,
 * `read_runner_token` for `Project.runnersToken`. A hint for people, where a rule may have been lost.
 */
export function coordinateLike(coordinates: CoordinateWords, permission: string): string | undefined {
  const [action = '', ...resource] = permission.split('_');
  const wanted = action === 'read' ? resource : [action, ...resource];
  let best: string | undefined;
  let fewest = MOST_OTHER_WORDS + 1;
  const [candidates = []] = wanted
    .map((word) => coordinates.get(beginning(word)) ?? [])
    .sort((one, other) => one.length - other.length);
  for (const [coordinate, words] of candidates) {
    const others = words.length - wanted.length;
    if (others < 0 || others >= fewest || !wanted.every((word) => words.some((one) => isAlike(word, one))))
      continue;
    best = coordinate;
    fewest = others;
  }
  return best;
}

function* wordsOf(schema: GraphQLSchema): Generator<[coordinate: string, words: readonly string[]]> {
  const roots = rootTypes(schema).map(({ name }) => name);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    const holder = roots.includes(type.name) ? [] : split(type.name).filter((word) => word !== 'input');
    yield [type.name, holder];
    const hasFields = isObjectType(type) || isInterfaceType(type) || isInputObjectType(type);
    const members = hasFields
      ? Object.keys(type.getFields())
      : isEnumType(type)
        ? type.getValues().map(({ name }) => name)
        : [];
    for (const member of members) yield [fieldCoordinate(type.name, member), [...holder, ...split(member)]];
  }
}

function split(name: string): string[] {
  return (name.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z\d]+/g) ?? []).map((word) => word.toLowerCase());
}

/** Plural and derived forms count: `runners`, `confidential` for `confidentiality`. */
function isAlike(word: string, other: string): boolean {
  const [short, long] = word.length < other.length ? [word, other] : [other, word];
  return short === long || (short.length >= LEAST_ALIKE && long.startsWith(short));
}
