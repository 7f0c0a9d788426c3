import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { createAmbit } from './create.ts';
import { ambitDirectives } from './rules/directives.ts';

const sdl = `${ambitDirectives}
  interface Node { id: ID! }
  type Query { node(id: ID!): Node @public }
  type Project @public { path: ID }
  type Thing implements Node @requiresPermissions(permissions: ["read_thing"], boundaryType: "project", boundary: "project { path }") {
    id: ID!
    project: Project
  }
  type Mutation {
    del(id: ID!): Boolean @requiresPermissions(permissions: ["delete_thing"], boundaryType: "project", boundaryArgument: "id", boundary: "project { path }")
    move(id: ID!, to: ID!): Boolean @requiresPermissions(permissions: ["delete_thing"], boundaryType: "project", boundaryArgument: "id", boundary: "project { path }")
  }
`;

function world(): { things: Map<string, string>; ran: string[]; ambit: ReturnType<typeof createAmbit> } {
  const things = new Map([
    ['1', 'acme/web'],
    ['2', 'acme/web'],
  ]);
  const ran: string[] = [];
  const schema = buildSchema(sdl);
  const resolve = (type: string, field: string, run: (args: Record<string, string>) => unknown): void => {
    const found = schema.getType(type);
    if (found && 'getFields' in found)
      Object.assign(found.getFields()[field] ?? {}, { resolve: (_: unknown, args: never) => run(args) });
  };
  resolve('Query', 'node', ({ id = '' }) => {
    const path = things.get(id);
    return path === undefined ? null : { __typename: 'Thing', id, project: { path } };
  });
  resolve('Mutation', 'del', ({ id = '' }) => {
    ran.push(`del ${id}`);
    return things.delete(id);
  });
  resolve('Mutation', 'move', ({ id = '', to = '' }) => {
    ran.push(`move ${id}`);
    return things.set(id, to).has(id);
  });
  return { things, ran, ambit: createAmbit({ schema }) };
}

const grants = { granular: [{ permissions: ['delete_thing'], boundary: { project: 'acme/web' } }] };

test('what an earlier mutation moved out of reach is not there for a later one', async () => {
  const { ambit, ran } = world();
  const result = await ambit.execute({
    document: 'mutation { a: move(id: "1", to: "x/y") b: del(id: "1") }',
    grants,
  });
  expect(ran).toEqual(['move 1']);
  expect(result.data).toEqual({ a: true, b: null });
  expect(result.errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
    [['b'], 'NOT_FOUND'],
  ]);
});

test('what an earlier mutation did to one thing does not refuse another', async () => {
  const { ambit, ran } = world();
  const result = await ambit.execute({ document: 'mutation { a: del(id: "1") b: del(id: "2") }', grants });
  expect(result).toEqual({ data: { a: true, b: true } });
  expect(ran).toEqual(['del 1', 'del 2']);
});

test('one foreign id among several refuses all of them before anything runs', async () => {
  const { ambit, ran, things } = world();
  things.set('2', 'acme/vault');
  const result = await ambit.execute({ document: 'mutation { a: del(id: "1") b: del(id: "2") }', grants });
  expect(result.data).toBeUndefined();
  expect(result.errors?.map(({ extensions }) => extensions['code'])).toEqual(['NOT_FOUND']);
  expect(ran).toEqual([]);
});

test('what clients send as null is as if it were absent, and variables that are no object are refused', async () => {
  const { ambit } = world();
  const reading = { granular: [{ permissions: ['read_thing'], boundary: { project: 'acme/web' } }] };
  const input = {
    document: '{ node(id: "9") { id } }',
    grants: reading,
    operationName: null,
    variables: null,
  };
  expect(await ambit.execute(input)).toMatchObject({ data: { node: null } });
  const refused = await ambit.execute({ ...input, variables: 'x' as never });
  expect(refused).toMatchObject({ errors: [{ message: 'the variables have to be an object' }] });
});

test('a boundary of its own on a field of an inheriting type stops the start', () => {
  const schema = `
    type Query { thing: Thing }
    type Thing @public { path: ID part: Part }
    type Part @inherits {
      path: ID
      secret: String @requiresPermissions(permissions: ["read_secret"], boundaryType: "project", boundary: "path")
    }
  `;
  expect(() => createAmbit({ schema })).toThrow('`Part` inherits and has that of the object above');
});

test('alternatives of one group that ask for different permissions stop the start', () => {
  const schema = `
    type Query { a: Thing }
    type Thing
      @requiresPermissions(permissions: ["read_thing"], boundaryType: "project", boundary: "project")
      @requiresPermissions(permissions: ["read_other"], boundaryType: "group", boundary: "group") {
      project: ID
      group: ID
    }`;
  expect(() => createAmbit({ schema })).toThrow('the alternatives at `Thing` ask for different permissions');
});
