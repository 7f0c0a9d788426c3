import { makeExecutableSchema } from '@graphql-tools/schema';
import { getDirective, MapperKind, mapSchema } from '@graphql-tools/utils';
import { defaultFieldResolver } from 'graphql';
import { createResolvers, runnerOf } from '../../ops/world.mjs';
import { markedText, meets } from './marked.mjs';

/** A directive that wraps resolvers, as the documentation of graphql-tools shows. */
export const toolsDirective = {
  name: 'tools',
  title: '@graphql-tools/utils, resolver wrapper',
  create: (data) => ({ run: runnerOf(wrappedSchema(data)) }),
};

export function wrappedSchema(data) {
  const schema = makeExecutableSchema({ typeDefs: markedText, resolvers: createResolvers(data) });
  return mapSchema(schema, {
    [MapperKind.OBJECT_FIELD]: (field, _name, typeName) => {
      const asked = [
        ...(getDirective(schema, schema.getType(typeName), 'auth') ?? []),
        ...(getDirective(schema, field, 'auth') ?? []),
      ];
      return asked.length === 0 ? undefined : { ...field, resolve: guarded(field.resolve, asked) };
    },
  });
}

function guarded(resolve = defaultFieldResolver, asked = []) {
  return (source, args, context, info) => {
    for (const one of asked) if (!meets(context.token, one, source)) throw new Error('not permitted');
    return resolve(source, args, context, info);
  };
}
