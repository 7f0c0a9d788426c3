import { expect, test } from 'vitest';
import { createAmbit } from '../create.ts';
import { catalogFrom } from '../rules/catalogsource.ts';
import type { GrantBoundary } from '../types.ts';

const ambit = createAmbit({
  schema:
    'type Query { a(c: ID!): String @requiresPermissions(permissions: ["create_prescription"], boundaryType: "clinic", boundaryArgument: "c") }',
  boundaries: { clinic: {}, organization: {} },
  permissions: catalogFrom({
    permissions: ['create_prescription', 'read_plan'],
    permission_groups: [
      { name: 'old_patient', permissions: ['create_prescription'], boundaries: ['clinic'], deprecated: true },
      { name: 'treat_patient', permissions: ['create_prescription', 'read_plan'], boundaries: ['clinic'] },
    ],
  }),
});

test.each<[string, GrantBoundary, string, string | undefined]>([
  [
    'create_prescription',
    { clinic: 'north' },
    'there is no permission `create_prescription` to grant; the bundle `treat_patient` holds it',
    'treat_patient',
  ],
  ['treat_patien', { clinic: 'north' }, 'there is no permission `treat_patien` to grant', 'treat_patient'],
  [
    'treat_patient',
    'instance',
    '`treat_patient` cannot be granted in the boundary `instance`; it is offered for clinic',
    undefined,
  ],
  [
    'treat_patient',
    { organization: 'acme' },
    '`treat_patient` cannot be granted in an organization; it is offered for clinic',
    undefined,
  ],
])('%s in %j is refused with what would do', (name, boundary, message, suggestion) => {
  expect(ambit.checkGrants({ granular: [{ permissions: [name], boundary }] })).toEqual([
    {
      message,
      ...(suggestion === undefined ? {} : { suggestion }),
      path: ['granular', 0, 'permissions', 0],
    },
  ]);
});

test('every mistake is named with its place, a permission also where its boundary is no kind', () => {
  const found = ambit.checkGrants({
    scopes: ['api', 'aip'],
    granular: [
      { permissions: ['treat_patient'], boundary: { clinic: 'north' } },
      { permissions: ['treat_patient', 'treat_patien'], boundary: { clinik: 'north' } },
      { permissions: [], boundary: 'user' },
    ],
  });
  expect(found.map(({ path = [], suggestion }) => [path.join('.'), suggestion])).toEqual([
    ['scopes.1', 'api'],
    ['granular.1.boundary', 'clinic'],
    ['granular.1.permissions.1', 'treat_patient'],
    ['granular.2.permissions', undefined],
    ['granular.2.boundary', 'give a subject'],
  ]);
});

test('what a caveat names and nobody knows is told', () => {
  const caveats = [
    { operations: ['query:a', 'query:*', 'query:aa', 'mutate:a'] },
    { permissions: ['treat_patient', 'treat_patien'] },
    { boundaries: [{ clinic: 'north' }, { clinik: 'north' }] },
  ];
  expect(ambit.checkGrants({ caveats })).toEqual([
    { message: '`query:aa` in a caveat names no root field of this API', suggestion: 'query:a' },
    { message: '`mutate:a` in a caveat names no root field of this API' },
    {
      message: '`treat_patien` in a caveat is no permission that could be granted',
      suggestion: 'treat_patient',
    },
    { message: '`{"clinik":"north"}` in a caveat names no place of this API; nothing is left there' },
  ]);
  expect(ambit.checkGrants({ caveats: [{}] }).map(({ message }) => message)).toEqual([
    'the caveats are not understood; nothing is left of these grants',
  ]);
});
