import {
  defaultFieldResolver,
  defaultTypeResolver,
  type GraphQLAbstractType,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { FieldUse } from '../plan/plan.ts';
import type { BoundaryPath } from '../rules/boundarypath.ts';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** Where values come from: resolvers in process, or the upstream's answer in the gateway. */
export interface DataSource {
  /** The value of a field, as graphql-js asks for it. */
  field(source: unknown, args: Record<string, unknown>, context: unknown, info: GraphQLResolveInfo): unknown;
  /** Whether a list item is there only in name: it failed, and what it was can no longer be read. */
  isFault?(value: unknown): boolean;
  /** The name of the type that `value` will be serialised as. */
  typeName(value: unknown, type: GraphQLAbstractType, context: unknown, info: GraphQLResolveInfo): unknown;
  /** The identity at the end of `path`, read from `object`; anything but a string or a number is none. */
  identity(
    object: unknown,
    type: GraphQLObjectType,
    path: BoundaryPath,
    context: unknown,
    info: GraphQLResolveInfo,
    use: FieldUse,
  ): unknown;
}

/** Reads through the resolvers of `schema`, with the API's own right. */
export function resolverSource(schema: GraphQLSchema, fallback: Resolver = defaultFieldResolver): DataSource {
  const resolve = (type: GraphQLObjectType, name: string): Resolver =>
    type.getFields()[name]?.resolve ?? fallback;
  const original = (name: string): GraphQLObjectType | undefined => {
    const type = schema.getType(name);
    return isObjectType(type) ? type : undefined;
  };
  const source: DataSource = {
    field(value, args, context, info) {
      const type = original(info.parentType.name);
      return type ? resolve(type, info.fieldName)(value, args, context, info) : undefined;
    },
    typeName(value, type, context, info) {
      const declared = schema.getType(type.name);
      const resolver = isAbstractType(declared) ? declared.resolveType : undefined;
      return (resolver ?? defaultTypeResolver)(value, context, info, type);
    },
    async identity(object, type, path, context, info) {
      let value: unknown = object;
      let holder: GraphQLObjectType | undefined = original(type.name);
      for (const step of path.steps) {
        const field = holder?.getFields()[step];
        if (!holder || !field || value === null || value === undefined) return null;
        const at: GraphQLResolveInfo = {
          ...info,
          fieldName: step,
          parentType: holder,
          returnType: field.type,
        };
        const args = Object.fromEntries(
          field.args
            .filter((arg) => arg.defaultValue !== undefined)
            .map((arg) => [arg.name, arg.defaultValue]),
        );
        value = await resolve(holder, step)(value, args, context, at);
        const returned = getNamedType(field.type);
        if (isLeafType(returned))
          return value === null || value === undefined ? null : returned.serialize(value);
        if (value === null || value === undefined) return null;
        const name = isAbstractType(returned)
          ? await source.typeName(value, returned, context, at)
          : returned.name;
        holder = typeof name === 'string' ? original(name) : undefined;
      }
      return null;
    },
  };
  return source;
}
