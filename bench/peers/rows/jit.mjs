import { buildSchema } from 'graphql';
import { compileQuery } from 'graphql-jit';
import { createEngine, createGranting } from '../../ops/rows/ambit.mjs';
import { plainText } from '../../ops/schema.mjs';
import { createResolvers, resolveWith } from '../../ops/world.mjs';
import { compiledMercurius } from './mercurius.mjs';
import { wrappedSchema } from './tools.mjs';

const shown = ['W2'];

/** graphql-jit without authorization: what the rows on a compiled executor are measured against. */
const unprotected = {
  create: (data) => ({ run: compiled(resolveWith(buildSchema(plainText), createResolvers(data))) }),
};

export const jit = {
  name: 'jit',
  title: 'graphql-jit against itself (noise)',
  host: unprotected,
  shown,
  isUnprotected: true,
  ...unprotected,
};

export const toolsOnJit = {
  name: 'tools-jit',
  title: '@graphql-tools/utils, resolver wrapper, on graphql-jit',
  host: unprotected,
  shown,
  create: (data) => ({ run: compiled(wrappedSchema(data)) }),
};

export const mercuriusOnJit = {
  name: 'mercurius-auth-jit',
  title: 'mercurius-auth on its own compiled executor',
  host: { create: (data) => compiledMercurius(data, false) },
  shown,
  create: (data) => compiledMercurius(data, true),
};

/** Ambit in front of the compiled executor: what is left of an operation is what it compiles. */
export const ambitOnJit = {
  name: 'ambit-jit',
  title: '**Ambit**, with graphql-jit as its executor',
  host: unprotected,
  shown,
  create: (data) => {
    const run = compiled(resolveWith(buildSchema(plainText), createResolvers(data)));
    const executor = ({ document, variableValues, contextValue }) =>
      run({ document, variables: variableValues, token: contextValue.token });
    const engine = createEngine(data, { executor });
    const grantsOf = createGranting();
    return {
      run: ({ document, variables, token }) =>
        engine.execute({ document, variables, grants: grantsOf(token), contextValue: { token } }),
    };
  },
};

/** Runs operations compiled, each once. */
export function compiled(schema) {
  const known = new WeakMap();
  return ({ document, variables, token }) => {
    let query = known.get(document);
    if (!query) {
      query = compileQuery(schema, document);
      known.set(document, query);
    }
    return query.query(undefined, { token }, variables);
  };
}
