import { type GraphQLNamedType, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { fieldCoordinate } from '../coordinates.ts';
import { type Lost, type Pointed, type Pointer, pointedBy } from './arguments.ts';
import { closed } from './closed.ts';
import type { Draft } from './draft.ts';
import { type Deed, deedOf, permissionName } from './names.ts';
import type { Placed } from './paths.ts';
import type { ProposedEntry } from './proposal.ts';
import { type Field, fieldsOf, rootFields } from './survey.ts';
import { endsWith, startsWith } from './words.ts';

/** Verbs that take a thing out of one place into another, or make it there again. */
const MOVERS: ReadonlySet<string> = new Set([
  'move',
  'transfer',
  'copy',
  'clone',
  'duplicate',
  'fork',
  'migrate',
]);

/** A mutation as it is understood. */
export interface Understood {
  readonly field: Field;
  readonly deed: Deed;
  readonly about: GraphQLNamedType | undefined;
  readonly entries: readonly ProposedEntry[];
}

/** Each mutation asks for a permission of its own, in the place that its arguments name. */
export function proposeMutations(draft: Draft): Understood[] {
  const root = draft.survey.schema.getMutationType();
  const { resources } = draft;
  const names = resources.map((type) => draft.survey.words(type));
  return rootFields(root).map((field) => {
    const deed = deedOf(field.name, draft.places, names);
    const about = aboutOf(draft, field, deed.noun);
    const coordinate = fieldCoordinate(root?.name ?? '', field.name);
    const entries = entriesOf(draft, { field, deed, about, coordinate });
    draft.permit('mutations', coordinate, entries);
    return { field, deed, about, entries };
  });
}

/** The type that a mutation is about: named by it, or the one resource that it gives back. */
function aboutOf(
  { resources, survey }: Draft,
  field: Field,
  noun: readonly string[],
): GraphQLObjectType | undefined {
  const returned = getNamedType(field.type);
  const isResource = (type: GraphQLNamedType): type is GraphQLObjectType =>
    isObjectType(type) && resources.includes(type);
  const given = isResource(returned)
    ? [returned]
    : fieldsOf(returned)
        .map((one) => getNamedType(one.type))
        .filter(isResource);
  const named = (fits: (words: readonly string[]) => boolean): GraphQLObjectType | undefined =>
    resources
      .filter((type) => fits(survey.words(type)))
      .reduce<GraphQLObjectType | undefined>(
        (best, type) => (best && best.name.length >= type.name.length ? best : type),
        undefined,
      );
  const [only, ...others] = given;
  return (
    named((words) => words.length === noun.length && startsWith(noun, words)) ??
    (others.length === 0 ? only : undefined) ??
    named((words) => startsWith(noun, words)) ??
    named((words) => endsWith(noun, words))
  );
}

interface Seen extends Omit<Understood, 'entries'> {
  readonly coordinate: string;
}

function entriesOf(draft: Draft, seen: Seen): ProposedEntry[] {
  const pointed = pointedBy(draft, seen.field, seen.about);
  const name = permissionName(seen.deed.verb, seen.deed.resource);
  return closed(draft, seen, pointed, name, placesAsked(draft, seen, pointed, name));
}

/** Where the objects and places are that can be told. */
function placesAsked(draft: Draft, seen: Seen, pointed: Pointed, name: string): ProposedEntry[] {
  const { coordinate } = seen;
  const { pointers, lost, foreign } = pointed;
  const needed = pointers.filter(({ required }) => required);
  if (needed.length > 0) {
    const known = lost.filter(({ required, types }) => required && types.length > 0);
    const elsewhere = foreign.some(({ isTarget }) => isTarget);
    return (
      twoPlaces(draft, seen, pointers, lost, elsewhere) ?? everyPlace(draft, coordinate, name, needed, known)
    );
  }
  const [optional, ...more] = pointers;
  if (optional && more.length === 0 && lost.length === 0) {
    draft.ask('optional place', coordinate, `\`${optional.argument}\``);
    return [entryAt(optional, name)];
  }
  const either = lost.length === 0 ? eitherPlace(draft, coordinate, name, pointers) : undefined;
  if (either) return either;
  const [only, ...others] = pointers.length === 0 ? lost : [];
  const guess = only?.required && others.length === 0 ? guessed(draft, coordinate, name, only) : undefined;
  return [guess ?? unplaced(draft, seen, name, pointed)];
}

/** Asked for at each object that has to be named: one that is in no known place needs a grant without a place. */
function everyPlace(
  draft: Draft,
  coordinate: string,
  name: string,
  needed: readonly Pointer[],
  lost: readonly Lost[],
): ProposedEntry[] {
  const all = [...needed, ...lost];
  const [one, ...others] = all;
  if (one && 'kind' in one && others.length === 0) return [entryAt(one, name)];
  return all.map((pointer) => {
    const group = groupOf(pointer, all);
    if ('kind' in pointer) return entryAt(pointer, name, group);
    const guess = guessed(draft, coordinate, name, pointer);
    if (!guess) draft.ask('unplaced ids', coordinate, `\`${pointer.argument}\``);
    return { ...(guess ?? { names: [name], boundaryType: 'instance' }), group };
  });
}

/**
 * A place of one kind or of another: one of them has to be given, and each that is given has to hold, so that naming
 * two gets nobody past the second.
 */
function eitherPlace(
  draft: Draft,
  coordinate: string,
  name: string,
  pointers: readonly Pointer[],
): ProposedEntry[] | undefined {
  const kinds = new Set(pointers.map(({ kind, names }) => (names === 'place' ? kind.name : '')));
  const inputs = pointers.map(({ argument, inputField }) => inputField ?? `${coordinate}(${argument}:)`);
  const isTaken = inputs.some((input) => draft.rules.has(input) || draft.survey.policy.rules.has(input));
  if (pointers.length < 2 || kinds.size < pointers.length || kinds.has('') || isTaken) return undefined;
  for (const [at, pointer] of pointers.entries())
    draft.permit('inputs', inputs[at] ?? coordinate, [entryAt(pointer, name)]);
  draft.ask('optional place', coordinate, pointers.map(({ argument }) => `\`${argument}\``).join(' or '));
  return pointers.map((pointer) => entryAt(pointer, name));
}

/** An id of which nobody knows what it is of is looked up where most objects are: what is not there is denied. */
function guessed(draft: Draft, coordinate: string, name: string, id: Lost): ProposedEntry | undefined {
  const usual = usualPlace(draft);
  if (!usual) return undefined;
  const isThere = (type: GraphQLNamedType): boolean =>
    draft.placing(type).placed?.boundary === usual.boundary;
  if (id.types.length > 0 && !id.types.some(isThere)) return undefined;
  draft.ask('guessed ids', coordinate, `\`${id.argument}\`, by \`${usual.boundary}\``);
  return {
    names: [name],
    boundaryType: usual.kind.name,
    boundaryArgument: id.argument,
    boundary: usual.boundary,
  };
}

function unplaced(
  draft: Draft,
  { about, coordinate }: Seen,
  name: string,
  { pointers, lost, foreign, ids }: Pointed,
): ProposedEntry {
  const isPerson = about && isObjectType(about) && draft.survey.shapes.get(about) === 'person';
  const all = [...pointers, ...lost, ...foreign].map(({ argument }) => argument);
  const named = [...new Set([...all, ...ids])].map((argument) => `\`${argument}\``).join(', ');
  if (!isPerson) draft.ask('unplaced mutations', coordinate, named === '' ? undefined : `it names ${named}`);
  return { names: [name], boundaryType: 'instance' };
}

/** The way in which most objects that have an id are found in their place. */
function usualPlace(draft: Draft): Placed | undefined {
  const counts = new Map<string, { placed: Placed; count: number }>();
  for (const type of draft.survey.nodeTypes) {
    const { placed } = draft.placing(type);
    if (!placed || draft.places.ofType.has(type.name)) continue;
    const key = `${placed.kind.name} ${placed.boundary}`;
    counts.set(key, { placed, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].sort((one, other) => other.count - one.count)[0]?.placed;
}

/**
 * Moving asks at both ends: to take the thing out of one place, and to make such a thing in the other. Where only one
 * end can be told, the other asks for a grant without a place.
 */
function twoPlaces(
  draft: Draft,
  { coordinate, deed }: Seen,
  pointers: readonly Pointer[],
  lost: readonly Lost[],
  isElsewhere: boolean,
): ProposedEntry[] | undefined {
  const isMove = MOVERS.has(deed.verb) || pointers.some(({ isSource }) => isSource);
  const hasTarget = pointers.some(({ isTarget }) => isTarget);
  // Where it goes has to be told, even where the API would let it be left out.
  const ends = pointers.filter(
    (one) => one.required || one.isTarget || (isMove && !hasTarget && one.names === 'place'),
  );
  const isTo = (one: Pointer): boolean =>
    hasTarget ? one.isTarget : isMove && one.names === 'place' && ends.length > 1;
  const [target, ...targets] = ends.filter(isTo);
  const [source, ...sources] = ends.filter((one) => !isTo(one));
  const there = permissionName('create', deed.resource);
  const away = permissionName(deed.verb, deed.resource);
  if (target && source && targets.length === 0 && sources.length === 0)
    return [entryAt(source, away, 'source'), entryAt(target, there, 'target')];
  const isLost = lost.some(({ isTarget, required }) => required || isTarget);
  const isOpen = isLost || isElsewhere || source?.isSource === true;
  if (!isMove || ends.length > 1) return undefined;
  if (target || isOpen) draft.ask('one of two places', coordinate);
  if (target)
    return [{ names: [away], boundaryType: 'instance', group: 'source' }, entryAt(target, there, 'target')];
  if (!isOpen || !source) return undefined;
  return [entryAt(source, away, 'source'), { names: [there], boundaryType: 'instance', group: 'target' }];
}

/** What a pointer makes of a permission: asked for in the place that the argument names. */
export function entryAt({ kind, argument, boundary }: Pointer, name: string, group?: string): ProposedEntry {
  return {
    names: [name],
    boundaryType: kind.name,
    boundaryArgument: argument,
    ...(boundary === undefined ? {} : { boundary }),
    ...(group === undefined ? {} : { group }),
  };
}

interface Named {
  readonly argument: string;
}

/** The last part of the argument's name; the whole name where two end alike. */
export function groupOf({ argument }: Named, all: readonly Named[]): string {
  const last = argument.split('.').at(-1) ?? argument;
  const alike = all.filter((one) => one.argument.split('.').at(-1) === last);
  return alike.length > 1 ? argument : last;
}
