import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
} from 'graphql';
import { fieldCoordinate } from '../coordinates.ts';
import { pointedBy } from './arguments.ts';
import type { Draft } from './draft.ts';
import { entryAt, groupOf } from './mutations.ts';
import { permissionName, withoutKind } from './names.ts';
import type { ProposedEntry } from './proposal.ts';
import { type Field, fieldsOf, isList, isPerson, rootFields } from './survey.ts';
import { wordsOf } from './words.ts';

/** Doors to every object there is: what each asks for is decided by its type. */
const TO_ALL: readonly string[] = ['node', 'nodes', '_entities'];
/** What servers tell anybody who asks. */
const TOLD_TO_ALL: readonly string[] = [
  'version',
  'apiVersion',
  'serverTime',
  'ping',
  'health',
  'healthCheck',
];
/** Verbs that a field that reads needs not be called by. */
const READS: readonly string[] = ['get', 'list', 'fetch', 'find', 'read', 'show', 'all', 'my', 'current'];

/** Root fields of queries that no type covers (M3). */
export function proposeQueries(draft: Draft): void {
  const root = draft.survey.schema.getQueryType();
  for (const field of rootFields(root)) {
    const returned = getNamedType(field.type);
    if (isCovered(draft, returned) && field.name !== '_service') continue;
    const coordinate = fieldCoordinate(root?.name ?? '', field.name);
    const isRoot = isObjectType(returned) && draft.survey.shapes.get(returned) === 'root';
    if (TO_ALL.includes(field.name) && isDecidedByType(draft, returned)) draft.open('queries', coordinate);
    else if (isRoot || isTold(field)) {
      draft.open('queries', coordinate);
      draft.ask('public', coordinate);
    } else {
      const name = permissionName('read', thingOf(draft, field, false));
      const entries = entriesFrom(draft, field, coordinate, name);
      draft.permit('queries', coordinate, entries);
      if (entries.every(({ boundaryType }) => boundaryType === 'instance'))
        draft.ask('root fields', coordinate);
    }
  }
}

/** Whether every object that can come has a rule of its own: what inherits would take that of the door. */
function isDecidedByType({ survey }: Draft, type: GraphQLNamedType): boolean {
  return (
    isAbstractType(type) &&
    survey.schema
      .getPossibleTypes(type)
      .every((one) => ['resource', 'person', 'marked', 'root'].includes(survey.shapes.get(one) ?? ''))
  );
}

function isTold({ name, args, type }: Field): boolean {
  return TOLD_TO_ALL.includes(name) && args.length === 0 && !isCompositeType(getNamedType(type));
}

/** A subscription reads what its events hold. */
export function proposeSubscriptions(draft: Draft): void {
  const root = draft.survey.schema.getSubscriptionType();
  for (const field of rootFields(root)) {
    const coordinate = fieldCoordinate(root?.name ?? '', field.name);
    const name = permissionName('read', thingOf(draft, field, true));
    const named = entriesFrom(draft, field, coordinate, name);
    const isPlaced = named.some(({ boundaryType }) => boundaryType !== 'instance');
    const byEvent = isPlaced ? undefined : placedByEvent(draft, field, name);
    draft.permit('subscriptions', coordinate, byEvent ? [byEvent] : named);
    if (!isPlaced && !byEvent) draft.ask('root fields', coordinate);
  }
}

/** Where an event happens: where the object is that it gives, or that stands in it. */
function placedByEvent(draft: Draft, field: Field, name: string): ProposedEntry | undefined {
  const returned = getNamedType(field.type);
  const own = resourceIn(draft, returned, true) === returned ? returned : undefined;
  const inner = own
    ? undefined
    : fieldsOf(returned).find((one) => resourceIn(draft, returned, true) === getNamedType(one.type));
  const type = own ?? (inner && getNamedType(inner.type));
  const placed = type && draft.placing(type).placed;
  if (!placed || (inner && inner.args.length > 0) || String(inner?.type).startsWith('[')) return undefined;
  const boundary = inner ? `${inner.name} { ${placed.boundary} }` : placed.boundary;
  return { names: [name], boundaryType: placed.kind.name, boundary };
}

function entriesFrom(draft: Draft, field: Field, coordinate: string, name: string): ProposedEntry[] {
  const isEvent = coordinate.startsWith(`${draft.survey.schema.getSubscriptionType()?.name}.`);
  const about = resourceIn(draft, getNamedType(field.type), isEvent);
  const { pointers, lost, foreign, ids } = pointedBy(draft, field, about);
  const needed = pointers.filter(({ required }) => required);
  const [one, ...others] = needed;
  if (!one || foreign.length > 0 || lost.some(({ required }) => required))
    return [{ names: [name], boundaryType: 'instance' }];
  const named = [...pointers, ...lost].map(({ argument }) => argument);
  const unused = [...new Set([...named, ...ids])].filter(
    (argument) => !needed.some((pointer) => pointer.argument === argument),
  );
  if (unused.length > 0) draft.ask('unchecked arguments', coordinate, unused.join(', '));
  if (others.length === 0) return [entryAt(one, name)];
  return needed.map((pointer) => entryAt(pointer, name, groupOf(pointer, needed)));
}

/** What a root field is about: the one kind of thing in it, or what it is called. */
function thingOf(draft: Draft, field: Field, isEvent: boolean): readonly string[] {
  const resource = resourceIn(draft, getNamedType(field.type), isEvent);
  if (resource) return withoutKind(wordsOf(resource.name), draft.places);
  const words = wordsOf(field.name);
  const rest = READS.includes(words[0] ?? '') && words.length > 1 ? words.slice(1) : words;
  return withoutKind(rest, draft.places);
}

/**
 * The one kind of object that has an identity in what a field gives: it, its items, or what an event is about. What has
 * an owner is not about its owner.
 */
function resourceIn(draft: Draft, type: GraphQLNamedType, isEvent: boolean): GraphQLObjectType | undefined {
  const { policy, shapes } = draft.survey;
  const isResource = (one: GraphQLNamedType): one is GraphQLObjectType =>
    isObjectType(one) && ['resource', 'person'].includes(shapes.get(one) ?? '');
  if (isResource(type)) return type;
  if (!isObjectType(type)) return undefined;
  const { nodeTypes } = policy.typeAccess(type);
  const listed = fieldsOf(type).filter((field) => isList(field) || isEvent);
  const inside = nodeTypes.length > 0 ? nodeTypes : listed.map((field) => getNamedType(field.type));
  const [only, ...others] = new Set(inside.filter(isResource));
  return others.length === 0 && only && !(isEvent && isPerson(only.name)) ? only : undefined;
}

/** Whether the rule of what a query field returns speaks for it. */
function isCovered({ survey }: Draft, type: GraphQLNamedType): boolean {
  if (!isObjectType(type)) return false;
  const covers = (one: GraphQLObjectType): boolean => {
    const { cover } = survey.policy.typeAccess(one);
    return (
      ['resource', 'person'].includes(survey.shapes.get(one) ?? '') || cover === 'ruled' || cover === 'public'
    );
  };
  if (covers(type)) return true;
  const { inheritsAs, nodeTypes } = survey.policy.typeAccess(type);
  const [node, ...others] = nodeTypes;
  return inheritsAs === 'connection' && node !== undefined && others.length === 0 && covers(node);
}
