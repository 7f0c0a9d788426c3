import { createAmbit } from 'ambit';
import { buildSchema } from 'graphql';
import { describePermission, describeScope } from '../../packages/server/src/consent/describe.ts';
import { consentGroups } from '../../packages/server/src/consent/groups.ts';

import type { Rig } from './rig.ts';

const SCHEMA = `
directive @requiresPermissions(permissions: [String!]!, boundaryType: String, boundary: String, boundaryArgument: String) repeatable on FIELD_DEFINITION | OBJECT
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
type Query { hello: String @requiresScopes(scopes: [["read"]]) }
type Mutation {
  "Adds a note to an issue or a merge request."
  createNote(body: String): String @requiresScopes(scopes: [["write"]])
  deleteProject(id: ID): String @requiresScopes(scopes: [["write"]])
}
`;

const ambit = createAmbit({
  schema: buildSchema(SCHEMA),
  rules: { version: 1, boundaries: { project: {} } },
  permissions: {
    permissions: [
      { name: 'read_issue', description: 'See issues and their notes.' },
      { name: 'create_note' },
    ],
    assignables: [],
  } as never,
});

export const WORDS = {
  words: {
    describeScope: (scope: string) => describeScope(ambit, scope),
    describePermission: (name: string) => describePermission(ambit, name),
  },
};

/** What a client of many wishes asks for. */
export const MANY: Rig['asked'] = {
  client: { name: 'Release notes', host: 'notes.example.com' },
  groups: consentGroups(WORDS, {
    scopes: [
      'openid',
      'offline_access',
      'api:graphql:mutate:createNote',
      'api:graphql:mutate:deleteProject',
      'read_api',
    ],
    granular: [
      { permissions: ['read_issue', 'create_note'], boundary: { project: 'acme/web' } },
      { permissions: ['read_issue'], boundary: 'user' },
    ],
  }),
  expiresIn: 30 * 24 * 3_600,
  renews: true,
};

/** What a client of two wishes asks for. */
export const FEW: Rig['asked'] = {
  client: { name: 'Release notes', host: 'notes.example.com' },
  groups: consentGroups(WORDS, {
    scopes: ['api:graphql:mutate:createNote', 'api:graphql:mutate:deleteProject'],
    granular: [],
  }),
  expiresIn: 3_600,
  renews: false,
};
