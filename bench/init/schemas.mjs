import { join } from 'node:path';
import { root } from '../../scripts/lib/root.mjs';

export const forgeFile = join(root, 'examples', 'forge', 'schema.graphql');
export const githubRules = join(root, 'examples', 'github', 'rules.yml');
export const githubFile = join(root, 'node_modules', '@octokit', 'graphql-schema', 'schema.graphql');

/** A package of its own: what Shopify's storefront needs is nothing that this workspace needs. */
export const shopifyFolder = 'bench/init/shopify';
export const shopifyFile = join(
  root,
  shopifyFolder,
  'node_modules',
  '@shopify',
  'hydrogen-react',
  'storefront.schema.json',
);

/** SDL of a large API, always the same: things in projects, projects in groups, and what changes them. */
export function generated(resources = 560) {
  const names = Array.from({ length: resources }, (_, index) => `Thing${letters(index)}`);
  const leaves = ['title', 'state', 'notes', 'color', 'rank', 'createdAt', 'updatedAt'];
  const types = names.map(
    (name, index) =>
      `type ${name} implements Node { id: ID! project: Project ${index % 3 === 0 ? 'secretToken: String ' : ''}${leaves.map((leaf) => `${leaf}: String`).join(' ')} }`,
  );
  const payloads = names.flatMap((name) =>
    ['Create', 'Update', 'Delete'].map(
      (verb) => `type ${verb}${name}Payload { ${name[0].toLowerCase()}${name.slice(1)}: ${name} }`,
    ),
  );
  const fields = names.flatMap((name) => [
    `create${name}(projectPath: ID!, title: String): Create${name}Payload`,
    `update${name}(id: ID!, title: String): Update${name}Payload`,
    `delete${name}(id: ID!): Delete${name}Payload`,
  ]);
  return [
    'interface Node { id: ID! }',
    `type Query { node(id: ID!): Node project(fullPath: ID!): Project ${names.map((name) => `one${name}(id: ID!): ${name}`).join(' ')} }`,
    `type Mutation { ${fields.join('\n')} }`,
    'type Group implements Node { id: ID! fullPath: ID parent: Group }',
    'type Project implements Node { id: ID! fullPath: ID group: Group }',
    ...types,
    ...payloads,
  ].join('\n');
}

/** A number as capital letters: names with digits would be read otherwise. */
function letters(index) {
  const letter = (value) => String.fromCharCode(97 + value);
  return (
    letter(Math.floor(index / 26) % 26).toUpperCase() + letter(index % 26) + letter(Math.floor(index / 676))
  );
}
