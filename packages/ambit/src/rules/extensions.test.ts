import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Ambit, ambitDirectives, createAmbit, type Grants } from 'ambit';
import { type Case, loadCaseFile, runCase } from 'ambit/cases';
import { createGateway } from 'ambit/gateway';
import {
  buildASTSchema,
  type ConstDirectiveNode,
  GraphQLDirective,
  GraphQLID,
  GraphQLList,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import { describe, expect, it } from 'vitest';

interface Element {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] } | null;
  readonly extensionASTNodes?: readonly { readonly directives?: readonly ConstDirectiveNode[] }[];
  extensions: object;
}

const RULES: readonly string[] = parse(ambitDirectives).definitions.flatMap((one) =>
  one.kind === Kind.DIRECTIVE_DEFINITION ? [one.name.value] : [],
);

/** The same schema with its rules in code: directives become extensions, and no directive is left. */
function inCode(sdl: string): GraphQLSchema {
  const document = parse(sdl, { noLocation: true });
  const marked = buildASTSchema(document, { assumeValidSDL: true });
  const bare = buildASTSchema(
    visit(document, { Directive: ({ name }) => (RULES.includes(name.value) ? null : undefined) }),
    { assumeValidSDL: true },
  );
  for (const [name, type] of Object.entries(marked.getTypeMap())) {
    const other = bare.getType(name);
    if (!other || name.startsWith('__')) continue;
    move(type as Element, other as Element);
    for (const [from, to] of membersOf(type, other)) move(from, to);
  }
  return bare;
}

function membersOf(one: unknown, other: unknown): [Element, Element][] {
  if (isEnumType(one) && isEnumType(other))
    return one.getValues().map((value) => [value, other.getValue(value.name)] as [Element, Element]);
  if (isInputObjectType(one) && isInputObjectType(other))
    return Object.values(one.getFields()).map((field) => [field, other.getFields()[field.name]] as never);
  if (!(isObjectType(one) || isInterfaceType(one)) || !(isObjectType(other) || isInterfaceType(other)))
    return [];
  return Object.values(one.getFields()).flatMap((field) => {
    const same = other.getFields()[field.name];
    const args = field.args.map((arg, index) => [arg, same?.args[index]] as never);
    return [[field, same] as never, ...args];
  });
}

function move(from: Element, to: Element): void {
  const directives = [from.astNode, ...(from.extensionASTNodes ?? [])]
    .flatMap((node) => node?.directives ?? [])
    .filter(({ name }) => RULES.includes(name.value));
  if (directives.length === 0) return;
  const ambit: Record<string, unknown> = {};
  for (const directive of directives) {
    const args = Object.fromEntries(
      (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
    );
    const lists = (value: unknown): unknown =>
      (Array.isArray(value) ? value : [value]).map((one) => (Array.isArray(one) ? one : [one]));
    const { permissions, ...entry } = args;
    const isEntry = directive.name.value === 'requiresPermissions';
    if (isEntry) {
      const given = Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== null));
      const names = Array.isArray(permissions) ? permissions : [permissions];
      ambit['permissions'] = [...((ambit['permissions'] as unknown[]) ?? []), { names, ...given }];
    } else if (directive.name.value === 'requiresScopes') ambit['scopes'] = lists(args['scopes']);
    else if (directive.name.value === 'policy') ambit['policies'] = lists(args['policies']);
    else ambit[directive.name.value] = true;
  }
  to.extensions = { ambit };
}

/** The compiled rules without where they were written. */
function compiled({ policy }: Ambit): unknown {
  return [...policy.rules]
    .map(([coordinate, { origin, ...rule }]) => [coordinate, rule])
    .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}

const folder = 'spec/cases';
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.yml'),
);

describe('rules in code', () => {
  it.each(files)('compile to the same policy and decide the same in %s', async (name) => {
    const engines = new Map<Ambit, Ambit>();
    const other = (one: Case): Ambit => {
      const known =
        engines.get(one.engine) ??
        createAmbit({
          schema: inCode(one.sdl),
          rules: one.rules,
          permissions: one.permissions,
          boundaries: one.boundaries,
          coverage: one.coverage,
          granularOnly: one.granularOnly,
        });
      engines.set(one.engine, known);
      return known;
    };
    for (const one of await loadCaseFile(join(folder, name))) {
      const engine = other(one);
      expect(compiled(engine), one.id).toEqual(compiled(one.engine));
      expect((await runCase({ ...one, engine })).differences, one.id).toEqual([]);
    }
    expect(engines.size).toBeGreaterThan(0);
  });
});

type Ambitious = Record<string, unknown>;
const projectWith = (ambit: Ambitious, more: Ambitious = {}) =>
  new GraphQLObjectType({
    name: 'Project',
    extensions: { ambit },
    fields: {
      id: { type: GraphQLID },
      name: { type: GraphQLString },
      secret: { type: GraphQLString, extensions: { ambit: { public: true, ...more } } },
    },
  });
const schemaWith = (project: GraphQLObjectType, field: object = {}) =>
  new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        project: { type: project, args: { id: { type: GraphQLID } }, ...field },
        projects: { type: new GraphQLList(project) },
      },
    }),
  });
const reading = (boundary: unknown) => ({
  permissions: [{ names: ['read_project'], boundaryType: 'project', boundary }],
});
const data = [
  { id: 1, name: 'Web', secret: 's1', place: { path: 'acme/web' } },
  { id: 2, name: 'Vault', secret: 's2', place: { path: 'acme/vault' } },
];
const rootValue = {
  projects: data,
  project: ({ id }: { id: string }) => data.find((one) => String(one.id) === id),
};
const grants: Grants = { granular: [{ permissions: ['read_project'], boundary: { project: 'acme/web' } }] };

describe('a function as a boundary', () => {
  const run = async (boundary: unknown, document = '{ projects { name } }', more: object = {}) => {
    const ambit = createAmbit({ schema: schemaWith(projectWith(reading(boundary))) });
    const result = await ambit.execute({
      document,
      rootValue,
      grants,
      contextValue: { base: 'acme' },
      ...more,
    });
    return JSON.parse(JSON.stringify(result));
  };
  const placeOf = (project: (typeof data)[number]) => project.place.path;

  it('tells the place of each object', async () => {
    expect(await run(placeOf)).toEqual({ data: { projects: [{ name: 'Web' }] } });
    expect(await run(async (project: (typeof data)[number]) => placeOf(project))).toEqual({
      data: { projects: [{ name: 'Web' }] },
    });
  });

  it('is handed the context value of the request', async () => {
    const boundary = ({ id }: { id: number }, { base }: { base: string }) =>
      `${base}/${id === 2 ? 'web' : 'x'}`;
    expect(await run(boundary)).toEqual({ data: { projects: [{ name: 'Vault' }] } });
  });

  it('is the boundary of one object as of many', async () => {
    expect(await run(placeOf, '{ one: project(id: 1) { name } other: project(id: 2) { name } }')).toEqual({
      data: { one: { name: 'Web' }, other: null },
    });
  });

  it.each<[string, unknown]>([
    [
      'throws',
      () => {
        throw new Error('away');
      },
    ],
    ['is rejected', () => Promise.reject(new Error('away'))],
    ['answers nothing', () => undefined],
    ['answers null', () => null],
    ['answers an empty text', () => ''],
    ['answers an error', () => new Error('acme/web')],
    ['answers a list', () => ['acme/web']],
    ['answers an object', () => ({ toString: () => 'acme/web' })],
    ['answers true', () => true],
  ])('that %s is none', async (_title, boundary) => {
    expect(await run(boundary)).toEqual({ data: { projects: [] } });
  });

  it('compares whole numbers as texts, and no other numbers', async () => {
    const holding = (project: string): Grants => ({
      granular: [{ permissions: ['read_project'], boundary: { project } }],
    });
    const byId = ({ id }: { id: number }) => id;
    expect(await run(byId, undefined, { grants: holding('2') })).toEqual({
      data: { projects: [{ name: 'Vault' }] },
    });
    const half = ({ id }: { id: number }) => id / 2;
    expect(await run(half, undefined, { grants: holding('0.5') })).toEqual({ data: { projects: [] } });
  });

  it('stands on a field as well, where it tells the place of the object above', async () => {
    const secret = {
      public: undefined,
      permissions: [{ names: ['read_secret'], boundaryType: 'project', boundary: placeOf }],
    };
    const ambit = createAmbit({ schema: schemaWith(projectWith({ public: true }, secret)) });
    const result = await ambit.execute({
      document: '{ projects { name secret } }',
      rootValue,
      grants: { granular: [{ permissions: ['read_secret'], boundary: { project: 'acme/vault' } }] },
    });
    expect(JSON.parse(JSON.stringify(result.data))).toEqual({
      projects: [
        { name: 'Web', secret: null },
        { name: 'Vault', secret: 's2' },
      ],
    });
    expect(result.errors?.map(({ path }) => path)).toEqual([['projects', 0, 'secret']]);
  });

  it('keeps two functions at one coordinate apart', async () => {
    const two = {
      permissions: [
        { names: ['read_project'], boundaryType: 'project', boundary: placeOf, group: 'a' },
        { names: ['read_group'], boundaryType: 'group', boundary: () => 'acme', group: 'b' },
      ],
    };
    const ambit = createAmbit({
      schema: schemaWith(projectWith(two)),
      boundaries: { project: {}, group: {} },
    });
    const holding = (group: string): Grants => ({
      granular: [
        { permissions: ['read_project'], boundary: { project: 'acme/web' } },
        { permissions: ['read_group'], boundary: { group } },
      ],
    });
    const names = async (group: string) =>
      JSON.parse(
        JSON.stringify(
          (await ambit.execute({ document: '{ projects { name } }', rootValue, grants: holding(group) }))
            .data,
        ),
      );
    expect(await names('acme')).toEqual({ projects: [{ name: 'Web' }] });
    expect(await names('acme/web')).toEqual({ projects: [] });
  });

  it('is never called by a decision, which defers to the object', () => {
    let called = 0;
    const ambit = createAmbit({
      schema: schemaWith(
        projectWith(
          reading(() => {
            called += 1;
            return 'acme/web';
          }),
        ),
      ),
    });
    expect(ambit.decide({ document: '{ projects { name } }', grants })).toMatchObject({
      outcome: 'deferred',
    });
    expect(ambit.needs({ document: '{ projects { name } }' }).needs).toEqual([
      [{ permission: 'read_project', boundaryType: 'project' }],
    ]);
    expect(called).toBe(0);
  });

  it('cannot stand in front of an API that is elsewhere', () => {
    const ambit = createAmbit({ schema: schemaWith(projectWith(reading(placeOf))) });
    const parts = {
      authenticate: async () => ({ grants }),
      upstream: async () => ({ status: 200, body: {} }),
    };
    expect(() => createGateway({ ambit, ...parts })).toThrow(
      expect.objectContaining({ code: 'BAD_RULES', message: expect.stringContaining('`Project`') }),
    );
  });
});

describe('extensions that cannot be enforced', () => {
  const failing = (make: () => GraphQLSchema) => () => createAmbit({ schema: make() });
  const withProject = (ambit: unknown) => failing(() => schemaWith(projectWith(ambit as Ambitious)));

  it.each<[string, () => unknown, string]>([
    ['an unknown key', withProject({ permission: [] }), '`permission` is no known key'],
    ['an unknown key of an entry', withProject({ permissions: [{ name: 'x' }] }), '`name` is no known key'],
    ['an empty rule', withProject({}), 'is empty'],
    ['a text', withProject('public'), 'has to be a mapping'],
    ['null', withProject(null), 'has to be a mapping'],
    ['false', withProject({ public: false }), '`public` can only be true'],
    [
      'a function beside an argument',
      withProject({
        permissions: [
          { names: ['x_y'], boundaryType: 'project', boundary: () => 'x', boundaryArgument: 'id' },
        ],
      }),
      'cannot be a function beside `boundaryArgument`',
    ],
    [
      'a function on an argument',
      failing(() =>
        schemaWith(projectWith({ public: true }), {
          args: { id: { type: GraphQLID, extensions: { ambit: reading(() => 'x') } } },
        }),
      ),
      'can be a function only on',
    ],
    [
      'a rule on the schema',
      failing(
        () =>
          new GraphQLSchema({
            query: projectWith({ authenticated: true }),
            extensions: { ambit: { public: true } },
          }),
      ),
      'of the schema itself is not read',
    ],
    [
      'a rule on a directive',
      failing(
        () =>
          new GraphQLSchema({
            query: projectWith({ authenticated: true }),
            directives: [
              new GraphQLDirective({
                name: 'traced',
                locations: ['FIELD' as never],
                extensions: { ambit: { public: true } },
              }),
            ],
          }),
      ),
      'of `@traced` is not read',
    ],
  ])('stop the start: %s', (_title, make, message) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'BAD_RULES', message: expect.stringContaining(message) }),
    );
  });

  it('name the coordinate', () => {
    expect(withProject({ scope: [['a']] })).toThrow('`extensions.ambit` of `Project`');
  });
});
