import authz from '@graphql-authz/core';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute } from 'graphql';
import { needs, plainText } from '../../ops/schema.mjs';
import { createResolvers } from '../../ops/world.mjs';

const { postExecRule, preExecRule, wrapExecuteFn } = authz;
const all = 'refuses the whole operation where a part is denied';

/** graphql-authz: scopes before execution, the shop of an order after it. */
export const graphqlAuthz = {
  name: 'authz',
  title: '@graphql-authz/core',
  cannot: { W4: all, W5: all },
  create: (data) => {
    const schema = makeExecutableSchema({ typeDefs: plainText, resolvers: createResolvers(data) });
    const guarded = wrapExecuteFn(execute, authorization());
    return { run: (operation) => runGuarded(guarded, schema, operation) };
  },
};

/** It throws its refusals; a server makes the answer of them. */
async function runGuarded(guarded, schema, { document, variables, token }) {
  try {
    return await guarded({ schema, document, variableValues: variables, contextValue: { token } });
  } catch (error) {
    return { errors: [error] };
  }
}

function authorization() {
  const rules = {
    shopOfOrder: postExecRule({ error: 'not in a shop of the token', selectionSet: '{ shop }' })(
      ({ token }, _args, order) => order == null || token.places.has(order.shop),
    ),
  };
  const authSchema = {};
  for (const [coordinate, scope] of Object.entries(needs)) {
    const [type, field] = coordinate.split('.');
    rules[scope] ??= preExecRule({ error: `needs ${scope}` })(({ token }) => token.held.has(scope));
    authSchema[type] ??= {};
    if (field === '*') {
      authSchema[type].__authz = { rules: type === 'Order' ? [scope, 'shopOfOrder'] : [scope] };
    } else authSchema[type][field] = { __authz: { rules: [scope] } };
  }
  return { rules, authSchema };
}
