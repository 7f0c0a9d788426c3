import { buildSchema } from 'graphql';
import { createAmbit } from '../../../packages/ambit/dist/index.js';
import { schemaText } from '../schema.mjs';
import { createResolvers, resolveWith } from '../world.mjs';

const directives = `
directive @public on OBJECT | FIELD_DEFINITION
directive @requiresScopes(scopes: [[String!]!]!) on OBJECT | FIELD_DEFINITION
directive @requiresPermissions(permissions: [String!]!, boundaryType: String, boundary: String) repeatable on OBJECT | FIELD_DEFINITION
`;

/** Ambit in process. Its rules stand in the schema as its users write them. */
export const ambit = {
  name: 'ambit',
  title: '**Ambit**',
  create: (data) => {
    const engine = createEngine(data);
    const grantsOf = createGranting();
    return {
      run: ({ document, variables, token }) =>
        engine.execute({ document, variables, grants: grantsOf(token), contextValue: { token } }),
    };
  },
};

/** The schema as it is given to Ambit. */
export const ambitText = schemaText({
  head: directives,
  byField: '@public',
  scope: (name) => `@requiresScopes(scopes: [["${name}"]])`,
  placed: (name, field) =>
    field === undefined
      ? ''
      : `@requiresPermissions(permissions: ["${name}"], boundaryType: "shop", boundary: "${field}")`,
});

/** The engine over the data's resolvers. */
export function createEngine(data, options = {}) {
  const schema = resolveWith(buildSchema(ambitText), createResolvers(data));
  return createAmbit({ schema, boundaries: { shop: {} }, ...options });
}

/** The grants of a token, made once for each, as a server keeps them for the tokens that it knows. */
export function createGranting() {
  const known = new WeakMap();
  return (token) => {
    let grants = known.get(token);
    if (!grants) {
      grants = grantsFor(token);
      known.set(token, grants);
    }
    return grants;
  };
}

/** What a token holds, in Ambit's words. */
export function grantsFor({ id, scopes, shops }) {
  const granular = scopes.includes('read_order')
    ? shops.map((shop) => ({ permissions: ['read_order'], boundary: { shop } }))
    : [];
  return { subject: id, scopes: scopes.filter((name) => name !== 'read_order'), granular };
}
