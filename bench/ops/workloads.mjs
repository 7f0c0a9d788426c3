import { parse } from 'graphql';
import { scopes } from './schema.mjs';
import { allShops, createToken, halfOfShops } from './world.mjs';

const TEN = 'id number name kind addedAt changedAt page maker stock sold';
const ORDER = 'id shop name kind addedAt changedAt page maker stock sold';
const without = (...names) => scopes.filter((one) => !names.includes(one));

const everything = createToken('everything', scopes, allShops);
const one = 'query One($id: ID!) { article(id: $id) { id name kind addedAt page } }';
const orders = `query Orders { orders(first: 1000) { ${ORDER} } }`;

/**
 * The operations. `answer` is what has to come back: `whole`, `leaves` (those of `denied` are null), `objects` (only
 * the orders of the token's shops) or `refused` (and the resolver did not run).
 */
export const workloads = [
  workload('W1', 'one object, 5 fields, allowed', 'whole', one, everything, { id: 'article-7' }),
  workload(
    'W2',
    '1,000 objects x 10 leaves, allowed',
    'whole',
    `query Many { articles(first: 1000) { ${TEN} } }`,
    everything,
  ),
  workload(
    'W3',
    '20 x 20 x 5 deep, field rules, allowed',
    'whole',
    `query Deep { shelves(first: 20) { id name place articles(first: 20) { id name kind reviews(first: 5) { id text author } } } }`,
    everything,
  ),
  {
    ...workload(
      'W4',
      'two of ten leaves denied',
      'leaves',
      'query Some { articles(first: 1000) { id number name kind addedAt changedAt page maker margin cost } }',
      createToken('no-figures', without('read_margin', 'read_cost'), allShops),
    ),
    denied: ['margin', 'cost'],
  },
  workload(
    'W5',
    'boundary per object, half outside',
    'objects',
    orders,
    createToken('half', scopes, halfOfShops),
  ),
  workload('W5b', 'boundary per object, all inside', 'whole', orders, everything),
  workload(
    'W6',
    'denied mutation',
    'refused',
    'mutation Add($input: AddReviewInput!) { addReview(input: $input) { review { id text } } }',
    createToken('reader', without('write_review'), allShops),
    { input: { articleId: 'article-1', text: 'It holds.' } },
  ),
  {
    ...workload('W7', 'W1 with a thousand tokens in turn', 'whole', one, everything, { id: 'article-7' }),
    tokens: Array.from({ length: 1000 }, (_, index) =>
      createToken(`token-${index}`, someScopes(index), someShops(index)),
    ),
  },
];

function workload(id, title, answer, text, token, variables = {}) {
  return { id, title, answer, text, document: parse(text), token, variables };
}

/** `read_article` and, by the bits of the number, others; no two numbers below 1,000 give the same two lists. */
function someScopes(index) {
  const others = scopes.filter((name) => name !== 'read_article');
  return ['read_article', ...others.filter((_, bit) => ((index * 37) >> bit) & 1)];
}

function someShops(index) {
  return allShops.filter((_, at) => (index + at * 11) % 7 > 2 || at === index % allShops.length);
}

/** The operations of a workload in turn: one, or one for each token. */
export function turnsOf({ tokens, ...operation }) {
  if (!tokens) return () => operation;
  const operations = tokens.map((token) => ({ ...operation, token }));
  let next = 0;
  return () => {
    next = next === operations.length - 1 ? 0 : next + 1;
    return operations[next];
  };
}
