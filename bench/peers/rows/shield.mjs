import { makeExecutableSchema } from '@graphql-tools/schema';
import { applyMiddleware } from 'graphql-middleware';
import { and, rule, shield } from 'graphql-shield';
import { needs, plainText } from '../../ops/schema.mjs';
import { createResolvers, runnerOf } from '../../ops/world.mjs';

/**
 * graphql-shield. What depends on the token alone is cached for the request; the rule of an order is not, because that
 * cache would give the answer for the first order to all the others.
 */
export const graphqlShield = {
  name: 'shield',
  title: 'graphql-shield',
  create: (data) => {
    const schema = makeExecutableSchema({ typeDefs: plainText, resolvers: createResolvers(data) });
    return { run: runnerOf(applyMiddleware(schema, shield(permissions(), { allowExternalErrors: true }))) };
  },
};

function permissions() {
  const made = new Map();
  const holds = (scope) => {
    if (!made.has(scope)) {
      const check = rule(scope, { cache: 'contextual' });
      made.set(
        scope,
        check(async (_source, _args, { token }) => token.held.has(scope)),
      );
    }
    return made.get(scope);
  };
  const inShop = rule('shop of the order', { cache: 'no_cache' })(async (order, _args, { token }) =>
    token.places.has(order.shop),
  );
  const tree = {};
  for (const [coordinate, scope] of Object.entries(needs)) {
    const [type, field] = coordinate.split('.');
    const whole = needs[`${type}.*`];
    tree[type] ??= {};
    tree[type][field] = field !== '*' && whole ? and(holds(whole), holds(scope)) : holds(scope);
  }
  tree.Order['*'] = and(tree.Order['*'], inShop);
  return tree;
}
