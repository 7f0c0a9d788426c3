import { type GraphQLNamedType, getNamedType, isCompositeType, isInterfaceType, isObjectType } from 'graphql';
import { STANDALONE_KINDS } from '../rules/requirement.ts';
import type { Choices, ProposedKind } from './proposal.ts';
import {
  type Field,
  fieldsOf,
  isPerson,
  isReadable,
  isReadableLeaf,
  rootFields,
  type Survey,
} from './survey.ts';
import { endsWith, wordsOf } from './words.ts';

/** The kinds of place that a schema knows, and what is one. */
export interface Places {
  readonly kinds: readonly ProposedKind[];
  /** What is called like a place, or was found to be one, and is no kind; the identity is what it could have. */
  readonly alike: readonly ProposedKind[];
  /** The kind of place that objects of a type are, by the type's name; interfaces too. */
  readonly ofType: ReadonlyMap<string, ProposedKind>;
  /** What looks like a place and was not taken, with the leaf by which it could be told. */
  readonly near: readonly ProposedKind[];
  /** Whether the identities of a kind are paths, of which the beginning is what is above. */
  readonly isPath: (kind: ProposedKind) => boolean;
}

/** Leaves that identify a place wherever they stand: paths from the top. */
const PATHS: readonly string[] = ['fullPath', 'nameWithOwner'];
/** Leaves that identify a place if its name says that it is one. */
const NAMES: readonly string[] = ['path', 'slug', 'login'];
/** What people call the things in which others are. */
const PLACE_WORDS: ReadonlySet<string> = new Set(
  (
    'account app application branch business club cluster community company department division enterprise ' +
    'environment folder group guild league location library namespace organisation organization project realm ' +
    'repository room school shop site space store team tenant vault warehouse workspace'
  ).split(' '),
);
/** So many other types and root fields have to point to what is called like a place and only has an id. */
const SOME = 3;

/** Finds the kinds of boundary in a schema: what others are in, identified by a path, a short name, or an id. */
export function placesOf(survey: Survey, choices: Choices): Places {
  const said = choices.said ?? [];
  const certain = kindsFound(survey, false);
  const found = certain.length + said.length > 0 ? certain : kindsFound(survey, true);
  const owners = found.flatMap((kind) => ownerOf(survey, kind) ?? []);
  const all = [...owners, ...found.filter((kind) => !owners.some((owner) => isOne(survey, kind, owner)))];
  const once = [...new Map([...all].reverse().map((kind) => [kind.name, kind])).values()].reverse();
  // Where places have names, what has only an id is in one of them.
  const distinct = once.some(({ identity }) => identity !== 'id')
    ? once.filter(({ identity }) => identity !== 'id')
    : once;
  const rest = distinct.filter(
    (kind) => !said.some((one) => one.name === kind.name || isOne(survey, kind, one)),
  );
  const chosen = [...said, ...rest].filter(({ name }) => choices.kinds?.includes(name) ?? true);
  const nested = chosen.map((kind) => withParent(survey, kind, chosen));
  const alike = [...found, ...calledLikePlaces(survey)].filter(
    ({ type }) => !nested.some((kind) => kind.type === type || isOne(survey, { ...kind, type }, kind)),
  );
  const near = nearMisses(survey).filter(
    ({ type }) =>
      !distinct.some((kind) => kind.type === type) &&
      !nested.some((kind) => isOne(survey, { ...kind, type }, kind)),
  );
  return { kinds: nested, alike: [...alike, ...near], near, ofType: typesOf(survey, nested), isPath };
}

/** Kinds by what the schema calls them and how it points to them. */
function kindsFound(survey: Survey, isLoose: boolean): ProposedKind[] {
  return candidates(survey).flatMap((type) => {
    const identity = identityOf(survey, type, isLoose);
    return identity === undefined ? [] : [kindCalled(type, identity)];
  });
}

function candidates({ shapes }: Survey): GraphQLNamedType[] {
  return [...shapes].flatMap(([type, shape]) => {
    const isNone = shape === 'root' || shape === 'helper' || shape === 'payload' || isPerson(type.name);
    return isNone || STANDALONE_KINDS.includes(kindCalled(type, '').name) ? [] : [type];
  });
}

function kindCalled({ name }: GraphQLNamedType, identity: string): ProposedKind {
  return { name: wordsOf(name).join('_'), type: name, identity };
}

/** What has a name like a place, and others that point to it. */
function nearMisses(survey: Survey): ProposedKind[] {
  return candidates(survey).flatMap((type) => {
    const leaf = [...PATHS, ...NAMES].find((name) => isReadableLeaf(type, name));
    if (leaf === undefined) return [];
    const isNear = pointersTo(survey, type) >= SOME || argumentsBy(survey, type, leaf) > 0;
    return isNear ? [kindCalled(type, leaf)] : [];
  });
}

/** Objects that are called like places, whatever they are told by. */
function calledLikePlaces(survey: Survey): ProposedKind[] {
  return [...survey.shapes].flatMap(([type, shape]) =>
    shape === 'resource' && PLACE_WORDS.has(wordsOf(type.name).at(-1) ?? '') ? [kindCalled(type, '')] : [],
  );
}

function isPath({ identity }: ProposedKind): boolean {
  return PATHS.includes(identity);
}

/** `isLoose` takes what has a name for a place if enough others point to it, whatever it is called. */
function identityOf(survey: Survey, type: GraphQLNamedType, isLoose: boolean): string | undefined {
  const words = survey.words(type);
  const path = PATHS.find((name) => isReadableLeaf(type, name));
  const name = NAMES.find((one) => isReadableLeaf(type, one));
  const others = pointersTo(survey, type);
  const isAddressed = name !== undefined && argumentsBy(survey, type, name) > 0;
  const isCalled = PLACE_WORDS.has(words.at(-1) ?? '');
  const isPointedTo = isLoose && name !== undefined && others >= SOME;
  if (path === undefined && !isCalled && !isAddressed && !isPointedTo) return undefined;
  const named = argumentsFor(survey, type);
  if (path !== undefined) return others + named > 0 ? path : undefined;
  if (others === 0 || named === 0) return undefined;
  // A short name is one only within what is around it.
  if (name !== undefined && !isInPlace(survey, type)) return name;
  return isCalled && isReadableLeaf(type, 'id') && others + named >= SOME ? 'id' : undefined;
}

/** How many other types have a field called like this one that leads to it. */
function pointersTo(survey: Survey, type: GraphQLNamedType): number {
  const words = wordsOf(type.name);
  let count = 0;
  for (const [holder, shape] of survey.shapes) {
    if (holder === type || shape === 'root' || shape === 'helper' || shape === 'payload') continue;
    const points = (field: Field): boolean =>
      isReadable(field) && getNamedType(field.type) === type && endsWith(words, wordsOf(field.name));
    if (fieldsOf(holder).some(points)) count += 1;
  }
  return count;
}

/** How many root fields take an argument that names such a thing: `projectPath`, `input.projectId`. */
function argumentsFor(survey: Survey, type: GraphQLNamedType): number {
  const words = survey.words(type);
  const named = (name: string): boolean => {
    const given = wordsOf(name);
    return (
      ['path', 'id', 'slug', 'login'].includes(given.at(-1) ?? '') && endsWith(given.slice(0, -1), words)
    );
  };
  return fieldsTaking(
    survey,
    (name, field) =>
      named(name) || (getNamedType(field.type) === type && ['id', ...NAMES, ...PATHS].includes(name)),
    named,
  );
}

/** How many root fields take an argument that names it by one leaf: `clinicPath`. */
function argumentsBy(survey: Survey, type: GraphQLNamedType, leaf: string): number {
  const words = [...survey.words(type), ...wordsOf(leaf)];
  const named = (name: string): boolean => endsWith(wordsOf(name), words);
  return fieldsTaking(survey, named, named);
}

function fieldsTaking(
  { schema }: Survey,
  isArgument: (name: string, field: Field) => boolean,
  isInput: (name: string) => boolean,
): number {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap(rootFields).filter((field) =>
    field.args.some((arg) => {
      const given = getNamedType(arg.type);
      const inner = 'getFields' in given && !isCompositeType(given) ? Object.keys(given.getFields()) : [];
      return isArgument(arg.name, field) || inner.some(isInput);
    }),
  ).length;
}

/** Whether a type has a field that is called like another place and leads to it. */
function isInPlace(survey: Survey, type: GraphQLNamedType): boolean {
  return fieldsOf(type).some((field) => {
    const target = getNamedType(field.type);
    const words = wordsOf(target.name);
    const isPlace = PLACE_WORDS.has(words.at(-1) ?? '') && survey.schema.getType(target.name) !== type;
    return isPlace && isReadable(field) && isObjectType(target) && endsWith(words, wordsOf(field.name));
  });
}

/** `nameWithOwner` says that what stands before the `/` is an owner; what `owner` returns tells by which leaf. */
function ownerOf({ schema }: Survey, { type, identity }: ProposedKind): ProposedKind | undefined {
  const holder = schema.getType(type);
  if (identity !== 'nameWithOwner' || !holder) return undefined;
  const field = fieldsOf(holder).find(({ name }) => name === 'owner');
  const owner = field && isReadable(field) ? getNamedType(field.type) : undefined;
  const leaf = owner && [...NAMES, 'name'].find((name) => isReadableLeaf(owner, name));
  return owner && leaf !== undefined ? { name: 'owner', type: owner.name, identity: leaf } : undefined;
}

/** Whether what `kind` describes is an `owner` already. */
function isOne({ schema }: Survey, kind: ProposedKind, owner: ProposedKind): boolean {
  const abstract = schema.getType(owner.type);
  const type = schema.getType(kind.type);
  if (kind.type === owner.type) return true;
  return isInterfaceType(abstract) && isObjectType(type) && schema.isSubType(abstract, type);
}

/** Kinds nest where both are identified by paths, and a field leads from one to the other. */
function withParent({ schema }: Survey, kind: ProposedKind, all: readonly ProposedKind[]): ProposedKind {
  const type = schema.getType(kind.type);
  if (!type || !isPath(kind)) return kind;
  const leads = (other: ProposedKind, names: readonly string[]): boolean =>
    fieldsOf(type).some(
      (field) =>
        isReadable(field) &&
        getNamedType(field.type).name === other.type &&
        names.includes(wordsOf(field.name).join('_')),
    );
  const parent = all.find((other) => {
    if (kind.identity === 'nameWithOwner') return other.name === 'owner' && leads(other, ['owner']);
    if (other.identity !== kind.identity) return false;
    return leads(other, other.name === kind.name ? ['parent'] : [other.name, 'parent']);
  });
  return parent ? { ...kind, parent: parent.name } : kind;
}

function typesOf({ schema }: Survey, kinds: readonly ProposedKind[]): Map<string, ProposedKind> {
  const types = new Map<string, ProposedKind>();
  for (const kind of kinds) {
    types.set(kind.type, kind);
    const type = schema.getType(kind.type);
    const members = isInterfaceType(type) ? schema.getPossibleTypes(type) : [];
    for (const { name } of members) if (!isPerson(name)) types.set(name, kind);
  }
  return types;
}
