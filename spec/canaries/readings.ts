import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { fieldsOf, nodeOf } from './chains.ts';
import type { Operation } from './operations.ts';
import { groupOf, type Place } from './places.ts';

/** One value that an answer shows, and where in the schema and among the places it comes from. */
export interface Reading {
  readonly parent: GraphQLCompositeType;
  readonly field: string;
  readonly value: unknown;
  /** Where the object lies from which it was read; for a connection's own fields, what the connection hangs on. */
  readonly place: Place;
  /** The type of the node, for what belongs to a connection. */
  readonly node: GraphQLCompositeType | undefined;
  /** Whether it belongs to what the root field itself returns. */
  readonly isTop: boolean;
}

interface Spot {
  readonly type: GraphQLCompositeType;
  readonly place: Place;
  readonly node: GraphQLCompositeType | undefined;
  readonly depth: number;
}

/** What an answer shows, and how many places in the lists of connections it shows without anything in them. */
export interface Shown {
  readonly readings: readonly Reading[];
  readonly holes: number;
}

/** Everything that an answer shows, read along the operation that was asked. */
export function readingsOf(
  schema: GraphQLSchema,
  { document, verb, root }: Operation,
  data: unknown,
  start: Place,
): Shown {
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  );
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const type = verb === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  if (!operation || !type || !root) return { readings: [], holes: 0 };
  const reader = new Reader(schema, fragments);
  reader.set(operation.selectionSet, data, { type, place: start, node: undefined, depth: 0 });
  return { readings: reader.found, holes: reader.holes };
}

class Reader {
  readonly found: Reading[] = [];
  holes = 0;
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  set(set: SelectionSetNode, value: unknown, spot: Spot): void {
    if (Array.isArray(value)) for (const item of value) this.set(set, item, spot);
    else if (typeof value === 'object' && value !== null) {
      for (const node of set.selections) {
        if (node.kind === Kind.FIELD) this.#field(node, value as Record<string, unknown>, spot);
        else {
          const definition = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
          const on = this.#schema.getType(definition?.typeCondition?.name.value ?? '');
          if (definition)
            this.set(definition.selectionSet, value, { ...spot, type: isCompositeType(on) ? on : spot.type });
        }
      }
    }
  }

  #field(node: FieldNode, holder: Record<string, unknown>, spot: Spot): void {
    const value = holder[node.alias?.value ?? node.name.value];
    const field = fieldsOf(spot.type).find(({ name }) => name === node.name.value);
    if (spot.node && isHole(node.name.value, value)) this.holes += 1;
    if (value === undefined || value === null || !field) return;
    const returned = getNamedType(field.type);
    if (!isCompositeType(returned) || !node.selectionSet) {
      const { type: parent, place } = spot;
      this.found.push({ parent, field: field.name, value, place, node: spot.node, isTop: spot.depth === 1 });
      return;
    }
    this.set(node.selectionSet, value, stepped(spot, field.name, returned));
  }
}

/** Forge's lists hold no nulls, so one in an answer stands for something that was there. */
function isHole(field: string, value: unknown): boolean {
  return Array.isArray(value) ? value.includes(null) : field === 'node' && value === null;
}

function stepped(spot: Spot, field: string, type: GraphQLCompositeType): Spot {
  const node = nodeOf(type);
  if (node) return { type, place: spot.depth === 0 ? 'unknown' : spot.place, node, depth: spot.depth + 1 };
  if (spot.node && field === 'pageInfo') return { ...spot, type };
  if (spot.node && field === 'edges') return { ...spot, type };
  if (spot.node) return { type, place: inList(type, spot.place), node: undefined, depth: spot.depth };
  return {
    type,
    place: spot.depth === 0 ? spot.place : next(spot.place, field),
    node: undefined,
    depth: spot.depth + 1,
  };
}

/** What a list of a project holds lies in that project; what a list of a group holds can lie anywhere below. */
function inList(type: GraphQLCompositeType, place: Place): Place {
  if (type.name === 'User') return 'instance';
  if (typeof place === 'string' || 'project' in place) return place;
  return ['GroupMember', 'Label'].includes(type.name) ? place : 'unknown';
}

function next(place: Place, field: string): Place {
  if (['author', 'assignees', 'user', 'owner'].includes(field)) return 'instance';
  if (field === 'preferences') return place;
  if (typeof place === 'string') return 'unknown';
  if ('project' in place) return field === 'group' ? { group: groupOf(place.project) ?? '' } : place;
  return field === 'parent' ? { group: groupOf(place.group) ?? '' } : place;
}
