import { isDeepStrictEqual } from 'node:util';
import { scopes } from '../ops/schema.mjs';
import { allShops, createToken, halfOfShops } from '../ops/world.mjs';

const TEN = 'id number name kind addedAt changedAt page maker stock sold';
const without = (...names) => scopes.filter((one) => !names.includes(one));

/** The credentials that the fronts know, by name. */
export const tokens = {
  everything: createToken('everything', scopes, allShops),
  figureless: createToken('figureless', without('read_margin', 'read_cost'), allShops),
  half: createToken('half', scopes, halfOfShops),
  reader: createToken('reader', without('write_review'), allShops),
};

/** What is asked, by whom, and what has to come back from a front that decides, given what one without answers. */
export const workloads = [
  {
    title: 'allowed as it is, 20 objects x 10 leaves',
    target: '>= 0.9',
    token: 'everything',
    body: { query: `query Page { articles(first: 20) { ${TEN} } }` },
    isRight: (status, body, whole) => status === 200 && isDeepStrictEqual(body, whole),
  },
  {
    title: 'allowed as it is, 1,000 objects x 10 leaves',
    target: '>= 0.9',
    token: 'everything',
    body: { query: `query All { articles(first: 1000) { ${TEN} } }` },
    isRight: (status, body, whole) => status === 200 && isDeepStrictEqual(body, whole),
  },
  {
    title: 'filtered, 20 objects, two of ten leaves',
    target: '>= 0.75',
    token: 'figureless',
    body: {
      query:
        'query Some { articles(first: 20) { id number name kind addedAt changedAt page maker margin cost } }',
    },
    isRight: (status, { data, errors }, whole) =>
      status === 200 && errors.length === 2 && isDeepStrictEqual(data, withoutFigures(whole.data)),
  },
  {
    title: 'pruned by object, 500 of 1,000 objects',
    target: '>= 0.5',
    token: 'half',
    body: {
      query:
        'query Orders { orders(first: 1000) { id shop name kind addedAt changedAt page maker stock sold } }',
    },
    isRight: (status, { data, errors }, whole) =>
      status === 200 && errors === undefined && isDeepStrictEqual(data.orders, ofShops(whole.data.orders)),
  },
  {
    title: 'refused mutation',
    target: 'CPU < 0.1',
    fronts: ['proxy', 'ambit', 'server', 'shut'],
    token: 'reader',
    body: {
      query: 'mutation Add($input: AddReviewInput!) { addReview(input: $input) { review { id text } } }',
      variables: { input: { articleId: 'article-1', text: 'It holds.' } },
    },
    isRight: (status, { data, errors }) => status === 403 && data === undefined && errors.length === 1,
  },
];

const withoutFigures = ({ articles }) => ({
  articles: articles.map((one) => ({ ...one, margin: null, cost: null })),
});

const ofShops = (orders) => orders.filter(({ shop }) => tokens.half.places.has(shop));
