import {
  type GraphQLArgument,
  GraphQLDirective,
  GraphQLEnumType,
  type GraphQLField,
  type GraphQLFieldConfig,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  type GraphQLNullableType,
  GraphQLObjectType,
  GraphQLSchema,
  type GraphQLType,
  GraphQLUnionType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  isUnionType,
  validateSchema,
} from 'graphql';
import { defaultConfig } from '../graphql/defaults.ts';
import type { ShownFields } from './contract.ts';
import { placeholder, record, scalar } from './parts.ts';
import { hushEnum, maskedTypeResolver } from './resolvers.ts';
import { EXECUTABLE, type Visible } from './visible.ts';

/**
 * A schema of what is visible, and nothing else: neither syntax trees nor extensions come along, since rules and
 * hidden names stand in them.
 */
export function buildVisible(schema: GraphQLSchema, visible: Visible): GraphQLSchema {
  return new Builder(schema, visible).build();
}

class Builder {
  readonly #schema: GraphQLSchema;
  readonly #visible: Visible;
  readonly #types = new Map<string, GraphQLNamedType>();
  readonly #lists = new Map<GraphQLType, GraphQLType>();
  readonly #nonNulls = new Map<GraphQLType, GraphQLType>();

  constructor(schema: GraphQLSchema, visible: Visible) {
    this.#schema = schema;
    this.#visible = visible;
  }

  build(): GraphQLSchema {
    const { description } = this.#schema;
    const root = (type: GraphQLObjectType | null | undefined): GraphQLObjectType | undefined =>
      type && this.#visible.objects.has(type.name) ? this.#named(type) : undefined;
    const query = this.#schema.getQueryType();
    return new GraphQLSchema({
      description: description ?? null,
      query: root(query) ?? placeholder(query?.name ?? 'Query'),
      mutation: root(this.#schema.getMutationType()),
      subscription: root(this.#schema.getSubscriptionType()),
      // In the schema's order: credentials that see the same share one mask, whichever way each of them is led there.
      types: Object.values(this.#schema.getTypeMap()).flatMap((type) =>
        this.#visible.objects.has(type.name) ? [this.#named(type)] : [],
      ),
      directives: [...this.#visible.directives].map(([directive, open]) => this.#directive(directive, open)),
      // A mask of a valid schema is valid, so nobody has to wait for graphql to find that out again.
      assumeValid: validateSchema(this.#schema).length === 0,
    });
  }

  /** The masked type in place of one of the schema; made once. */
  #named<T extends GraphQLNamedType>(type: T): T {
    let masked = this.#types.get(type.name);
    if (!masked) {
      masked = this.#make(type);
      this.#types.set(type.name, masked);
    }
    return masked as T;
  }

  #make(type: GraphQLNamedType): GraphQLNamedType {
    if (isObjectType(type)) return this.#object(type);
    if (isInterfaceType(type)) return this.#interface(type);
    if (isUnionType(type)) return this.#union(type);
    if (isEnumType(type)) return this.#enum(type);
    if (isInputObjectType(type)) return this.#input(type);
    return isScalarType(type) && !isSpecifiedScalarType(type) ? scalar(type) : type;
  }

  /** The same wrapping around a masked type; made once, so that what is equal is one. */
  #wrapped<T extends GraphQLType>(type: T): T {
    if (!isNonNullType(type) && !isListType(type))
      return this.#named(type as GraphQLNamedType) as GraphQLType as T;
    const inner = this.#wrapped(type.ofType as GraphQLType);
    const known = isListType(type) ? this.#lists : this.#nonNulls;
    let wrapped = known.get(inner);
    if (!wrapped) {
      wrapped = isListType(type) ? new GraphQLList(inner) : new GraphQLNonNull(inner as GraphQLNullableType);
      known.set(inner, wrapped);
    }
    return wrapped as T;
  }

  #object(type: GraphQLObjectType): GraphQLObjectType {
    const shown = this.#visible.objects.get(type.name) ?? new Map();
    return new GraphQLObjectType({
      name: type.name,
      description: type.description,
      isTypeOf: type.isTypeOf,
      interfaces: () => this.#interfacesOf(type),
      fields: () => this.#fields(type, shown),
    });
  }

  #interface(type: GraphQLInterfaceType): GraphQLInterfaceType {
    return new GraphQLInterfaceType({
      name: type.name,
      description: type.description,
      resolveType: maskedTypeResolver(type),
      interfaces: () => this.#interfacesOf(type),
      fields: () => this.#fields(type, this.#visible.membership.fieldsOf(type)),
    });
  }

  #interfacesOf(type: GraphQLObjectType | GraphQLInterfaceType): GraphQLInterfaceType[] {
    const kept = type.getInterfaces().filter((one) => this.#visible.membership.keeps(type, one));
    return kept.map((one) => this.#named(one));
  }

  #union(type: GraphQLUnionType): GraphQLUnionType {
    return new GraphQLUnionType({
      name: type.name,
      description: type.description,
      resolveType: maskedTypeResolver(type),
      types: () =>
        type.getTypes().flatMap((one) => (this.#visible.objects.has(one.name) ? [this.#named(one)] : [])),
    });
  }

  #fields(
    type: GraphQLObjectType | GraphQLInterfaceType,
    shown: ShownFields,
  ): Record<string, GraphQLFieldConfig<unknown, unknown>> {
    const fields = Object.values(type.getFields()).filter(({ name }) => shown.has(name));
    return record(fields.map((field) => [field.name, this.#field(field, shown.get(field.name)?.args)]));
  }

  #field(
    field: GraphQLField<unknown, unknown>,
    open: ReadonlySet<string> | undefined,
  ): GraphQLFieldConfig<unknown, unknown> {
    const { description, deprecationReason, resolve, subscribe } = field;
    const args = open ? field.args.filter(({ name }) => open.has(name)) : field.args;
    return {
      type: this.#wrapped(field.type),
      description,
      deprecationReason,
      ...(args.length > 0 ? { args: this.#arguments(args) } : {}),
      ...(resolve ? { resolve } : {}),
      ...(subscribe ? { subscribe } : {}),
    };
  }

  #arguments(args: readonly GraphQLArgument[]): Record<string, SuppliedConfig> {
    return record(args.map((arg) => [arg.name, this.#supplied(arg)]));
  }

  /** An argument or input field; without its default and as one that has to be given, where that names what is hidden. */
  #supplied(element: Supplied): SuppliedConfig {
    const { description, deprecationReason } = element;
    const type = this.#wrapped(element.type);
    if (!this.#visible.supplied.forces(element))
      return { type, description, deprecationReason, ...defaultConfig(element) };
    // What has to be given cannot be deprecated.
    return { type: isNonNullType(type) ? type : new GraphQLNonNull(type), description };
  }

  #enum(type: GraphQLEnumType): GraphQLEnumType {
    const values = type.getValues().filter(({ name }) => this.#visible.supplied.shows(type, name));
    const masked = new GraphQLEnumType({
      name: type.name,
      description: type.description,
      values: record(
        values.map(({ name, value, description, deprecationReason }) => [
          name,
          { value, description, deprecationReason },
        ]),
      ),
    });
    hushEnum(masked);
    return masked;
  }

  #input(type: GraphQLInputObjectType): GraphQLInputObjectType {
    return new GraphQLInputObjectType({
      name: type.name,
      description: type.description,
      isOneOf: type.isOneOf,
      fields: () => {
        const fields = Object.values(type.getFields()).filter(({ name }) =>
          this.#visible.supplied.shows(type, name),
        );
        return record(fields.map((field) => [field.name, this.#supplied(field)]));
      },
    });
  }

  #directive(directive: GraphQLDirective, open: ReadonlySet<string>): GraphQLDirective {
    const { name, description, isRepeatable } = directive;
    const locations = isSpecifiedDirective(directive)
      ? directive.locations
      : directive.locations.filter((location) => EXECUTABLE.includes(location));
    const args = this.#arguments(directive.args.filter((arg) => open.has(arg.name)));
    return new GraphQLDirective({ name, description, isRepeatable, locations, args });
  }
}

interface Supplied {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly description?: string | null | undefined;
  readonly deprecationReason?: string | null | undefined;
  readonly defaultValue?: unknown;
}

interface SuppliedConfig {
  type: GraphQLInputType;
  description?: string | null | undefined;
  deprecationReason?: string | null | undefined;
  defaultValue?: unknown;
}
