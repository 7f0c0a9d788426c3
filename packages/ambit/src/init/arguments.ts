import {
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
} from 'graphql';
import { fieldCoordinate } from '../coordinates.ts';
import type { Draft } from './draft.ts';
import type { ProposedKind } from './proposal.ts';
import type { Field } from './survey.ts';
import { endsWith, wordsOf } from './words.ts';

/** A leaf among the arguments of a field that says which object or place is meant. */
export interface Pointer {
  /** `input.projectPath` */
  readonly argument: string;
  /** The input field that it is; undefined for an argument itself. */
  readonly inputField?: string;
  /** Whether it has to be given. */
  readonly required: boolean;
  /** The kind of place in which its object is. */
  readonly kind: ProposedKind;
  /** The path to the place from the object behind the id; without one the argument is the identity. */
  readonly boundary?: string;
  /** Whether the argument names the place itself, or an object in it. */
  readonly names: 'place' | 'object';
  /** Whether it is where something goes to, by its name. */
  readonly isTarget: boolean;
  /** Whether it is where something comes from, by its name. */
  readonly isSource: boolean;
}

interface Leaf {
  readonly argument: string;
  readonly inputField?: string;
  readonly words: readonly string[];
  readonly required: boolean;
  readonly possible: readonly string[];
}

/** So deep input objects are looked into. */
const MAX_DEPTH = 3;
const TARGETS: readonly string[] = ['target', 'destination', 'dest', 'to', 'into', 'new'];
const SOURCES: readonly string[] = ['source', 'from', 'template', 'origin'];
/** Ids that are the caller's own. */
const OWN: readonly string[] = [
  'client',
  'external',
  'correlation',
  'request',
  'idempotency',
  'trace',
  'session',
];
const IDS: readonly (readonly string[])[] = [['global', 'id'], ['node', 'id'], ['gid'], ['id']];

/** What the arguments of a field tell of where it acts. */
export interface Pointed {
  readonly pointers: readonly Pointer[];
  /** Ids of objects of which nobody could tell where they are. */
  readonly lost: readonly Lost[];
}

export interface Lost {
  readonly argument: string;
  readonly required: boolean;
  readonly isTarget: boolean;
  /** The types that it can be of, where the schema says so. */
  readonly types: readonly GraphQLNamedType[];
}

/** Reads the arguments of `field`; `about` is the type of which a plain `id` is one. */
export function pointedBy(draft: Draft, field: Field, about: GraphQLNamedType | undefined): Pointed {
  const pointers: Pointer[] = [];
  const lost: Lost[] = [];
  for (const leaf of leavesOf(field)) {
    const pointer = pointerOf(draft, leaf, about);
    if (pointer) pointers.push(pointer);
    else if (idWords(leaf.words)) {
      const types = typesOf(draft, leaf, about);
      if (types.length === 0 || !types.every((type) => isNowhere(draft, type)))
        lost.push({
          argument: leaf.argument,
          required: leaf.required,
          isTarget: withoutTarget(leaf.words) !== leaf.words,
          types,
        });
    }
  }
  return { pointers, lost };
}

/** People are in no place: naming one says nothing of where. */
function isNowhere({ survey }: Draft, type: GraphQLNamedType): boolean {
  return isObjectType(type) && survey.shapes.get(type) === 'person';
}

function leavesOf(field: Field): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (name: string, type: GraphQLInputType, node: Pick<Field, 'astNode'>, before: Before): void => {
    const bare = isNonNullType(type) ? type.ofType : type;
    const item = isListType(bare) ? getNamedType(bare) : bare;
    const here = { path: [...before.path, name], required: before.required && isNonNullType(type) };
    if (isInputObjectType(item) && !isListType(bare) && here.path.length < MAX_DEPTH) {
      for (const inner of Object.values(item.getFields()))
        walk(inner.name, inner.type, inner as unknown as Pick<Field, 'astNode'>, {
          ...here,
          holder: item.name,
        });
    }
    if (!isLeafType(item) || item.name === 'Boolean') return;
    const argument = here.path.join('.');
    const inputField =
      before.holder === undefined ? {} : { inputField: fieldCoordinate(before.holder, name) };
    const { required } = here;
    leaves.push({ argument, ...inputField, words: wordsOf(name), required, possible: possibleTypes(node) });
  };
  for (const arg of field.args)
    walk(arg.name, arg.type, arg as unknown as Pick<Field, 'astNode'>, { path: [], required: true });
  return leaves;
}

interface Before {
  readonly path: readonly string[];
  readonly required: boolean;
  /** The input type of which the next name is a field. */
  readonly holder?: string;
}

/** `@possibleTypes(concreteTypes: [...])`, by which GitHub says of ids what they are ids of. */
function possibleTypes({ astNode }: Pick<Field, 'astNode'>): string[] {
  const directive = astNode?.directives?.find(({ name }) => name.value === 'possibleTypes');
  const list = directive?.arguments?.find(({ name }) => name.value === 'concreteTypes')?.value;
  if (list?.kind !== Kind.LIST) return [];
  return list.values.flatMap((value) => (value.kind === Kind.STRING ? [value.value] : []));
}

function pointerOf(draft: Draft, leaf: Leaf, about: GraphQLNamedType | undefined): Pointer | undefined {
  const { argument, inputField, required, words } = leaf;
  const plain = withoutTarget(words);
  const isTarget = plain !== words;
  const shared = {
    argument,
    ...(inputField === undefined ? {} : { inputField }),
    required,
    isTarget,
    isSource: SOURCES.includes(words[0] ?? ''),
  };
  const named = placeNamed(draft, plain, about);
  if (named) return { ...shared, kind: named, names: 'place' };
  const rest = idWords(plain);
  if (!rest) return undefined;
  const place = draft.places.kinds.find(({ name }) => endsWith(rest, name.split('_')));
  if (place?.identity === 'id') return { ...shared, kind: place, names: 'place' };
  const isFound = [...draft.survey.nodeTypes].some((type) => draft.places.ofType.get(type.name) === place);
  if (place && isFound && leaf.possible.length === 0)
    return { ...shared, kind: place, boundary: place.identity, names: 'place' };
  const type = objectOf(draft, typesOf(draft, leaf, about));
  const isNode = type && (draft.survey.nodeTypes.has(type) || !isObjectType(type));
  const placed = isNode ? draft.placing(type).placed : undefined;
  if (!placed) return undefined;
  const names = draft.places.ofType.has(type?.name ?? '') ? 'place' : 'object';
  return { ...shared, kind: placed.kind, boundary: placed.boundary, names };
}

/** The kind of place that an argument identifies: `projectPath`, or `fullPath` where the place itself is changed. */
function placeNamed(
  draft: Draft,
  words: readonly string[],
  about: GraphQLNamedType | undefined,
): ProposedKind | undefined {
  const own = about && draft.places.ofType.get(about.name);
  const kept = about && draft.placing(about).placed;
  if (kept?.kind.name === 'user' && same(words, wordsOf(kept.kind.identity)) && kept.kind.identity !== 'id')
    return kept.kind;
  const isOwn = own !== undefined && own.identity !== 'id' && own.type === about?.name;
  if (isOwn && same(words, wordsOf(own.identity))) return own;
  if (isOwn && own.parent !== undefined && same(words, ['parent', 'path']))
    return draft.places.kinds.find(({ name }) => name === own.parent);
  return draft.places.kinds.find(({ name, identity }) => {
    const kind = name.split('_');
    const leaf = wordsOf(identity);
    const endings = identity === 'id' ? [] : leaf.at(-1) === 'path' ? [leaf, ['path']] : [leaf];
    return endings.some((ending) => endsWith(words, [...kind, ...ending]));
  });
}

/** What stands before `id` in a name; undefined where it is no id. */
function idWords(words: readonly string[]): readonly string[] | undefined {
  const ending = IDS.find((one) => endsWith(words, one));
  return ending && !OWN.includes(words[0] ?? '') ? words.slice(0, words.length - ending.length) : undefined;
}

/** The types of which an id can be: as the schema says, or by its name. */
function typesOf(
  draft: Draft,
  { words, possible }: Leaf,
  about: GraphQLNamedType | undefined,
): readonly GraphQLNamedType[] {
  const { schema } = draft.survey;
  const said = possible.flatMap((name) => schema.getType(name) ?? []);
  if (said.length > 0) return said;
  const rest = idWords(withoutTarget(words)) ?? [];
  if (rest.length === 0) return about ? [about] : [];
  const exact = draft.named(rest);
  const alike = draft.resources.filter((type) => endsWith(draft.survey.words(type), rest));
  // `otherIssueId` and `subIssueId` are those of issues.
  const [last] = rest.flatMap((_, at) => draft.named(rest.slice(at)) ?? []);
  const found: readonly GraphQLNamedType[] = exact ? [exact] : alike.length === 0 && last ? [last] : alike;
  return found.flatMap((type): readonly GraphQLNamedType[] =>
    isAbstractType(type) ? schema.getPossibleTypes(type) : [type],
  );
}

/** The type of the object that an id is of; of several types in one place, any. */
function objectOf(draft: Draft, types: readonly GraphQLNamedType[]): GraphQLNamedType | undefined {
  const spots = new Set(
    types.map((type) => {
      const { placed } = draft.placing(type);
      return placed && `${placed.kind.name} ${placed.boundary}`;
    }),
  );
  return spots.size === 1 ? types[0] : undefined;
}

function withoutTarget(words: readonly string[]): readonly string[] {
  return TARGETS.includes(words[0] ?? '') && words.length > 1 ? words.slice(1) : words;
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && endsWith(one, other);
}
