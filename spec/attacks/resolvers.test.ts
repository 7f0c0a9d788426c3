import { ambitDirectives, createAmbit, type Grants } from 'ambit';
import { buildSchema, execute, type GraphQLObjectType, type GraphQLSchema, isEnumType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';

/** Attacks by what resolvers are free to do: a decision is made about what is serialised, in whatever form it comes. */

const web = { __typename: 'Issue', id: 'i1', project: 'web', title: 'Paint' };
const vault = { __typename: 'Issue', id: 'i2', project: 'vault', title: 's3cr3t' };
const mine: Grants = { granular: [{ permissions: ['read_issue'], boundary: { project: 'web' } }] };

function schemaWith(change: (schema: GraphQLSchema) => void = () => {}): GraphQLSchema {
  const schema = buildSchema(`
    ${ambitDirectives}
    scalar _Any
    interface Node { id: ID }
    union _Entity = Issue | Secret
    type Query {
      issue: Issue
      issues: [Issue]
      nested: [[Issue]]
      node: Node @public
      levels: [Level] @public
      _entities(representations: [_Any!]!): [_Entity]! @public
    }
    enum Level { LOW HIGH @requiresScopes(scopes: [["high"]]) }
    type Issue implements Node @requiresPermissions(permissions: ["read_issue"], boundaryType: "project", boundary: "project") {
      id: ID
      project: ID
      title: String
    }
    type Secret implements Node @requiresScopes(scopes: [["secrets"]]) { id: ID title: String }
  `);
  change(schema);
  return schema;
}

const ambitWith = (change?: (schema: GraphQLSchema) => void) =>
  createAmbit({ schema: schemaWith(change), boundaries: { project: {} } });

const typeOf = (schema: GraphQLSchema, name: string) => schema.getType(name) as GraphQLObjectType;

describe('a list of which half is outside', () => {
  test.each([
    ['an array', () => [web, vault]],
    ['a promise', async () => [web, vault]],
    ['an array of promises', () => [Promise.resolve(web), Promise.resolve(vault)]],
    ['a set', () => new Set([web, vault])],
    [
      'the values of a map',
      () =>
        new Map([
          [1, web],
          [2, vault],
        ]).values(),
    ],
    [
      'a generator',
      function* () {
        yield web;
        yield vault;
      },
    ],
    ['with the same object twice', () => [vault, web, vault]],
    ['with a promise that fails', () => [Promise.reject(new Error('vault is locked')), web]],
    ['with an error in it', () => [new Error('vault is locked'), web]],
  ])('keeps the other half as %s', async (_, issues) => {
    const result = await ambitWith().execute({
      document: '{ issues { title } }',
      rootValue: { issues },
      grants: mine,
    });
    expect(JSON.stringify(result)).not.toMatch(/s3cr3t|vault/);
    expect(result.data).toEqual({ issues: [{ title: 'Paint' }] });
  });

  test('keeps it in lists of lists', async () => {
    const nested = () => new Set([[web, vault], Promise.resolve(new Set([vault]))]);
    const result = await ambitWith().execute({
      document: '{ nested { title } }',
      rootValue: { nested },
      grants: mine,
    });
    expect(result.data).toEqual({ nested: [[{ title: 'Paint' }], []] });
  });
});

describe('an object', () => {
  test.each([
    ['whose boundary is a function', { ...vault, project: () => 'vault' }],
    ['whose boundary is a promise', { ...vault, project: Promise.resolve('vault') }],
    [
      'whose boundary is a getter that fails',
      Object.defineProperty({ ...vault }, 'project', {
        get: () => {
          throw new Error('no');
        },
      }),
    ],
    ['whose boundary is a list', { ...vault, project: ['web'] }],
    ['whose boundary is an object that prints as one', { ...vault, project: { toString: () => 'vault' } }],
    ['without a boundary', { title: 's3cr3t' }],
    [
      'with its boundary on a prototype of nothing',
      Object.create(null, { title: { value: 's3cr3t', enumerable: true } }),
    ],
  ])('%s is as one that does not exist', async (_, issue) => {
    const result = await ambitWith().execute({
      document: '{ issue { title } }',
      rootValue: { issue },
      grants: mine,
    });
    expect(JSON.stringify(result)).toBe('{"data":{"issue":null}}');
  });

  test('is judged by the very value that is then read', async () => {
    let reads = 0;
    const issue = () => (reads++ === 0 ? web : vault);
    const result = await ambitWith().execute({
      document: '{ issue { title } }',
      rootValue: { issue },
      grants: mine,
    });
    expect(result.data).toEqual({ issue: { title: 'Paint' } });
    expect(reads).toBe(1);
  });
});

describe('the type of an object', () => {
  const secret = { id: 's1', title: 's3cr3t' };

  test('is that of isTypeOf where nobody resolves it, also as a promise', async () => {
    const ambit = ambitWith((schema) => {
      typeOf(schema, 'Issue').isTypeOf = async () => false;
      typeOf(schema, 'Secret').isTypeOf = async (value) => value === secret;
    });
    const document = '{ node { id ... on Secret { title } } }';
    const none = await ambit.execute({ document, rootValue: { node: secret }, grants: mine });
    expect(none.data).toEqual({ node: null });
    const all = await ambit.execute({
      document,
      rootValue: { node: secret },
      grants: { scopes: ['secrets'] },
    });
    expect(all.data).toEqual({ node: secret });
  });

  test('cannot be chosen by the object where isTypeOf says otherwise', async () => {
    const ambit = ambitWith((schema) => {
      typeOf(schema, 'Secret').isTypeOf = (value) => value === lying;
    });
    const lying = { __typename: 'Issue', project: 'web', ...secret };
    const result = await ambit.execute({
      document: '{ node { id } }',
      rootValue: { node: lying },
      grants: mine,
    });
    // What it says it is counts for the decision and for the serialisation alike.
    expect([{ node: null }, { node: { id: 's1' } }]).toContainEqual(result.data);
    expect(JSON.stringify(result)).not.toContain('s3cr3t');
  });

  test('is in no message of a mask that an object of a hidden type turns up in', async () => {
    const ambit = ambitWith();
    const schema = ambit.mask({ scopes: ['api'] });
    const node = { __typename: 'Secret', ...secret };
    const result = await execute({ schema, document: parse('{ node { id } }'), rootValue: { node } });
    expect(JSON.stringify(result)).not.toMatch(/Secret|s3cr3t/);
    expect(result.data).toEqual({ node: null });
  });
});

test('a value of an enum is judged by its name, whatever it is inside', async () => {
  const ambit = ambitWith((schema) => {
    const level = schema.getType('Level');
    if (!isEnumType(level)) throw new Error('no enum');
    for (const [index, value] of level.getValues().entries()) value.value = index;
    // graphql-js looks values up in a map that it made when the type was made.
    Object.assign(level, { _valueLookup: new Map(level.getValues().map((value) => [value.value, value])) });
  });
  const result = await ambit.execute({
    document: '{ levels }',
    rootValue: { levels: [0, 1, 0] },
    grants: mine,
  });
  expect(result.data).toEqual({ levels: ['LOW', null, 'LOW'] });
  expect(JSON.stringify(result.errors)).not.toMatch(/"1"|:1[,}]/);
});

test('a representation is judged by the object that stands behind it, where the API resolves it', async () => {
  const ambit = ambitWith((schema) => {
    const entities = schema.getQueryType()?.getFields()['_entities'];
    if (entities)
      entities.resolve = (_, { representations }) =>
        (representations as { id: string }[]).map(({ id }) => [web, vault].find((one) => one.id === id));
  });
  const result = await ambit.execute({
    document: 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Issue { title } } }',
    variables: {
      r: [
        { __typename: 'Issue', id: 'i2', project: 'web' },
        { __typename: 'Issue', id: 'i1' },
      ],
    },
    grants: mine,
  });
  expect(result.data).toEqual({ _entities: [null, { title: 'Paint' }] });
});

describe('grants that nobody checked', () => {
  const ambit = createAmbit({
    schema: `type Query {
      signed: String @authenticated
      scoped: String @requiresScopes(scopes: [["a"]])
      placed: String @requiresPermissions(permissions: ["p"], boundaryType: "instance")
      mine: String @policy(policies: [["a"]])
    }`,
  });
  const held = (grants: unknown): string[] => {
    const { denied } = ambit.decide({ document: '{ signed scoped placed mine }', grants: grants as Grants });
    const missing = denied.map(({ path }) => path.join('.'));
    return ['signed', 'scoped', 'placed', 'mine'].filter((field) => !missing.includes(field));
  };
  const everything = {
    subject: 'ada',
    scopes: ['a'],
    policies: ['a'],
    granular: [{ permissions: ['p'], boundary: 'instance' }],
  };

  test('hold what they say where they are well formed', () => {
    expect(held(everything)).toEqual(['signed', 'scoped', 'placed', 'mine']);
  });

  test.each([
    ['a subject that is null', { subject: null }],
    ['a subject that is a number', { subject: 7 }],
    ['a subject that is an object', { subject: {} }],
    ['a subject that is yet to come', { subject: Promise.resolve('ada') }],
    ['authenticated that is a text', { authenticated: 'yes' }],
    ['authenticated that is yet to come', { authenticated: Promise.resolve(true) }],
    ['scopes that are a text', { scopes: 'a' }],
    ['scopes that are a mapping', { scopes: { a: true } }],
    ['scopes that are yet to come', { scopes: Promise.resolve(['a']) }],
    ['policies that are a text', { policies: 'a' }],
    ['permissions that are a text', { granular: [{ permissions: 'p', boundary: 'instance' }] }],
    ['a boundary that means everything', { granular: [{ permissions: ['p'], boundary: '*' }] }],
    ['a boundary that is a list', { granular: [{ permissions: ['p'], boundary: ['instance'] }] }],
    ['grants that are yet to come', Promise.resolve(everything)],
  ])('hold nothing by %s', (_, grants) => {
    expect(held(grants)).toEqual([]);
  });

  test.each([
    ['a mapping', { readOnly: true }],
    ['a text', 'read-only'],
    ['a null', null],
    ['yet to come', Promise.resolve([])],
  ])('hold nothing where their caveats are %s', (_, caveats) => {
    expect(held({ ...everything, caveats })).toEqual([]);
  });

  test.each([
    ['null', null],
    ['a text that is no time', 'tomorrow'],
    ['an empty text', ''],
    ['a mapping', {}],
  ])('hold nothing where they expire at %s', (_, expires) => {
    expect(held({ ...everything, expires })).toEqual([]);
  });
});
