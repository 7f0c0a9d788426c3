import { AmbitError, type AmbitOptions, createAmbit, type Grants, type PlaceSource, type PlaceTable } from 'ambit';
import { createGateway } from 'ambit/gateway';
import { graphql, type GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';

const schema = `
  interface Node { id: ID! }
  type Query {
    project(path: ID!): Project
    item(id: ID!): Item @requiresPermissions(permissions: ["read_item"], boundaryType: "project", boundary: "project { path }", boundaryArgument: "id")
    node(id: ID!): Node
    items: [Item]
    firm: [Item!]
    motd: String @public
  }
  type Mutation {
    move(path: ID!, to: ID!): MovePayload
      @requiresPermissions(permissions: ["move_project"], boundaryType: "project", boundaryArgument: "path")
    touch(id: ID!): TouchPayload
      @requiresPermissions(permissions: ["move_project"], boundaryType: "project", boundaryArgument: "id", boundary: "project { path }")
  }
  type MovePayload @inherits { project: Project moved: Boolean }
  type TouchPayload @inherits { touched: Boolean }
  type Subscription {
    changed: Item @requiresPermissions(permissions: ["read_item"], boundaryType: "project", boundary: "project { path }")
  }
  type Project @requiresPermissions(permissions: ["read_project"], boundaryType: "project", boundary: "path") { path: ID name: String items: [Item] }
  type Item implements Node @requiresPermissions(permissions: ["read_item"], boundaryType: "project", boundary: "project { path }") { id: ID! title: String project: Project must: String! }
`;

/** Two groups, of which the names of projects say nothing; `old` was renamed, and its name is borne by another now. */
const table: PlaceTable = {
  group: {
    acme: { id: 'g1' },
    g1: { id: 'g1' },
    beta: { id: 'g2' },
    g2: { id: 'g2' },
  },
  project: {
    web: { id: 'p1', above: [{ group: 'g1' }] },
    p1: { id: 'p1', above: [{ group: 'g1' }] },
    api: { id: 'p2', above: [{ group: 'g1' }] },
    'acme/site': { id: 'p3', above: [{ group: 'g2' }] },
    p3: { id: 'p3', above: [{ group: 'g2' }] },
    old: { id: 'p9', above: [{ group: 'g2' }] },
    gone: null,
  },
};

const projects = (paths: string[]) => paths.map((path, index) => item(`i${index}`, path));
const item = (id: string, path: string) => ({ __typename: 'Item', id, title: `title ${id}`, project: { path } });
const rootValue = {
  project: ({ path }: { path: string }) => ({ path, name: path, items: [item('i', path)] }),
  item: ({ id }: { id: string }) => item(id, id.split(':')[1] ?? ''),
  node: ({ id }: { id: string }) => item(id, id.split(':')[1] ?? ''),
  items: projects(['web', 'acme/site', 'api', 'web', 'gone', 'nobody']),
  firm: projects(['web', 'acme/site', 'api']),
  motd: 'hello',
};

interface Asked {
  readonly kind: string;
  readonly identities: readonly string[];
  readonly context: unknown;
}

function sources(asked: Asked[] = [], places: PlaceTable = table) {
  const of = (kind: string): PlaceSource => async (identities, context) => {
    asked.push({ kind, identities, context });
    return identities.map((one) => places[kind]?.[one]);
  };
  return { group: { parent: 'group', places: of('group') }, project: { parent: 'group', places: of('project') } };
}

const engine = (options: Partial<AmbitOptions> = {}) =>
  createAmbit({ schema, boundaries: sources(), ...options });
const run = async (
  document: string,
  grants: Grants,
  options: Partial<AmbitOptions> = {},
  contextValue?: unknown,
) => JSON.parse(JSON.stringify(await engine(options).execute({ document, rootValue, grants, contextValue })));
const holding = (boundary: Record<string, string>, ...permissions: string[]): Grants => ({
  granular: [{ permissions: permissions.length > 0 ? permissions : ['read_project', 'read_item'], boundary }],
});

describe('a source of places', () => {
  it('says what lies in what, whatever the names look like', async () => {
    const document = '{ web: project(path: "web") { name } site: project(path: "acme/site") { name } }';
    const inAcme = { data: { web: { name: 'web' }, site: null } };
    expect(await run(document, holding({ group: 'acme' }))).toEqual(inAcme);
    expect(await run(document, holding({ group: 'g1' }))).toEqual(inAcme);
    expect(await run(document, holding({ group: 'g2' }))).toEqual({ data: { web: null, site: { name: 'acme/site' } } });
  });

  it('is asked once for the places of the token, once for those of arguments, and once for each list', async () => {
    const asked: Asked[] = [];
    const document = '{ a: project(path: "web") { name } b: project(path: "api") { name } items { title } }';
    const result = await run(document, holding({ group: 'acme' }), { boundaries: sources(asked) }, 'of this request');
    expect(result.data.items.map(({ title }: { title: string }) => title)).toEqual(['title i0', 'title i2', 'title i3']);
    expect(asked).toEqual([
      { kind: 'group', identities: ['acme'], context: 'of this request' },
      { kind: 'project', identities: ['web', 'api'], context: 'of this request' },
      { kind: 'project', identities: ['acme/site', 'gone', 'nobody'], context: 'of this request' },
    ]);
  });
});
