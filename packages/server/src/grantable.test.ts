import { createAmbit } from 'ambit';
import { expect, test } from 'vitest';

import { grantableOf, unaskedScopes } from './grantable.ts';

const schema = `
type Query { notes: [String] @requiresScopes(scopes: [["read_notes"], ["admin"]]) own: String @public }
type Mutation {
  "Writes a note."
  createNote: String @requiresPermissions(permissions: ["create_note"], boundaryType: "user")
}`;

const listed = (permissions: object) =>
  grantableOf(createAmbit({ schema, permissions }), (name) => name === 'own').map(
    ({ kind, name, description, boundaries }) => [kind, name, description, boundaries.join()],
  );

test('mutations come first, then queries, permissions, and the scopes that rules ask for', () => {
  expect(
    listed({
      permissions: [{ name: 'create_note', description: 'Write notes' }],
      permission_groups: [
        {
          name: 'write_notes',
          permissions: ['create_note'],
          boundaries: ['user'],
          description: 'Write notes',
        },
        { name: 'old_notes', permissions: ['create_note'], boundaries: ['user'], deprecated: true },
      ],
    }),
  ).toEqual([
    ['mutation', 'api:graphql:mutate:createNote', 'Writes a note.', ''],
    ['query', 'api:graphql:query:notes', null, ''],
    ['permission', 'write_notes', 'Write notes', 'user'],
    ['scope', 'admin', null, ''],
    ['scope', 'read_notes', null, ''],
    ['scope', 'api', expect.any(String), ''],
    ['scope', 'read_api', expect.any(String), ''],
  ]);
});

test('what is listed can be granted', () => {
  const ambit = createAmbit({
    schema,
    permissions: { permissions: [{ name: 'create_note', description: 'Write notes' }] },
  });
  const all = grantableOf(ambit, () => false);
  const scopes = all.filter(({ kind }) => kind !== 'permission').map(({ name }) => name);
  const permissions = all.filter(({ kind }) => kind === 'permission').map(({ name }) => name);
  expect(ambit.checkGrants({ subject: 'a', scopes, granular: [{ permissions, boundary: 'user' }] })).toEqual(
    [],
  );
});

test('scopes have the words of the configuration, and words for a scope that no rule asks for are found', () => {
  const described = {
    read_notes: { description: 'read notes' },
    read_note: { description: 'x' },
    constructor: { description: 'y' },
    'api:graphql:query:notes': { description: 'all notes' },
  };
  const all = grantableOf(createAmbit({ schema }), () => false, described);
  const wordsOf = (scope: string) => all.find(({ name }) => name === scope)?.description;
  expect([wordsOf('read_notes'), wordsOf('api:graphql:query:notes'), wordsOf('admin')]).toEqual([
    'read notes',
    'all notes',
    null,
  ]);
  expect(unaskedScopes(described, all)).toEqual([
    { scope: 'read_note', didYouMean: 'read_notes' },
    { scope: 'constructor' },
  ]);
});
