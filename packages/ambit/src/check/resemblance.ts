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

/** Every coordinate with the words of its name. */
export type CoordinateWords = readonly (readonly [coordinate: string, words: readonly string[]])[];

/** Takes the names of a schema apart, once for all questions. */
export function coordinateWords(schema: GraphQLSchema): CoordinateWords {
  return [...wordsOf(schema)];
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
  for (const [coordinate, words] of coordinates) {
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
  return short === long || (short.length >= 4 && long.startsWith(short));
}
