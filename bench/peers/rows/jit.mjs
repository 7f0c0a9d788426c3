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

/**
 * Ambit decides, the compiled operation runs. Only what is decided `allowed` as a whole may go this way: there is
 * nothing to drop from its answer then.
 */
export const ambitOnJit = {
  name: 'ambit-jit',
  title: '**Ambit**, `decide` in front of graphql-jit',
  host: unprotected,
  shown,
  create: (data) => {
    const engine = createEngine(data);
    const grantsOf = createGranting();
    const run = compiled(resolveWith(buildSchema(plainText), createResolvers(data)));
    return {
      run(operation) {
        const { document, variables, token } = operation;
        const { outcome } = engine.decide({ document, variables, grants: grantsOf(token) });
        if (outcome === 'allowed') return run(operation);
        return { errors: [{ message: `the operation is ${outcome}` }] };
      },
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
