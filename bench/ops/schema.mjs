/**
 * The schema of the operation rows, once: every system of authorization gets it with the same requirements in its own
 * spelling. `scope(name)` writes "needs this scope", `placed(name, field)` "needs it in the shop that this field of
 * the object names"; both answer the text of a directive, or nothing. `byField` marks a type whose fields have rules of
 * their own and which has none itself.
 */
export function schemaText({ scope, placed, byField = '', head = '' }) {
  return `${head}
type Query {
  article(id: ID!): Article ${scope('read_article')}
  articles(first: Int!): [Article]! ${scope('read_article')}
  shelves(first: Int!): [Shelf]! ${scope('read_shelf')}
  orders(first: Int!): [Order]! ${placed('read_order', undefined)}
}

type Mutation {
  addReview(input: AddReviewInput!): AddReviewPayload ${scope('write_review')}
}

input AddReviewInput {
  articleId: ID!
  text: String!
}

type AddReviewPayload {
  review: Review
}

type Article ${scope('read_article')} {
  id: ID!
  number: Int
  name: String
  kind: String
  addedAt: String
  changedAt: String
  page: String
  maker: String
  stock: Int
  sold: Boolean
  margin: String ${scope('read_margin')}
  cost: Int ${scope('read_cost')}
  reviews(first: Int!): [Review]
}

type Shelf ${byField} {
  id: ID! ${scope('read_shelf')}
  name: String ${scope('read_shelf')}
  place: String ${scope('read_shelf')}
  size: Int ${scope('read_shelf_size')}
  articles(first: Int!): [Article] ${scope('read_article')}
}

type Review ${byField} {
  id: ID! ${scope('read_review')}
  text: String ${scope('read_review_text')}
  author: String ${scope('read_person')}
}

type Order ${placed('read_order', 'shop')} {
  id: ID!
  shop: ID!
  name: String
  kind: String
  addedAt: String
  changedAt: String
  page: String
  maker: String
  stock: Int
  sold: Boolean
}
`;
}

const nothing = () => '';

/** Without any requirement: what the unprotected rows run on. */
export const plainText = schemaText({ scope: nothing, placed: nothing });

/** What each coordinate needs, for the systems that take it as data: an object's own need is under `*`. */
export const needs = {
  'Query.article': 'read_article',
  'Query.articles': 'read_article',
  'Query.shelves': 'read_shelf',
  'Query.orders': 'read_order',
  'Mutation.addReview': 'write_review',
  'Article.*': 'read_article',
  'Article.margin': 'read_margin',
  'Article.cost': 'read_cost',
  'Shelf.id': 'read_shelf',
  'Shelf.name': 'read_shelf',
  'Shelf.place': 'read_shelf',
  'Shelf.size': 'read_shelf_size',
  'Shelf.articles': 'read_article',
  'Review.id': 'read_review',
  'Review.text': 'read_review_text',
  'Review.author': 'read_person',
  'Order.*': 'read_order',
};

export const scopes = [...new Set(Object.values(needs))];
