import { createRequire } from 'node:module';
import { createAmbit } from 'ambit';
import { buildSchema, type GraphQLSchema, version, versionInfo } from 'graphql';
import { expect, test } from 'vitest';
import { schemaFromSdl } from '../packages/ambit/src/schema.ts';

/** Run by `vitest.graphql17.config.ts` only: there, what `spec/graphql17` has installed stands for graphql. */
const installed = createRequire(new URL('./graphql17/package.json', import.meta.url));

interface SchemaMaker {
  readonly createSchema: (source: { readonly typeDefs: string }) => GraphQLSchema;
}

const sdl = 'type Query { ok(kind: Kind = ONE): Int } enum Kind { ONE TWO }';

test('the graphql of the tests is the 17 that is pinned', () => {
  expect(version).toBe(installed('./package.json').dependencies.graphql);
  expect(versionInfo.major).toBe(17);
});

// `createAmbit` refuses a schema made by another copy of graphql than its own.
test.each([
  ['graphql', buildSchema(sdl)],
  ['graphql-yoga', (installed('graphql-yoga') as SchemaMaker).createSchema({ typeDefs: sdl })],
  ['the sources of the library', schemaFromSdl(sdl).schema],
  ['the library as built', createAmbit({ schema: sdl }).policy.schema],
])('there is one graphql: a schema made by %s is one of 17', (_, schema) => {
  const [argument] = schema.getQueryType()?.getFields()['ok']?.args ?? [];
  expect(argument).toHaveProperty('default.literal.value', 'ONE');
  expect(createAmbit({ schema }).policy.schema).toBe(schema);
});

test('a schema made by another graphql is refused', () => {
  const other = createRequire(import.meta.url)('graphql') as typeof import('graphql');
  expect(other.versionInfo.major).toBe(16);
  expect(() => createAmbit({ schema: other.buildSchema(sdl) })).toThrow('of the graphql that Ambit loads');
});
