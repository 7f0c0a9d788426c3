import { buildSchema, execute, GraphQLError, Kind, visit } from 'graphql';
import { needs, plainText } from '../schema.mjs';
import { createResolvers, resolveWith } from '../world.mjs';

/**
 * The least that can be done, written for these operations alone: what a document needs is found once, compared with
 * the token before execution, and orders are sifted in the list where they are made. It shows what there is to lose.
 */
export const floor = {
  name: 'floor',
  title: 'floor (hand-written for these operations)',
  create: (data) => {
    const schema = resolveWith(buildSchema(plainText), siftedResolvers(data));
    const known = new WeakMap();
    return { run: (operation) => runKnown(schema, known, operation) };
  },
};

function runKnown(schema, known, { document, variables, token }) {
  let variants = known.get(document);
  if (!variants) {
    variants = { asked: neededBy(document), cut: new Map() };
    known.set(document, variants);
  }
  let missing = '';
  for (const name of variants.asked) if (!token.held.has(name)) missing += `${name} `;
  const contextValue = { token };
  if (missing === '') return execute({ schema, document, variableValues: variables, contextValue });
  let cut = variants.cut.get(missing);
  if (!cut) {
    cut = without(document, new Set(missing.trim().split(' ')));
    variants.cut.set(missing, cut);
  }
  if (cut.document === undefined) return { data: null, errors: [new Refusal(missing)] };
  const result = execute({ schema, document: cut.document, variableValues: variables, contextValue });
  for (const row of result.data.articles) for (const key of cut.keys) row[key] = null;
  result.errors = cut.errors;
  return result;
}

/** An error without a stack: nobody reads where a denial was thrown. */
class Refusal {
  constructor(missing) {
    this.message = `not permitted: needs ${missing}`;
    this.extensions = { code: 'UNAUTHORIZED_FIELD_OR_TYPE' };
  }
}

function siftedResolvers(data) {
  const resolvers = createResolvers(data);
  const { orders } = resolvers.Query;
  return {
    ...resolvers,
    Query: {
      ...resolvers.Query,
      orders: (source, args, { token }) => orders(source, args).filter(({ shop }) => token.places.has(shop)),
    },
  };
}

const typeOfRoot = {
  article: 'Article',
  articles: 'Article',
  shelves: 'Shelf',
  orders: 'Order',
  reviews: 'Review',
};

function neededBy(document) {
  const found = new Set();
  walk(document, (name) => {
    found.add(name);
  });
  return [...found];
}

function without(document, missing) {
  const keys = [];
  let isRoot = false;
  const cut = walk(document, (name, node, parent) => {
    if (!missing.has(name)) return undefined;
    isRoot ||= parent === 'Query' || parent === 'Mutation';
    keys.push(node.name.value);
    return null;
  });
  const errors = keys.map((key) => new GraphQLError(`not permitted: ${key}`, { path: ['articles', key] }));
  return isRoot ? { document: undefined } : { document: cut, keys, errors };
}

/** Calls `at` with what a field needs by itself and by its type. */
function walk(document, at) {
  const parents = [document.definitions[0].operation === 'mutation' ? 'Mutation' : 'Query'];
  return visit(document, {
    [Kind.FIELD]: {
      enter(node) {
        const parent = parents.at(-1);
        parents.push(typeOfRoot[node.name.value] ?? 'Review');
        const own = needs[`${parent}.${node.name.value}`] ?? needs[`${parent}.*`];
        const cut = own === undefined ? undefined : at(own, node, parent);
        if (cut === null) parents.pop();
        return cut;
      },
      leave() {
        parents.pop();
      },
    },
  });
}
