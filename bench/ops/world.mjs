import { execute } from 'graphql';

const SHOPS = 50;
const ARTICLES = 1000;

/** The data: 1,000 articles with 5 reviews each on 50 shelves, and 1,000 orders of 50 shops. The same every time. */
export function createData() {
  const articles = Array.from({ length: ARTICLES }, (_, index) => article(index));
  const shelves = Array.from({ length: SHOPS }, (_, index) => ({
    id: `shelf-${index}`,
    name: `Shelf ${index}`,
    place: `hall-${index % 4}/row-${index}`,
    size: 20 + index,
    articles: articles.filter((_one, at) => at % SHOPS === index),
  }));
  const orders = articles.map(({ reviews, number, margin, cost, ...rest }, index) => ({
    ...rest,
    id: `order-${index}`,
    shop: `shop-${index % SHOPS}`,
  }));
  return { articles, byId: new Map(articles.map((one) => [one.id, one])), shelves, orders, written: 0 };
}

function article(index) {
  const day = String((index % 28) + 1).padStart(2, '0');
  return {
    id: `article-${index}`,
    number: index,
    name: `Article number ${index}`,
    kind: index % 3 === 0 ? 'tool' : 'part',
    addedAt: `2026-03-${day}T08:00:00Z`,
    changedAt: `2026-04-${day}T08:00:00Z`,
    page: `https://shop.example/articles/${index}`,
    maker: `maker-${index % 23}`,
    stock: index % 13,
    sold: index % 4 === 0,
    margin: `${index % 40} %`,
    cost: index * 3,
    reviews: Array.from({ length: 5 }, (_, at) => ({
      id: `review-${index}-${at}`,
      text: `Review ${at} of article ${index}`,
      author: `person-${(index + at) % 19}`,
    })),
  };
}

const upTo = (list, first) => (first >= list.length ? list : list.slice(0, first));

/** Resolvers that do as little as they can and answer at once, so that what stands around them shows. */
export function createResolvers(data) {
  return {
    Query: {
      article: (_source, { id }) => data.byId.get(id) ?? null,
      articles: (_source, { first }) => upTo(data.articles, first),
      shelves: (_source, { first }) => upTo(data.shelves, first),
      orders: (_source, { first }) => upTo(data.orders, first),
    },
    Mutation: {
      addReview: (_source, { input }) => {
        data.written += 1;
        return { review: { id: 'review-new', text: input.text, author: 'person-0' } };
      },
    },
    Shelf: { articles: (shelf, { first }) => upTo(shelf.articles, first) },
    Article: { reviews: (one, { first }) => upTo(one.reviews, first) },
  };
}

/** Puts resolvers on a schema that was built from text. */
export function resolveWith(schema, resolvers) {
  for (const [typeName, fields] of Object.entries(resolvers)) {
    const defined = schema.getType(typeName).getFields();
    for (const [name, resolve] of Object.entries(fields)) defined[name].resolve = resolve;
  }
  return schema;
}

/** Runs an operation on a schema by graphql-js, with the token where resolvers look for it. */
export function runnerOf(schema) {
  return ({ document, variables, token }) =>
    execute({ schema, document, variableValues: variables, contextValue: { token } });
}

/** A token as the authentication of a server would hand it on. `shops` is where `read_order` counts. */
export function createToken(id, scopes, shops) {
  return { id, scopes, held: new Set(scopes), shops, places: new Set(shops) };
}

export const allShops = Array.from({ length: SHOPS }, (_, index) => `shop-${index}`);
/** Every second one, in an order that no branch predictor learns from. */
export const halfOfShops = allShops.filter((_, index) => ((index * 7) % SHOPS) % 2 === 0);
