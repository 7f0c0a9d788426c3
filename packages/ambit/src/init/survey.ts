import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { type Door, type Reach, reachOf } from '../check/reach.ts';
import { compile } from '../compile/compile.ts';
import { rootTypes } from '../compile/placement.ts';
import type { Policy } from '../compile/policy.ts';
import { spelled, wordsOf } from './words.ts';

export type Field = GraphQLField<unknown, unknown>;

/**
 * What an object type is to the proposal: `helper` is what the engine takes for a part of Relay by itself, `payload`
 * what a mutation returns, `value` what has no identity, `person` and `resource` what has one. `marked` types have a
 * rule already.
 */
export type Shape = 'root' | 'helper' | 'marked' | 'payload' | 'value' | 'person' | 'resource';

/** A schema as it was read for a proposal. */
export interface Survey {
  readonly schema: GraphQLSchema;
  /** The schema's own rules, without any proposal. */
  readonly policy: Policy;
  readonly reach: Reach;
  /** Every object type that can be reached, in the order of the schema. */
  readonly shapes: ReadonlyMap<GraphQLObjectType, Shape>;
  /** The words of each type's name. */
  readonly words: (type: GraphQLNamedType) => readonly string[];
  /** Object types that `Query.node(id:)` can return. */
  readonly nodeTypes: ReadonlySet<GraphQLNamedType>;
}

const IDENTITIES: readonly string[] = [
  'id',
  'uuid',
  'guid',
  'gid',
  'globalId',
  'nodeId',
  'databaseId',
  'iid',
  'fullPath',
  'nameWithOwner',
];
const PEOPLE: readonly string[] = [
  'user',
  'person',
  'viewer',
  'actor',
  'bot',
  'mannequin',
  'customer',
  'profile',
];

/** Reads a schema. @throws AmbitError BAD_RULES for rules that it carries and that are wrong */
export function surveyOf(schema: GraphQLSchema): Survey {
  const policy = compile({
    schema,
    rules: [],
    rest: undefined,
    catalog: { permissions: [], assignables: [] },
    boundaries: {},
    coverage: 'strict',
  });
  const reach = reachOf(policy);
  const nodeTypes = new Set(nodeTypesOf(policy));
  const shapes = new Map<GraphQLObjectType, Shape>();
  for (const type of Object.values(schema.getTypeMap())) {
    const doors = isObjectType(type) ? reach.get(type) : undefined;
    if (isObjectType(type) && doors) shapes.set(type, shapeOf(policy, type, doors, nodeTypes));
  }
  const words = new Map(Object.keys(schema.getTypeMap()).map((name) => [name, wordsOf(name)]));
  return { schema, policy, reach, shapes, nodeTypes, words: ({ name }) => words.get(name) ?? wordsOf(name) };
}

function shapeOf(
  policy: Policy,
  type: GraphQLObjectType,
  doors: readonly Door[],
  nodeTypes: ReadonlySet<GraphQLNamedType>,
): Shape {
  const { cover } = policy.typeAccess(type);
  if (cover === 'root') return 'root';
  if (cover === 'inherits') return 'helper';
  if (cover !== 'unmarked') return 'marked';
  const [query, ...others] = rootTypes(policy.schema);
  if (nodeTypes.has(type) || IDENTITIES.some((name) => isReadableLeaf(type, name)) || isFetched(query, doors))
    return isPerson(type.name) ? 'person' : 'resource';
  const roots = doors.filter(({ holder }) => policy.typeAccess(holder).cover === 'root');
  const isAsked = roots.some(({ holder }) => holder === query);
  if (!isAsked && roots.some(({ holder }) => others.includes(holder))) return 'payload';
  // What a mutation gives back is reached by that mutation, not by a thing to which it would belong.
  const given = doors.filter(({ holder }) => policy.typeAccess(holder).inheritsAs === 'payload');
  return roots.length > 0 && roots.length + given.length === doors.length ? 'resource' : 'value';
}

/** Last words of arguments by which one object is asked for. */
const KEYS: readonly string[] = 'id uuid name key slug path handle login username code number sku'.split(' ');

/** Whether an argument is called like a key alone, or after what the field gives. */
function isOwn({ type }: Field, name: string): boolean {
  const before = wordsOf(name).slice(0, -1);
  return before.every((word) => word === 'full' || wordsOf(getNamedType(type).name).includes(word));
}

/** Whether a query takes a key that is required and gives one such object: then it can be fetched by itself. */
function isFetched(query: GraphQLObjectType | undefined, doors: readonly Door[]): boolean {
  return doors.some(
    ({ holder, field }) =>
      holder === query &&
      !isList(field) &&
      field.args.some(
        ({ name, type }) =>
          isNonNullType(type) && KEYS.includes(wordsOf(name).at(-1) ?? '') && isOwn(field, name),
      ),
  );
}

function nodeTypesOf(policy: Policy): readonly GraphQLObjectType[] {
  const node = policy.schema.getQueryType()?.getFields()['node'];
  if (node?.args.length !== 1 || node.args[0]?.name !== 'id') return [];
  const returned = getNamedType(node.type);
  return isCompositeType(returned) ? policy.possibleTypes(returned) : [];
}

/** Whether a type is named like a person: nobody is in a place, many places have them. */
export function isPerson(typeName: string): boolean {
  return PEOPLE.includes(wordsOf(typeName).at(-1) ?? '');
}

/** Whether `name` is a leaf that can be read without arguments, one of it, and no list. */
export function isReadableLeaf(type: GraphQLNamedType, name: string): boolean {
  const field = fieldsOf(type).find((one) => one.name === name);
  return field !== undefined && isReadable(field) && isLeafType(getNamedType(field.type));
}

/** Whether a boundary path may go through a field: no list, and no argument that is required. */
export function isReadable(field: Field): boolean {
  return !isList(field) && !field.args.some(isRequiredArgument);
}

export function isList(field: Field): boolean {
  return isListType(isNonNullType(field.type) ? field.type.ofType : field.type);
}

/** The fields of an object type or interface; nothing else has any. */
export function fieldsOf(type: GraphQLNamedType): readonly Field[] {
  return 'getFields' in type && isCompositeType(type) ? Object.values(type.getFields()) : [];
}

/** Whether a name says no more than that something is there or may be done: `hasPassword`, `canReadSecret`. */
export function isPredicate(name: string): boolean {
  return ['has', 'is', 'can', 'may', 'should'].includes(spelled(name)[0] ?? '');
}

/** The root fields of one kind. */
export function rootFields(type: GraphQLObjectType | null | undefined): readonly Field[] {
  return type ? Object.values(type.getFields()) : [];
}
