import {
  execute,
  GraphQLEnumType,
  GraphQLInputObjectType,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  parse,
  printSchema,
  validate,
  validateSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { withoutInnerSpaces } from '../../../../spec/graphql17/differences.ts';
import { compile } from '../compile/compile.ts';
import type { Policy } from '../compile/policy.ts';
import { Rights } from '../grants/rights.ts';
import { rulesFrom } from '../rules/rules.ts';
import { schemaFromSdl } from '../schema.ts';
import type { Coverage, Grants } from '../types.ts';
import { Masks } from './masks.ts';

interface Extra {
  readonly rules?: Record<string, object>;
  readonly rest?: 'deny';
  readonly coverage?: Coverage;
}

function policyOf(
  schema: GraphQLSchema | string,
  { rules = {}, rest, coverage = 'strict' }: Extra = {},
): Policy {
  const file = rulesFrom({ version: 1, rules });
  return compile({
    schema: typeof schema === 'string' ? schemaFromSdl(schema).schema : schema,
    rules: file.rules,
    rest,
    catalog: { permissions: [], assignables: [] },
    boundaries: { group: { parent: 'group' }, project: { parent: 'group' } },
    coverage,
  });
}

function maskOf(schema: GraphQLSchema | string, grants: Grants, extra: Extra = {}): GraphQLSchema {
  const policy = policyOf(schema, extra);
  const mask = new Masks(policy).of(Rights.of(grants, policy.catalog, policy.kinds, 0));
  expect(problemsOf(mask)).toEqual([]);
  return mask;
}

/** What graphql finds in a schema that nobody vouches for. */
function problemsOf(mask: GraphQLSchema): string[] {
  return validateSchema(new GraphQLSchema({ ...mask.toConfig(), assumeValid: false })).map(String);
}

function membersOf(mask: GraphQLSchema, name: string): string[] | undefined {
  const type = mask.getType(name);
  if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))
    return Object.keys(type.getFields());
  if (isEnumType(type)) return type.getValues().map((value) => value.name);
  return isUnionType(type) ? type.getTypes().map((one) => one.name) : undefined;
}

const holding = (permissions: string[], project = 'acme/web'): Grants => ({
  granular: [{ permissions, boundary: { project } }],
});

const FORGE = `
  "What can be read."
  type Query {
    project(fullPath: ID!): Project
    node(id: ID!): Node @public
    viewer: User
  }
  type Mutation {
    createNote(input: CreateNoteInput!): CreateNotePayload
      @requiresPermissions(permissions: ["create_note"], boundaryType: "project", boundaryArgument: "input.projectPath")
    closeIssue(id: ID!): Issue @requiresScopes(scopes: ["close"])
  }
  interface Node { id: ID! }
  type Project implements Node
    @requiresPermissions(permissions: ["read_project"], boundaryType: "project", boundary: "fullPath") {
    id: ID!
    fullPath: ID
    name: String
    settings: Settings
    issues(first: Int = 20): IssueConnection
  }
  "How a project is set up."
  type Settings @public { theme: String }
  type Issue implements Node
    @requiresPermissions(permissions: ["read_issue"], boundaryType: "project", boundary: "project { fullPath }") {
    id: ID!
    title: String
    secret: String @requiresPermissions(permissions: ["read_secret"], boundaryType: "project", boundary: "project { fullPath }")
    project: Project
  }
  type User @requiresPermissions(permissions: ["read_user"], boundaryType: "instance") { name: String }
  type PageInfo @inherits { hasNextPage: Boolean! }
  type IssueConnection { edges: [IssueEdge] nodes: [Issue] pageInfo: PageInfo! totalCount: Int }
  type IssueEdge { cursor: String node: Issue }
  input CreateNoteInput { projectPath: ID! body: String! }
  type CreateNotePayload @inherits { errors: [String!]! issue: Issue query: Query }
`;

describe('a mask of permissions in a project', () => {
  const mask = maskOf(FORGE, holding(['read_issue']));

  it('shows the path to what can be read, and nothing of the objects on the way', () => {
    expect(membersOf(mask, 'Query')).toEqual(['project', 'node']);
    expect(membersOf(mask, 'Project')).toEqual(['issues']);
    expect(membersOf(mask, 'IssueConnection')).toEqual(['edges', 'nodes', 'pageInfo', 'totalCount']);
    expect(membersOf(mask, 'Issue')).toEqual(['id', 'title', 'project']);
    const operation = parse('{ project(fullPath: "acme/web") { issues { nodes { title } } } }');
    expect(validate(mask, operation)).toEqual([]);
  });

  it('has no mutation type where nothing can be changed', () => {
    expect(mask.getMutationType()).toBeUndefined();
    expect(mask.getType('CreateNoteInput')).toBeUndefined();
  });

  it('hides what belongs to an object that can only be passed through', () => {
    expect(mask.getType('Settings')).toBeUndefined();
    expect(membersOf(maskOf(FORGE, holding(['read_project'])), 'Settings')).toEqual(['theme']);
  });

  it('takes an interface from a type that lost a field of it', () => {
    expect(mask.getPossibleTypes(mask.getType('Node') as never).map(String)).toEqual(['Issue']);
    expect((mask.getType('Project') as GraphQLObjectType).getInterfaces()).toEqual([]);
  });

  it('asks the rule of a field beside that of its type', () => {
    expect(membersOf(maskOf(FORGE, holding(['read_issue', 'read_secret'])), 'Issue')).toContain('secret');
    expect(maskOf(FORGE, holding(['read_secret'])).getType('Issue')).toBeUndefined();
  });

  it('passes through nothing that has no boundary', () => {
    expect(membersOf(mask, 'Query')).not.toContain('viewer');
    expect(
      membersOf(maskOf(FORGE, { granular: [{ permissions: ['read_user'], boundary: 'instance' }] }), 'Query'),
    ).toEqual(['viewer']);
  });
});

it('passes through an object only for a credential that holds something in its kind of place', () => {
  const sdl = `type Query { project: Project }
    type Project @requiresPermissions(permissions: ["read_project"], boundaryType: "project", boundary: "id") { id: ID  plan: Plan }
    type Plan @requiresScopes(scopes: ["plan"]) { name: String }`;
  expect(membersOf(maskOf(sdl, { scopes: ['plan'] }), 'Query')).toEqual(['_ambit']);
  const touching = { ...holding(['read_anything']), scopes: ['plan'] };
  expect(membersOf(maskOf(sdl, touching), 'Project')).toEqual(['plan']);
});

describe('a mask of scopes', () => {
  it('shows nothing but a placeholder to a credential that holds nothing', async () => {
    const mask = maskOf(FORGE, {});
    expect(printSchema(mask)).toBe('type Query {\n  _ambit: Boolean\n}');
    expect(await execute({ schema: mask, document: parse('{ _ambit }') })).toEqual({
      data: { _ambit: null },
    });
  });

  it('shows a narrow scope its own mutation with the payload, and no other object', () => {
    const mask = maskOf(FORGE, { scopes: ['api:graphql:mutate:createNote'] });
    expect(membersOf(mask, 'Query')).toEqual(['_ambit']);
    expect(membersOf(mask, 'Mutation')).toEqual(['createNote']);
    expect(membersOf(mask, 'CreateNotePayload')).toEqual(['errors']);
    expect(membersOf(mask, 'CreateNoteInput')).toEqual(['projectPath', 'body']);
  });

  it('lets a narrow scope speak for the object type that its query returns, and for no abstract one', () => {
    const mask = maskOf(FORGE, { scopes: ['api:graphql:query:project', 'api:graphql:query:node'] });
    expect(membersOf(mask, 'Query')).toEqual(['project']);
    expect(membersOf(mask, 'Project')).toEqual(['id', 'fullPath', 'name', 'settings']);
    expect(mask.getType('Issue')).toBeUndefined();
  });

  it('shows everything but foreign scopes to `api`', () => {
    const mask = maskOf(FORGE, { scopes: ['api'] });
    expect(membersOf(mask, 'Mutation')).toEqual(['createNote']);
    expect(membersOf(mask, 'Project')).toEqual(['id', 'fullPath', 'name', 'settings', 'issues']);
    expect(membersOf(mask, 'CreateNotePayload')).toEqual(['errors', 'issue', 'query']);
    expect(membersOf(maskOf(FORGE, { scopes: ['api', 'close'] }), 'Mutation')).toEqual([
      'createNote',
      'closeIssue',
    ]);
  });

  it('shows no mutation to `read_api`, and no permission to be had in a payload', () => {
    expect(maskOf(FORGE, { scopes: ['read_api'] }).getMutationType()).toBeUndefined();
    const both = maskOf(FORGE, { scopes: ['read_api', 'api:graphql:mutate:createNote'] });
    expect(membersOf(both, 'CreateNotePayload')).toEqual(['errors']);
    expect(membersOf(both, 'Query')).toEqual(['project', 'node', 'viewer']);
  });

  it('keeps what is denied on purpose from every mask', () => {
    const sdl =
      'type Query { open: String @public  forgotten: String  thing: Thing }  type Thing { name: String }';
    expect(membersOf(maskOf(sdl, { scopes: ['api'] }), 'Query')).toEqual(['open', 'forgotten', 'thing']);
    expect(membersOf(maskOf(sdl, { scopes: ['api'] }, { rest: 'deny' }), 'Query')).toEqual(['open']);
    expect(membersOf(maskOf(sdl, {}, { coverage: 'open' }), 'Query')).toEqual(['open', 'forgotten', 'thing']);
  });

  it('shows a list that hangs on a root without its own leaves', () => {
    const sdl = `${FORGE} extend type Query { issues: IssueConnection }`;
    const mask = maskOf(sdl.replace('issues(first: Int = 20): IssueConnection', ''), holding(['read_issue']));
    expect(membersOf(mask, 'IssueConnection')).toEqual(['edges', 'nodes']);
    expect(membersOf(mask, 'IssueEdge')).toEqual(['node']);
    expect(mask.getType('PageInfo')).toBeUndefined();
  });

  it('shows another object on an edge only to who has the edge, by its node or by the list', () => {
    const sdl = `${FORGE} extend type Query { issues: IssueConnection } extend type IssueEdge { by: User }`;
    const user = { permissions: ['read_user'], boundary: 'instance' as const };
    const issue = { permissions: ['read_issue'], boundary: { project: 'acme/web' } };
    expect(membersOf(maskOf(sdl, { granular: [user] }), 'IssueEdge')).toBeUndefined();
    expect(membersOf(maskOf(sdl, { granular: [user, issue] }), 'IssueEdge')).toEqual([
      'cursor',
      'node',
      'by',
    ]);
    const scoped = sdl.replace('type Issue implements Node', '$& @requiresScopes(scopes: [["issues"]])');
    expect(membersOf(maskOf(scoped, { granular: [user, issue] }), 'IssueEdge')).toBeUndefined();
  });
});

describe('hidden input', () => {
  const SDL = `
    type Query { list(kind: Kind = SECRET, order: Order = { by: AGE }, flag: Boolean = true): String @public
                 kind: Kind @public  hushed: Hushed @public }
    "How things are sorted."
    input Order {
      by: Field = NAME
      "Only for the few."
      weight: Int @requiresScopes(scopes: ["weight"])
    }
    enum Field { NAME AGE }
    enum Kind {
      OPEN
      "The hidden kind."
      SECRET @requiresScopes(scopes: ["secret"])
    }
    enum Hushed { ONE @requiresScopes(scopes: ["secret"]) }
  `;

  it('is in no name, value, default or description', () => {
    const printed = withoutInnerSpaces(printSchema(maskOf(SDL, {})));
    expect(printed).not.toMatch(/SECRET|hidden kind|weight|the few|Hushed|requiresScopes/i);
    expect(printed).toContain('list(kind: Kind!, order: Order = {by: AGE}, flag: Boolean = true): String');
    expect(printed).toContain('How things are sorted.');
  });

  it('is shown with its default to whoever holds what it asks for', () => {
    const printed = printSchema(maskOf(SDL, { scopes: ['secret', 'weight'] }));
    expect(printed).toContain('kind: Kind = SECRET');
    expect(printed).toContain('The hidden kind.');
    expect(printed).toContain('weight: Int');
    expect(printed).toContain('hushed: Hushed');
  });

  it('takes a default along that names a hidden input field', () => {
    const sdl = `type Query { list(order: Order = { weight: 1 }): String @public }
      input Order { weight: Int @requiresScopes(scopes: ["weight"])  by: Int }`;
    expect(printSchema(maskOf(sdl, {}))).toContain('list(order: Order!): String');
  });

  it('hides a field that cannot be asked for without it', () => {
    const sdl = `type Query {
        open: String @public
        required(id: ID! @requiresScopes(scopes: ["x"])): String @public
        optional(id: ID @requiresScopes(scopes: ["x"])): String @public
        smuggled(kind: Kind = SECRET @requiresScopes(scopes: ["x"])): String @public
        typed(input: Closed!): String @public
      }
      enum Kind { OPEN SECRET @requiresScopes(scopes: ["x"]) }
      input Closed @requiresScopes(scopes: ["x"]) { id: ID }`;
    const mask = maskOf(sdl, {});
    expect(membersOf(mask, 'Query')).toEqual(['open', 'optional']);
    expect(printSchema(mask)).toContain('optional: String');
    expect(membersOf(maskOf(sdl, { scopes: ['x'] }), 'Query')).toHaveLength(5);
  });

  it('drops input types of which no finite value can be written', () => {
    const sdl = `type Query { a(in: Loop): String @public  b(in: Tree): String @public  c(in: Empty): String @public  d(in: Pick): String @public }
      input Loop { kind: Kind = SECRET  again: Back = { kind: SECRET } }
      input Back { loop: Loop  kind: Kind }
      input Tree { children: [Tree!]!  name: String }
      input Empty { gone: ID @requiresScopes(scopes: ["x"]) }
      input Pick @oneOf { closed: Empty  open: Tree }
      enum Kind { OPEN SECRET @requiresScopes(scopes: ["x"]) }`;
    const mask = maskOf(sdl, {});
    expect(printSchema(mask)).toContain('again: Back!');
    expect(membersOf(mask, 'Tree')).toEqual(['children', 'name']);
    expect(mask.getType('Empty')).toBeUndefined();
    expect(membersOf(mask, 'Pick')).toEqual(['open']);
  });

  it('drops an input type that a hidden default leaves without an end', () => {
    const kind = new GraphQLEnumType({ name: 'Kind', values: { OPEN: {}, SECRET: {} } });
    const loop: GraphQLInputObjectType = new GraphQLInputObjectType({
      name: 'Loop',
      fields: () => ({
        kind: { type: kind },
        again: { type: back, defaultValue: { loop: { kind: 'SECRET', again: null } } },
      }),
    });
    const back = new GraphQLInputObjectType({
      name: 'Back',
      fields: { loop: { type: new GraphQLNonNull(loop) } },
    });
    const query = new GraphQLObjectType({
      name: 'Query',
      fields: { open: { type: GraphQLString }, loop: { type: GraphQLString, args: { in: { type: loop } } } },
    });
    const extra = { rules: { 'Query.*': { public: true }, 'Kind.SECRET': { scopes: [['x']] } } };
    const schema = new GraphQLSchema({ query });
    expect(printSchema(maskOf(schema, {}, extra))).toBe('type Query {\n  open: String\n  loop: String\n}');
    expect(maskOf(schema, { scopes: ['x'] }, extra).getType('Loop')).toBeDefined();
  });

  it('costs a type its interface where an argument no longer fits', () => {
    const sdl = `type Query { thing: Thing @public  other: Other @public }
      interface Named { name(kind: Kind): String }
      type Thing implements Named @public { name(kind: Kind = SECRET): String }
      type Other implements Named @public { name(kind: Kind): String }
      enum Kind { OPEN SECRET @requiresScopes(scopes: ["x"]) }`;
    const mask = maskOf(sdl, {});
    expect((mask.getType('Thing') as GraphQLObjectType).getInterfaces()).toEqual([]);
    expect((mask.getType('Other') as GraphQLObjectType).getInterfaces().map(String)).toEqual(['Named']);
  });

  it('costs a type its interface where it now has to be given and the interface does not know it', () => {
    const sdl = `type Query { thing: Thing @public  other: Other @public }
      interface Named { name: String }
      type Thing implements Named @public { name(kind: Kind = SECRET): String }
      type Other implements Named @public { name(kind: Kind = OPEN): String }
      enum Kind { OPEN SECRET @requiresScopes(scopes: ["x"]) }`;
    const members = (mask: GraphQLSchema): string[] =>
      mask.getPossibleTypes(mask.getType('Named') as never).map(String);
    expect(members(maskOf(sdl, {}))).toEqual(['Other']);
    expect(members(maskOf(sdl, { scopes: ['x'] }))).toEqual(['Thing', 'Other']);
  });

  it('counts for the root field that a narrow scope names, and for no other', () => {
    const sdl = `type Query { open: String @public }
      type Mutation {
        one(input: Input!): String @requiresPermissions(permissions: ["write_one"], boundaryType: "user")
        two(input: Input!): String @requiresPermissions(permissions: ["write_two"], boundaryType: "user")
      }
      input Input { id: ID!  extra: ID @requiresPermissions(permissions: ["write_extra"], boundaryType: "user") }`;
    const narrow = maskOf(sdl, { subject: 'me', scopes: ['api:graphql:mutate:one'] });
    expect(membersOf(narrow, 'Mutation')).toEqual(['one']);
    expect(membersOf(narrow, 'Input')).toEqual(['id', 'extra']);
    const plain = maskOf(sdl, { granular: [{ permissions: ['write_two'], boundary: 'user' }] });
    expect(membersOf(plain, 'Mutation')).toEqual(['two']);
    expect(membersOf(plain, 'Input')).toEqual(['id']);
  });
});

describe('abstract types', () => {
  const SDL = `
    type Query { search: [Found] @public  shape: Shape @public  only: Closed @public }
    union Found = Circle | Square
    interface Shape { area: Int  detail: Detail }
    interface Round implements Shape { area: Int  detail: Detail  radius: Int }
    interface Closed { lid: Int }
    type Circle implements Round & Shape @public { area: Int  detail: Detail  radius: Int @requiresScopes(scopes: ["radius"]) }
    type Square implements Shape @requiresScopes(scopes: ["square"]) { area: Int  detail: Detail }
    type Box implements Closed @requiresScopes(scopes: ["box"]) { lid: Int }
    type Detail @requiresScopes(scopes: ["detail"]) { text: String }
  `;

  it('keep only members that can be seen', () => {
    const mask = maskOf(SDL, {});
    expect(membersOf(mask, 'Found')).toEqual(['Circle']);
    expect(membersOf(maskOf(SDL, { scopes: ['square'] }), 'Found')).toEqual(['Circle', 'Square']);
    expect(printSchema(mask)).not.toMatch(/Square|Box|Closed|Detail|radius/);
  });

  it('show the fields that some member shows', () => {
    expect(membersOf(maskOf(SDL, {}), 'Shape')).toEqual(['area']);
    expect(membersOf(maskOf(SDL, { scopes: ['detail'] }), 'Shape')).toEqual(['area', 'detail']);
    expect(membersOf(maskOf(SDL, { scopes: ['radius'] }), 'Round')).toEqual(['area', 'radius']);
  });

  it('die with their last member, and take along the fields that return them', () => {
    expect(membersOf(maskOf(SDL, {}), 'Query')).toEqual(['search', 'shape']);
    expect(membersOf(maskOf(SDL, { scopes: ['box'] }), 'Query')).toEqual(['search', 'shape', 'only']);
  });

  it('are left by a type whose field returns what no longer stands in for it', () => {
    const sdl = `type Query { owned: Owned @public  a: A @public }
      interface Owned { owner: Owner  id: ID }
      interface Owner { login: String }
      type A implements Owned @public { owner: Person  id: ID }
      type B implements Owned @public { owner: Owner  id: ID }
      type Person implements Owner @public { login: String @requiresScopes(scopes: ["x"])  name: String }
      type Robot implements Owner @public { login: String }`;
    const mask = maskOf(sdl, {});
    expect((mask.getType('A') as GraphQLObjectType).getInterfaces()).toEqual([]);
    expect(membersOf(mask, 'Owned')).toEqual(['owner', 'id']);
    expect(mask.getPossibleTypes(mask.getType('Owner') as never).map(String)).toEqual(['Robot']);
  });

  it('do not tell the name of a hidden type when one turns up', async () => {
    const sdl = SDL.replace('only: Closed @public', '');
    for (const rootValue of [
      { search: [{ __typename: 'Square', area: 1 }] },
      { search: [{ __typename: 'Box' }] },
    ]) {
      const result = await execute({
        schema: maskOf(sdl, {}),
        rootValue,
        document: parse('{ search { __typename } }'),
      });
      expect(result.errors).toHaveLength(1);
      expect(JSON.stringify(result)).not.toMatch(/Square|Box/);
    }
    const shown = { search: [{ __typename: 'Circle', area: 1 }] };
    const result = await execute({
      schema: maskOf(sdl, {}),
      rootValue: shown,
      document: parse('{ search { ... on Circle { area } } }'),
    });
    expect(result).toEqual({ data: { search: [{ area: 1 }] } });
  });
});

describe('directives', () => {
  const SDL = `
    directive @log(level: Level = LOUD) on FIELD | FIELD_DEFINITION
    directive @trace(id: ID!) on QUERY
    directive @internal on FIELD_DEFINITION
    directive @free on FIELD
    enum Level { QUIET LOUD @requiresScopes(scopes: ["loud"]) }
    type Query { a: String @public @internal  b: String @public @log }
  `;
  const rules = { '@log': { scopes: [['log']] }, '@free': { public: true } };
  const namesOf = (mask: GraphQLSchema): string[] =>
    mask
      .getDirectives()
      .map(({ name }) => name)
      .filter((name) => !['skip', 'include', 'deprecated', 'specifiedBy', 'oneOf'].includes(name));

  it('stay where an operation may use them', () => {
    expect(namesOf(maskOf(SDL, {}, { rules }))).toEqual(['free']);
    expect(namesOf(maskOf(SDL, { scopes: ['log'] }, { rules }))).toEqual(['log', 'free']);
    expect(namesOf(maskOf(SDL, { scopes: ['api'] }, { rules }))).toEqual(['trace', 'free']);
    expect(maskOf(SDL, {}).getDirective('include')).toBeDefined();
  });

  it('keep only what operations can do with them', () => {
    const printed = printSchema(maskOf(SDL, { scopes: ['log'] }, { rules }));
    expect(printed).toContain('directive @log(level: Level!) on FIELD\n');
    expect(printed).not.toContain('LOUD');
  });
});

describe('a mask made of code', () => {
  const color = new GraphQLEnumType({
    name: 'Color',
    values: {
      RED: { value: 0xff0000, deprecationReason: 'too loud', extensions: { loud: 1 } },
      BLACK: { value: 0 },
    },
    extensions: { secret: true },
  });
  const query = new GraphQLObjectType({
    name: 'TheRoot',
    fields: {
      color: {
        type: color,
        resolve: () => 0xff0000,
        extensions: { secret: true },
        deprecationReason: 'grey now',
      },
      dark: { type: color, resolve: () => 0 },
      constructor: { type: GraphQLString, resolve: () => 'built' },
    },
  });
  const schema = new GraphQLSchema({ query });
  const rules = { 'TheRoot.*': { public: true }, 'Color.BLACK': { scopes: [['black']] } };
  const mask = maskOf(schema, {}, { rules });

  it('runs with the resolvers and the inner values of the schema', async () => {
    const result = await execute({ schema: mask, document: parse('{ color constructor }') });
    expect(result.data).toEqual({ color: 'RED', constructor: 'built' });
  });

  it('does not quote a value that is hidden', async () => {
    const result = await execute({ schema: mask, document: parse('{ dark }') });
    expect(result.errors?.map(({ message }) => message)).toEqual([
      'Enum "Color" cannot represent this value',
    ]);
  });

  it('keeps names of root types and reasons for deprecation, and no extensions', () => {
    expect(mask.getQueryType()?.name).toBe('TheRoot');
    expect(mask.getQueryType()?.getFields()['color']?.deprecationReason).toBe('grey now');
    expect(mask.getQueryType()?.getFields()['color']?.extensions).toEqual({});
    expect(mask.getType('Color')?.extensions).toEqual({});
    expect(
      maskOf(schema, {}, { rules: { 'Color.BLACK': { scopes: [['black']] } } }).getQueryType()?.name,
    ).toBe('TheRoot');
  });

  it('leaves the schema as it was', () => {
    expect(color.getValues()).toHaveLength(2);
    expect(color.serialize(0)).toBe('BLACK');
  });
});
