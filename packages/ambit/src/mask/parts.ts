import { GraphQLBoolean, GraphQLObjectType, GraphQLScalarType } from 'graphql';

/** The only field of a query type that has no other; it is always null. */
const PLACEHOLDER = '_ambit';

/** Without a prototype: names such as `constructor` are names like any other. */
export function record<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  const result: Record<string, T> = Object.create(null);
  for (const [name, value] of entries) result[name] = value;
  return result;
}

/** A scalar of the mask's own: rules stand in the syntax tree and the extensions of the schema's. */
export function scalar(type: GraphQLScalarType): GraphQLScalarType {
  return new GraphQLScalarType({ ...type.toConfig(), extensions: {}, astNode: null, extensionASTNodes: [] });
}

/** A query type for a schema that needs one and has nothing to show there. */
export function placeholder(name: string): GraphQLObjectType {
  return new GraphQLObjectType({
    name,
    fields: { [PLACEHOLDER]: { type: GraphQLBoolean, resolve: () => null } },
  });
}
