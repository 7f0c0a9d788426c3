import {
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';

export type Field = GraphQLField<unknown, unknown>;

/** One step from an object to those that a field of it returns. */
export interface Hop {
  readonly field: Field;
  /** How the objects are selected: as they are, or through a connection's list. */
  readonly via: 'itself' | 'nodes' | 'edges';
  /** The type as which they are read on: for an interface or union, one of its types or the interface itself. */
  readonly on: GraphQLCompositeType;
}

/** Every way from a root type to a type, at most `most` steps long. */
export function chainsFrom(schema: GraphQLSchema, root: GraphQLObjectType, most: number): Hop[][] {
  const found: Hop[][] = [];
  const extend = (chain: readonly Hop[], from: GraphQLCompositeType): void => {
    for (const hop of hopsFrom(schema, from)) {
      const longer = [...chain, hop];
      found.push(longer);
      // The way through a list matters at its end; further on, each of the two is taken at every other place.
      const isTaken =
        hop.via === 'itself' || (hop.via === 'edges') === (longer.length + hop.field.name.length) % 2 > 0;
      if (longer.length < most && isTaken) extend(longer, hop.on);
    }
  };
  extend([], root);
  return found;
}

/** The steps that can be taken from an object of a type. */
export function hopsFrom(schema: GraphQLSchema, from: GraphQLCompositeType): Hop[] {
  return fieldsOf(from).flatMap((field): Hop[] => {
    const returned = getNamedType(field.type);
    if (!isCompositeType(returned)) return [];
    const node = nodeOf(returned);
    if (node)
      return (['nodes', 'edges'] as const).flatMap((via) =>
        readAs(schema, node).map((on) => ({ field, via, on })),
      );
    return readAs(schema, returned).map((on) => ({ field, via: 'itself', on }));
  });
}

/** The type in a connection's list; undefined for what is no connection. */
export function nodeOf(type: GraphQLCompositeType): GraphQLCompositeType | undefined {
  if (!isObjectType(type)) return undefined;
  const { nodes, edges } = type.getFields();
  const node = nodes && edges ? getNamedType(nodes.type) : undefined;
  return isCompositeType(node) ? node : undefined;
}

export function fieldsOf(type: GraphQLCompositeType): Field[] {
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}

export function leavesOf(type: GraphQLCompositeType): Field[] {
  return fieldsOf(type).filter((field) => isLeafType(getNamedType(field.type)));
}

function readAs(schema: GraphQLSchema, type: GraphQLCompositeType): GraphQLCompositeType[] {
  return isAbstractType(type) ? [...schema.getPossibleTypes(type), type] : [type];
}

/** `Type.field` of everything that a client can select, starting at the root types. */
export function reachableFields(schema: GraphQLSchema): Set<string> {
  const found = new Set<string>();
  const visit = (type: GraphQLCompositeType): void => {
    for (const field of fieldsOf(type)) {
      const name = `${type.name}.${field.name}`;
      if (found.has(name)) continue;
      found.add(name);
      const returned = getNamedType(field.type);
      if (isCompositeType(returned)) for (const on of readAs(schema, returned)) visit(on);
    }
  };
  for (const root of [schema.getQueryType(), schema.getMutationType()]) if (root) visit(root);
  return found;
}
