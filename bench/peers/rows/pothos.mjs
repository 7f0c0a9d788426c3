import PothosBuilder from '@pothos/core';
import PothosScopeAuth from '@pothos/plugin-scope-auth';
import { needs } from '../../ops/schema.mjs';
import { createResolvers, runnerOf } from '../../ops/world.mjs';

// Both are modules of two formats, and come with or without their `default` around them.
const SchemaBuilder = PothosBuilder.default ?? PothosBuilder;
const ScopeAuth = PothosScopeAuth.default ?? PothosScopeAuth;

const item = {
  name: 'String',
  kind: 'String',
  addedAt: 'String',
  changedAt: 'String',
  page: 'String',
  maker: 'String',
  stock: 'Int',
  sold: 'Boolean',
};
const leaves = {
  Article: { number: 'Int', ...item, margin: 'String', cost: 'Int' },
  Shelf: { name: 'String', place: 'String', size: 'Int' },
  Review: { text: 'String', author: 'String' },
  Order: { ...item },
};

/** Pothos, code first, with scope-auth; `onType` asks the scopes of a type once for each object, else by each field. */
const pothos = (name, title, onType) => ({
  name,
  title,
  create: (data) => ({ run: runnerOf(builtSchema(createResolvers(data), onType)) }),
});

export const pothosByField = pothos('pothos', '@pothos/plugin-scope-auth', false);
export const pothosByType = pothos('pothos-type', '@pothos/plugin-scope-auth, runScopesOnType', true);

function builtSchema(resolvers, onType) {
  const builder = new SchemaBuilder({
    plugins: [ScopeAuth],
    scopeAuth: {
      runScopesOnType: onType,
      authScopes: ({ token }) => ({
        scope: (name) => token.held.has(name),
        shop: (name) => token.places.has(name),
      }),
    },
  });
  const refs = Object.fromEntries(Object.keys(leaves).map((name) => [name, builder.objectRef(name)]));
  const lists = listsOf(resolvers, refs);
  for (const [name, ref] of Object.entries(refs)) {
    ref.implement({
      ...typeNeed(name),
      fields: (t) => ({ ...leafFields(t, name), ...(lists[name]?.(t) ?? {}) }),
    });
  }
  builder.queryType({ fields: lists.Query });
  addMutation(builder, refs, resolvers);
  return builder.toSchema();
}

function typeNeed(name) {
  const scope = needs[`${name}.*`];
  if (name === 'Order') return { authScopes: ({ shop }) => ({ $all: { scope, shop } }) };
  return scope === undefined ? {} : { authScopes: { scope } };
}

function fieldNeed(type, name) {
  const scope = needs[`${type}.${name}`];
  return scope === undefined ? {} : { authScopes: { scope } };
}

function leafFields(t, type) {
  const fields = { id: t.exposeID('id', { nullable: false, ...fieldNeed(type, 'id') }) };
  if (type === 'Order') fields.shop = t.exposeID('shop', { nullable: false });
  for (const [name, kind] of Object.entries(leaves[type])) {
    fields[name] = t[`expose${kind}`](name, { nullable: true, ...fieldNeed(type, name) });
  }
  return fields;
}

/** The fields that are no leaves, by the type that they stand on. */
function listsOf(resolvers, { Article, Shelf, Review, Order }) {
  const list = (t, parent, name, type) =>
    t.field({
      type: [type],
      nullable: { list: parent !== 'Query', items: true },
      args: { first: t.arg.int({ required: true }) },
      ...fieldNeed(parent, name),
      resolve: resolvers[parent][name],
    });
  return {
    Query: (t) => ({
      article: t.field({
        type: Article,
        nullable: true,
        args: { id: t.arg.id({ required: true }) },
        ...fieldNeed('Query', 'article'),
        resolve: resolvers.Query.article,
      }),
      articles: list(t, 'Query', 'articles', Article),
      shelves: list(t, 'Query', 'shelves', Shelf),
      orders: list(t, 'Query', 'orders', Order),
    }),
    Shelf: (t) => ({ articles: list(t, 'Shelf', 'articles', Article) }),
    Article: (t) => ({ reviews: list(t, 'Article', 'reviews', Review) }),
  };
}

function addMutation(builder, { Review }, resolvers) {
  const payload = builder.objectRef('AddReviewPayload').implement({
    fields: (t) => ({ review: t.field({ type: Review, nullable: true, resolve: ({ review }) => review }) }),
  });
  const input = builder.inputType('AddReviewInput', {
    fields: (t) => ({ articleId: t.id({ required: true }), text: t.string({ required: true }) }),
  });
  builder.mutationType({
    fields: (t) => ({
      addReview: t.field({
        type: payload,
        nullable: true,
        args: { input: t.arg({ type: input, required: true }) },
        ...fieldNeed('Mutation', 'addReview'),
        resolve: resolvers.Mutation.addReview,
      }),
    }),
  });
}
