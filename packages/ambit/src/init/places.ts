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
  const found: ProposedKind[] = [];
  for (const [type, shape] of survey.shapes) {
    if (shape === 'root' || shape === 'helper' || shape === 'payload' || isPerson(type.name)) continue;
    const identity = identityOf(survey, type);
    const name = wordsOf(type.name).join('_');
    if (identity === undefined || STANDALONE_KINDS.includes(name)) continue;
    found.push({ name, type: type.name, identity });
  }
  const owners = found.flatMap((kind) => ownerOf(survey, kind) ?? []);
  const all = [...owners, ...found.filter((kind) => !owners.some((owner) => isOne(survey, kind, owner)))];
  const once = [...new Map([...all].reverse().map((kind) => [kind.name, kind])).values()].reverse();
  // Where places have names, what has only an id is in one of them.
  const distinct = once.some(({ identity }) => identity !== 'id')
    ? once.filter(({ identity }) => identity !== 'id')
    : once;
  const chosen = distinct.filter(({ name }) => choices.kinds?.includes(name) ?? true);
  const nested = chosen.map((kind) => withParent(survey, kind, chosen));
  const alike = [...found, ...calledLikePlaces(survey)].filter(
    ({ type }) => !nested.some((kind) => kind.type === type || isOne(survey, { ...kind, type }, kind)),
  );
  return { kinds: nested, alike, ofType: typesOf(survey, nested), isPath };
}

/** Objects that are called like places, whatever they are told by. */
function calledLikePlaces(survey: Survey): ProposedKind[] {
  return [...survey.shapes].flatMap(([type, shape]) =>
    shape === 'resource' && PLACE_WORDS.has(wordsOf(type.name).at(-1) ?? '')
      ? [{ name: wordsOf(type.name).join('_'), type: type.name, identity: '' }]
      : [],
  );
}

function isPath({ identity }: ProposedKind): boolean {
  return PATHS.includes(identity);
}

function identityOf(survey: Survey, type: GraphQLNamedType): string | undefined {
  const words = survey.words(type);
  const path = PATHS.find((name) => isReadableLeaf(type, name));
  if (path === undefined && !PLACE_WORDS.has(words.at(-1) ?? '')) return undefined;
  const others = pointersTo(survey, type);
  const named = argumentsFor(survey, type);
  if (path !== undefined) return others + named > 0 ? path : undefined;
  if (others === 0 || named === 0) return undefined;
  const name = NAMES.find((one) => isReadableLeaf(type, one));
  // A short name is one only within what is around it.
  if (name !== undefined && !isInPlace(survey, type)) return name;
  return isReadableLeaf(type, 'id') && others + named >= SOME ? 'id' : undefined;
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
  const { schema } = survey;
  const words = survey.words(type);
  const named = (name: string): boolean => {
    const given = wordsOf(name);
    return (
      ['path', 'id', 'slug', 'login'].includes(given.at(-1) ?? '') && endsWith(given.slice(0, -1), words)
    );
  };
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap(rootFields).filter((field) =>
    field.args.some((arg) => {
      const given = getNamedType(arg.type);
      const inner = 'getFields' in given && !isCompositeType(given) ? Object.keys(given.getFields()) : [];
      const own = getNamedType(field.type) === type && ['id', ...NAMES, ...PATHS].includes(arg.name);
      return own || named(arg.name) || inner.some(named);
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
