import { envelop, useEngine, useSchema } from '@envelop/core';
import { useGenericAuth } from '@envelop/generic-auth';
import { useParserCache } from '@envelop/parser-cache';
import { useValidationCache } from '@envelop/validation-cache';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, parse, subscribe, validate } from 'graphql';
import { schemaText } from '../../ops/schema.mjs';
import { createResolvers } from '../../ops/world.mjs';

const perObject = 'has no rule for a single object';

/** Envelop with generic-auth: scopes of the federation directives, checked before execution. */
export const genericAuth = {
  name: 'generic-auth',
  title: '@envelop/generic-auth',
  cannot: { W5: perObject, W5b: perObject },
  create: (data) => {
    const enveloped = envelop({ plugins: plugins(data) });
    return { run: ({ text, variables, token }) => runEnveloped(enveloped({ token }), text, variables) };
  },
};

function plugins(data) {
  const mark = (name) => `@requiresScopes(scopes: [["${name}"]])`;
  const typeDefs = schemaText({
    head: 'directive @requiresScopes(scopes: [[String!]!]!) on OBJECT | FIELD_DEFINITION',
    scope: mark,
    placed: mark,
  });
  return [
    useEngine({ parse, validate, execute, subscribe }),
    useSchema(makeExecutableSchema({ typeDefs, resolvers: createResolvers(data) })),
    useParserCache(),
    useValidationCache(),
    useGenericAuth({
      mode: 'protect-granular',
      resolveUserFn: ({ token }) => token,
      extractScopes: ({ scopes }) => scopes,
      rejectUnauthenticated: false,
    }),
  ];
}

async function runEnveloped(host, text, variableValues) {
  const document = host.parse(text);
  const errors = host.validate(host.schema, document);
  if (errors.length > 0) return { errors };
  const contextValue = await host.contextFactory();
  return host.execute({ schema: host.schema, document, variableValues, contextValue });
}
