import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAmbit } from '../../packages/ambit/dist/index.js';
import { loadPermissions, loadRules } from '../../packages/ambit/dist/load.js';
import { root } from '../../scripts/lib/root.mjs';

const example = join(root, 'examples', 'github');
const schemaFile = join(root, 'node_modules', '@octokit', 'graphql-schema', 'schema.graphql');

/** GitHub's schema as its package has it. */
export const schemaText = readFileSync(schemaFile, 'utf8');

/** The rules and the catalogue of the example over GitHub's schema, read from their files. */
export async function readRules() {
  const [rules, permissions] = await Promise.all([
    loadRules(join(example, 'rules.yml')),
    loadPermissions(join(example, 'catalog')),
  ]);
  return { rules, permissions };
}

export async function createGitHub() {
  return createAmbit({ schema: schemaText, ...(await readRules()) });
}

export const readOperation = (name) => readFileSync(join(example, 'operations', `${name}.graphql`), 'utf8');

const granted = ['read_issue', 'read_pull_request', 'create_issue_comment', 'read_repository', 'read_secret'];

/** The grants of one credential; the first 31 hold different permissions, all hold them in different places. */
export function grantsOf(index) {
  const permissions = granted.filter((_, bit) => (((index % 31) + 1) >> bit) & 1);
  const boundary = { repository: `owner-${index % 97}/repository-${index}` };
  return { subject: `agent-${index}`, granular: [{ permissions, boundary }] };
}

/** The same schema without rules, and grants that read all of it: a mask with two thirds of the types. */
export const createUnmarked = () => createAmbit({ schema: schemaText });
export const readAll = { subject: 'reader', scopes: ['read_api'] };
