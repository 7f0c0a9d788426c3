import {
  defaultFieldResolver,
  defaultTypeResolver,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  Kind,
} from 'graphql';
import { coercedArguments, outputValue } from '../graphql/values.ts';
import type { FieldUse } from '../plan/plan.ts';
import type { BoundaryPath } from '../rules/boundarypath.ts';
import { NO_IDENTITY } from '../rules/placesource.ts';
import { chain, maybe } from './maybe.ts';
import { plainReader } from './plain.ts';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

/** Where values come from: resolvers in process, or the upstream's answer in the gateway. */
export interface DataSource {
  /** The value of a field, as graphql-js asks for it. */
  field(source: unknown, args: Record<string, unknown>, context: unknown, info: GraphQLResolveInfo): unknown;
  /** Set where nothing that is read has to be waited for. */
  readonly isImmediate?: boolean;
  /** Whether a list item is there only in name: it failed, and what it was can no longer be read. */
  isFault?(value: unknown): boolean;
  /** The name of the type that `value` will be serialised as. */
  typeName(value: unknown, type: GraphQLAbstractType, context: unknown, info: GraphQLResolveInfo): unknown;
  /**
   * The same identity where it is a text that lies in the object as plain data; undefined where it is not, or where
   * the object is none: then it has to be asked for.
   */
  plainIdentity?(object: unknown, type: GraphQLObjectType, path: BoundaryPath): string | undefined;
  /**
   * The identity at the end of `path`, read from `object`: null where there is none, `NO_IDENTITY` where it cannot be
   * told; so is anything but a text or a whole number.
   */
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
    plainIdentity: plainReader(schema, fallback),
    field(value, args, context, info) {
      const type = original(info.parentType.name);
      return type ? resolve(type, info.fieldName)(value, args, context, info) : undefined;
    },
    typeName(value, type, context, info) {
      const declared = schema.getType(type.name);
      const resolver = isAbstractType(declared) ? declared.resolveType : undefined;
      return (resolver ?? defaultTypeResolver)(value, context, info, type);
    },
    identity(object, type, path, context, info) {
      const step = (value: unknown, holder: GraphQLObjectType | undefined, index: number): unknown => {
        const isThere = holder !== undefined && value !== null && value !== undefined;
        if (path.call && index === path.steps.length) return isThere ? path.call(value, context) : null;
        const name = path.steps[index];
        const field = name === undefined ? undefined : holder?.getFields()[name];
        if (value === null || value === undefined) return null;
        if (!holder || !field) return NO_IDENTITY;
        const at: GraphQLResolveInfo = {
          ...info,
          fieldName: field.name,
          parentType: holder,
          returnType: field.type,
        };
        return chain(maybe(resolve(holder, field.name)(value, defaultsOf(field), context, at)), (found) => {
          if (found instanceof Error) return NO_IDENTITY;
          if (found === null || found === undefined) return null;
          const returned = getNamedType(field.type);
          if (isLeafType(returned)) return outputValue(returned, found);
          const typeName = isAbstractType(returned)
            ? source.typeName(found, returned, context, at)
            : returned.name;
          return chain(maybe(typeName), (one) =>
            step(found, typeof one === 'string' ? original(one) : undefined, index + 1),
          );
        });
      };
      return step(object, original(type.name), 0);
    },
  };
  return source;
}

function defaultsOf(field: GraphQLField<unknown, unknown>): Record<string, unknown> {
  const node: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: field.name } };
  return coercedArguments(field, node, { coerced: {} });
}
