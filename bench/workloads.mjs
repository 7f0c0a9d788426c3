import { buildSchema } from 'graphql';

const LEAVES = Array.from({ length: 10 }, (_, index) => `f${index}`);

/** SDL with Ambit's directives; without them it is what the unprotected rows run on. */
export const sdl = `
type Query {
  one: Item
  items: [Item!]!
  deep: [Outer!]!
  places: [Placed!]!
}
type Mutation { remove(id: ID!): Item @requiresPermissions(permissions: ["delete_item"], boundaryType: "project", boundaryArgument: "id") }
type Item @requiresScopes(scopes: [["read"]]) {
  ${LEAVES.map((leaf, index) => `${leaf}: String${index < 2 ? ' @requiresScopes(scopes: [["secret"]])' : ''}`).join('\n  ')}
}
type Outer @requiresScopes(scopes: [["read"]]) { name: String inner: [Inner!]! }
type Inner @requiresScopes(scopes: [["read"]]) {
  ${['a', 'b', 'c', 'd', 'e'].map((leaf) => `${leaf}: String @requiresScopes(scopes: [["read"]])`).join('\n  ')}
}
type Placed @requiresPermissions(permissions: ["read_placed"], boundaryType: "project", boundary: "project") {
  project: String!
  ${LEAVES.map((leaf) => `${leaf}: String`).join('\n  ')}
}
`;

const item = Object.fromEntries(LEAVES.map((leaf) => [leaf, `${leaf} value`]));
const inner = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((leaf) => [leaf, leaf]));
const placed = Array.from({ length: 1000 }, (_, index) => ({ project: `p${index % 50}`, ...item }));

/** Root data; every resolver is graphql-js's own and reads a property. */
export const root = {
  one: item,
  items: Array.from({ length: 1000 }, () => item),
  deep: Array.from({ length: 20 }, () => ({ name: 'outer', inner: Array.from({ length: 20 }, () => inner) })),
  places: placed,
  remove: () => item,
};

const reading = (projects) => ({
  granular: projects.map((project) => ({ permissions: ['read_placed'], boundary: { project } })),
});
const half = Array.from({ length: 25 }, (_, index) => `p${index}`);
const all = Array.from({ length: 50 }, (_, index) => `p${index}`);
const open = { scopes: ['read', 'secret'] };

/** Name, operation, grants; `tokens` of them in turn. */
export const workloads = [
  { name: 'W1 one object, 5 fields, allowed', document: '{ one { f2 f3 f4 f5 f6 } }', grants: open },
  {
    name: 'W2 1,000 objects x 10 leaves, allowed',
    document: `{ items { ${LEAVES.join(' ')} } }`,
    grants: open,
  },
  {
    name: 'W3 20 x 20 x 5, field rules, allowed',
    document: '{ deep { name inner { a b c d e } } }',
    grants: open,
  },
  {
    name: 'W4 two of ten leaves denied',
    document: `{ items { ${LEAVES.join(' ')} } }`,
    grants: { scopes: ['read'] },
  },
  {
    name: 'W5 boundary per object, half outside',
    document: `{ places { ${LEAVES.join(' ')} } }`,
    grants: reading(half),
  },
  {
    name: 'W5b boundary per object, all inside',
    document: `{ places { ${LEAVES.join(' ')} } }`,
    grants: reading(all),
  },
  { name: 'W6 denied mutation', document: 'mutation { remove(id: "p1") { f2 } }', grants: open },
  {
    name: 'W7 W1 with a thousand tokens in turn',
    document: '{ one { f2 f3 f4 f5 f6 } }',
    tokens: Array.from({ length: 1000 }, (_, index) => ({
      subject: `s${index}`,
      scopes: ['read', 'secret', `x${index}`],
    })),
  },
];

/** The schema of the unprotected rows. */
export function plainSchema() {
  return buildSchema(sdl.replace(/ @requires\w+\((?:[^()]|\([^()]*\))*\)/g, ''));
}
