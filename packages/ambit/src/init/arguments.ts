import { type GraphQLNamedType, isAbstractType, isObjectType } from 'graphql';
import type { Draft } from './draft.ts';
import { KEYS, type Leaf, leavesOf } from './leaves.ts';
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
  /** What names a place by something else than its identity, or where no rule can read it. */
  readonly foreign: readonly Foreign[];
  /** Names of arguments that hold ids, whatever they are of. */
  readonly ids: readonly string[];
}

export interface Foreign {
  readonly argument: string;
  readonly isTarget: boolean;
  /** The type of the place; undefined where only the name says that something goes there. */
  readonly place: string | undefined;
  /** `storeSlug` names it by `slug`; by nothing, where the argument is called like the kind alone. */
  readonly key: string;
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
  const foreign: Foreign[] = [];
  const leaves = leavesOf(draft, field);
  for (const leaf of leaves) {
    const { argument, isTarget, isUsable, required } = leaf;
    const pointer = isUsable ? pointerOf(draft, leaf, about) : undefined;
    const place = pointer ? undefined : foreignOf(draft, leaf);
    if (pointer) pointers.push(pointer);
    else if (place) foreign.push(place);
    else if (isUsable && idWords(leaf.words)) {
      const types = typesOf(draft, leaf, about);
      if (types.length === 0 || !types.every((type) => isNowhere(draft, type)))
        lost.push({ argument, required, isTarget, types });
    }
  }
  return { pointers, lost, foreign, ids: leaves.filter(isId).map(({ argument }) => argument) };
}

/** Whether a leaf holds an id that is not of the call itself. */
function isId({ argument, type, words }: Leaf): boolean {
  return !argument.endsWith('clientMutationId') && (type.name === 'ID' || idWords(words) !== undefined);
}

/** Keys by which one would say where something goes, without the kind of place. */
const WHITHER: readonly string[] = ['path', 'full_path', 'slug', 'handle', 'login', 'key'];
/** Numbers name no place by themselves. */
const NUMBERS: readonly string[] = ['Int', 'Float'];

/** The place that a leaf names otherwise than a rule could: `storeSlug` where stores are told by their ids. */
function foreignOf(draft: Draft, { argument, isTarget, type, words }: Leaf): Foreign | undefined {
  const { alike, kinds } = draft.places;
  // Where an object is that is called like a place is told by its id as for any other.
  for (const place of idWords(words) ? kinds : [...kinds, ...alike]) {
    for (const name of namesOf(draft, place)) {
      const key = [...KEYS, []].find((one) => endsWith(words, [...name, ...one]));
      if (key && (key.length > 0 || !NUMBERS.includes(type.name)))
        return { argument, isTarget, place: place.type, key: key.join(' ') };
    }
  }
  const isNew = wordsOf(argument.split('.').at(-1) ?? '')[0] === 'new';
  const isWhither = WHITHER.includes(words.join('_')) && !isNew;
  if (!isTarget || !(isWhither || (type.name === 'ID' && !idWords(words)))) return undefined;
  return { argument, isTarget, place: undefined, key: words.join(' ') };
}

/** What arguments call a place: like its kind, like its type, or by the last word where nothing else is called so. */
function namesOf(draft: Draft, { name, type }: ProposedKind): readonly (readonly string[])[] {
  const names = [wordsOf(name), wordsOf(type)];
  const tails = names
    .map((words) => words.slice(-1))
    .filter((tail) => {
      const other = draft.named(tail);
      return other === undefined || other.name === type;
    });
  return [...names, ...tails].filter((words) => words.length > 0);
}

/** People are in no place: naming one says nothing of where. */
function isNowhere({ survey }: Draft, type: GraphQLNamedType): boolean {
  return isObjectType(type) && survey.shapes.get(type) === 'person';
}

function pointerOf(draft: Draft, leaf: Leaf, about: GraphQLNamedType | undefined): Pointer | undefined {
  const { argument, inputField, required, words, isTarget, isSource } = leaf;
  const shared = {
    argument,
    ...(inputField === undefined ? {} : { inputField }),
    required,
    isTarget,
    isSource,
  };
  const named = placeNamed(draft, words, about);
  if (named) return { ...shared, kind: named, names: 'place' };
  const rest = idWords(words);
  if (!rest) return undefined;
  const place = draft.places.kinds.find(
    ({ name, type }) => endsWith(rest, wordsOf(name)) || endsWith(rest, wordsOf(type)),
  );
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
  return draft.places.kinds.find(({ name, type, identity }) => {
    const leaf = wordsOf(identity);
    const endings = identity === 'id' ? [] : leaf.at(-1) === 'path' ? [leaf, ['path']] : [leaf];
    return endings.some((ending) =>
      [wordsOf(name), wordsOf(type)].some((kind) => endsWith(words, [...kind, ...ending])),
    );
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
  const rest = idWords(words) ?? [];
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

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && endsWith(one, other);
}
