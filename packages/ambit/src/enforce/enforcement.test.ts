import { buildSchema, GraphQLObjectType, type GraphQLUnionType } from 'graphql';
import { expect, test } from 'vitest';
import { createAmbit } from '../create.ts';
import { ambitDirectives } from '../rules/directives.ts';

const sdl = `${ambitDirectives}
  union A = Page | Secret
  union B = Page | Secret
  type Page @public { title: String }
  type Secret @requiresScopes(scopes: [["s"]]) { value: String }
  type Query { a: A @public b: B @public many: [A] @public }
`;

const thing = { title: 'page', value: 's3cr3t' };

function schemaWith(typeOfA: () => string): ReturnType<typeof buildSchema> {
  const schema = buildSchema(sdl);
  (schema.getType('A') as GraphQLUnionType).resolveType = typeOfA;
  (schema.getType('B') as GraphQLUnionType).resolveType = () => 'Secret';
  const query = schema.getQueryType();
  if (!(query instanceof GraphQLObjectType)) throw new Error('the schema has no query type');
  const fields = query.getFields();
  for (const name of ['a', 'b']) fields[name]!.resolve = () => thing;
  fields['many']!.resolve = () => [thing, thing];
  return schema;
}

const selection = '{ __typename ... on Page { title } ... on Secret { value } }';

test('one object behind two abstract types is serialised as what it was decided as, at each place', async () => {
  const ambit = createAmbit({ schema: schemaWith(() => 'Page') });
  for (const document of [`{ a ${selection} b ${selection} }`, `{ b ${selection} a ${selection} }`]) {
    const { data } = await ambit.execute({ document, grants: {} });
    expect(data).toEqual({ a: { __typename: 'Page', title: 'page' }, b: null });
  }
});

test('a resolveType that changes its mind cannot change what was decided', async () => {
  let turn = 0;
  const ambit = createAmbit({ schema: schemaWith(() => (turn++ % 2 === 0 ? 'Page' : 'Secret')) });
  for (let round = 0; round < 4; round++) {
    const { data } = await ambit.execute({ document: `{ a ${selection} many ${selection} }`, grants: {} });
    expect(JSON.stringify(data)).not.toContain('s3cr3t');
  }
});
