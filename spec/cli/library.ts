import { Workshop } from './run.ts';

/** A lending library: small enough to read, with each kind of rule. */
export const SCHEMA = `type Query {
  shelf(name: ID!): Shelf
  motd: String @public
  staff: String @requiresScopes(scopes: [["staff"]])
}

type Mutation {
  lend(input: LendInput!): LendPayload @requiresPermissions(permissions: ["lend_book"], boundaryType: "shelf", boundaryArgument: "input.shelf")
}

input LendInput { shelf: ID! book: ID! }

type LendPayload { done: Boolean }

type Shelf @requiresPermissions(permissions: ["read_shelf"], boundaryType: "shelf", boundary: "name") {
  name: ID
  books: [Book]
}

type Book @requiresPermissions(permissions: ["read_book"], boundaryType: "shelf", boundary: "shelf { name }") {
  title: String
  shelf: Shelf
}
`;

export const RULES = `version: 1
boundaries:
  floor: { parent: floor }
  shelf: { parent: floor }
rules: {}
`;

export const CATALOG = `permissions: [read_shelf, read_book, lend_book]
permission_groups:
  - { name: read_shelf, permissions: [read_shelf], boundaries: [shelf, floor] }
  - { name: read_book, permissions: [read_book], boundaries: [shelf, floor] }
  - { name: lend_book, permissions: [lend_book], boundaries: [shelf] }
`;

/** Options that name the library's schema, rules and catalogue. */
export const LIBRARY: readonly string[] = [
  '--schema',
  'schema.graphql',
  '--rules',
  'rules.yml',
  '--permissions',
  'catalog.yml',
];

/** A folder that holds the library. */
export function library(): Workshop {
  const shop = new Workshop();
  shop.write('schema.graphql', SCHEMA);
  shop.write('rules.yml', RULES);
  shop.write('catalog.yml', CATALOG);
  shop.write('none.json', '{}');
  shop.write(
    'reader.yml',
    'subject: ada\ngranular:\n  - { permissions: [read_book], boundary: { shelf: ground/poetry } }\n',
  );
  shop.write('lender.json', '{"scopes":["api:graphql:mutate:lend"]}');
  shop.write(
    'read.graphql',
    'query Read($name: ID! = "ground/poetry") {\n  shelf(name: $name) {\n    name\n    books { title }\n  }\n  motd\n}\n',
  );
  shop.write('lend.graphql', 'mutation Lend($input: LendInput!) {\n  lend(input: $input) { done }\n}\n');
  shop.write('lend.json', '{"input":{"shelf":"ground/poetry","book":"1"}}');
  return shop;
}
