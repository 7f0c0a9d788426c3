import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  GraphQLID,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLString,
  getNamedType,
  isObjectType,
} from 'graphql';
import type { BoundaryPath } from '../rules/boundarypath.ts';

/** Reads an identity that lies in an object as plain data; undefined where it has to be asked for. */
export type PlainReader = (
  object: unknown,
  type: GraphQLObjectType,
  path: BoundaryPath,
) => string | undefined;

/**
 * Reads without resolvers where there are none on the way: what graphql-js's own resolver would answer for a text in
 * a property. Anything but that is left to whoever asks resolvers.
 */
export function plainReader(
  schema: GraphQLSchema,
  fallback: GraphQLFieldResolver<unknown, unknown>,
): PlainReader {
  const plain = new Map<string, boolean>();
  return (object, type, path) => {
    // Type names hold no space, so the two join injectively.
    const key = `${type.name} ${path.text}`;
    let isPlain = plain.get(key);
    if (isPlain === undefined) {
      isPlain = fallback === defaultFieldResolver && isPlainPath(schema, type, path);
      plain.set(key, isPlain);
    }
    return isPlain ? textAt(object, path.steps) : undefined;
  };
}

function isPlainPath(schema: GraphQLSchema, type: GraphQLObjectType, path: BoundaryPath): boolean {
  if (path.call) return false;
  let holder: unknown = schema.getType(type.name);
  for (const [index, step] of path.steps.entries()) {
    const field = isObjectType(holder) ? holder.getFields()[step] : undefined;
    if (!field || field.resolve) return false;
    holder = getNamedType(field.type);
    if (index === path.steps.length - 1) return holder === GraphQLString || holder === GraphQLID;
  }
  return false;
}

/** A getter may throw: that, too, is left to whoever asks resolvers. */
function textAt(object: unknown, steps: readonly string[]): string | undefined {
  let value = object;
  try {
    for (const step of steps) {
      if (typeof value !== 'object' || value === null || value instanceof Error || 'then' in value)
        return undefined;
      value = (value as Record<string, unknown>)[step];
    }
  } catch {
    return undefined;
  }
  return typeof value === 'string' ? value : undefined;
}
