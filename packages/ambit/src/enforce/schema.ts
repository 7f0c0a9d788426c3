import {
  defaultFieldResolver,
  type GraphQLFieldConfigMap,
  type GraphQLFieldResolver,
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSchema,
  GraphQLUnionType,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';

/** Which fields hand their resolution to the enforcement of the running request. */
export type Routing = 'objects' | 'all';

/**
 * A copy of `schema` in which routed fields have no resolver, and no abstract type has a `resolveType`: for both,
 * graphql-js then asks the functions that one execution brings along, and those hold the request's decision.
 * Fields that are not routed keep their resolver and cost nothing.
 */
export function routedSchema(
  schema: GraphQLSchema,
  routing: Routing,
  fieldResolver?: GraphQLFieldResolver<unknown, unknown>,
): GraphQLSchema {
  return new Router(schema, routing, fieldResolver ?? defaultFieldResolver).build();
}

class Router {
  readonly #schema: GraphQLSchema;
  readonly #routing: Routing;
  readonly #fallback: GraphQLFieldResolver<unknown, unknown>;
  readonly #types = new Map<string, GraphQLNamedType>();

  constructor(schema: GraphQLSchema, routing: Routing, fallback: GraphQLFieldResolver<unknown, unknown>) {
    this.#schema = schema;
    this.#routing = routing;
    this.#fallback = fallback;
  }

  build(): GraphQLSchema {
    const { query, mutation, subscription, types, ...config } = this.#schema.toConfig();
    for (const type of types) this.#types.set(type.name, isIntrospectionType(type) ? type : this.#copy(type));
    return new GraphQLSchema({
      ...config,
      query: this.#object(query),
      mutation: this.#object(mutation),
      subscription: this.#object(subscription),
      types: types.map((type) => this.#mapped(type)),
      assumeValid: true,
    });
  }

  #object(type: GraphQLObjectType | null | undefined): GraphQLObjectType | undefined {
    return type ? this.#mapped(type) : undefined;
  }

  #mapped<T extends GraphQLNamedType>(type: T): T {
    return (this.#types.get(type.name) ?? type) as T;
  }

  #output(type: GraphQLOutputType): GraphQLOutputType {
    if (isNonNullType(type)) return new GraphQLNonNull(this.#output(type.ofType) as never);
    if (isListType(type)) return new GraphQLList(this.#output(type.ofType));
    return this.#mapped(type as GraphQLNamedType) as GraphQLOutputType;
  }

  #copy(type: GraphQLNamedType): GraphQLNamedType {
    if (isObjectType(type)) {
      const config = type.toConfig();
      return new GraphQLObjectType({
        ...config,
        fields: () => this.#fields(config.fields),
        interfaces: () => config.interfaces.map((one) => this.#mapped(one)),
      });
    }
    if (isInterfaceType(type)) {
      const { resolveType: _, ...config } = type.toConfig();
      return new GraphQLInterfaceType({
        ...config,
        fields: () => this.#fields(config.fields),
        interfaces: () => config.interfaces.map((one) => this.#mapped(one)),
      });
    }
    if (isUnionType(type)) {
      const { resolveType: _, ...config } = type.toConfig();
      return new GraphQLUnionType({ ...config, types: () => config.types.map((one) => this.#mapped(one)) });
    }
    return type;
  }

  #fields(fields: GraphQLFieldConfigMap<unknown, unknown>): GraphQLFieldConfigMap<unknown, unknown> {
    const copies: GraphQLFieldConfigMap<unknown, unknown> = Object.create(null);
    for (const [name, field] of Object.entries(fields)) {
      const { resolve, ...config } = field;
      const routed = this.#routing === 'all' || isCompositeType(getNamedType(field.type));
      copies[name] = {
        ...config,
        type: this.#output(field.type),
        ...(routed ? {} : { resolve: resolve ?? this.#fallback }),
      };
    }
    return copies;
  }
}
