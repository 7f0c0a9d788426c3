import { type Caveat, createAmbit, type Grants } from 'ambit';
import fc from 'fast-check';
import { introspectionFromSchema, parse } from 'graphql';
import { expect, test } from 'vitest';

/** What was kept for one request never shows in the answer to another. */

const schema = `
  interface Node { id: ID }
  type Query {
    node(id: ID!): Node @public
    items(kind: Kind = OPEN): [Item]
    secret: String @requiresScopes(scopes: [["s"]])
    open: String @public
  }
  type Mutation {
    move(id: ID!): Item @requiresPermissions(permissions: ["move"], boundaryType: "project", boundaryArgument: "id", boundary: "project")
  }
  enum Kind { OPEN HIDDEN @requiresScopes(scopes: [["h"]]) }
  type Item implements Node @requiresPermissions(permissions: ["read"], boundaryType: "project", boundary: "project") {
    id: ID
    project: ID
    text: String
    deep: String @requiresPermissions(permissions: ["deep"], boundaryType: "project")
    other: Item
  }
`;
const boundaries = { project: {} };

const web: Item = {
  __typename: 'Item',
  id: 'w',
  project: 'web',
  text: 'web text',
  deep: 'web deep',
  other: () => vault,
};
const vault: Item = {
  __typename: 'Item',
  id: 'v',
  project: 'vault',
  text: 'vault text',
  deep: 'vault deep',
  other: () => web,
};

interface Item {
  readonly __typename: string;
  readonly id: string;
  readonly project: string;
  readonly text: string;
  readonly deep: string;
  readonly other: () => Item;
}

const rootValue = {
  node: ({ id }: { id: string }) => [web, vault].find((one) => one.id === id),
  items: async () => [web, vault, web],
  secret: 's3cr3t',
  open: 'open',
  move: async ({ id }: { id: string }) => [web, vault].find((one) => one.id === id),
};

const grantsOf = (permissions: readonly string[], project: string, scopes: readonly string[]): Grants => ({
  scopes,
  granular: [{ permissions, boundary: { project } }],
});
const credentials: readonly Grants[] = [
  {},
  grantsOf(['read'], 'web', []),
  grantsOf(['read'], 'vault', []),
  grantsOf(['read', 'deep'], 'web', ['s']),
  grantsOf(['read', 'move'], 'vault', ['h']),
  { scopes: ['api'], subject: 'ada' },
  { scopes: ['read_api'] },
  { scopes: ['api'], expires: '2020-01-01' },
  { scopes: ['api'], caveats: [{ unheard: 'of' } as Caveat] },
];

/** One document with two operations, whose conditions and arguments are variables: everything that a key can forget. */
const documents: readonly string[] = [
  'query A($with: Boolean!, $kind: Kind) { items(kind: $kind) { id deep @include(if: $with) } secret @skip(if: $with) } query B($with: Boolean!, $kind: Kind) { open node(id: "w") { id } items(kind: $kind) { text } ... @include(if: $with) { secret } }',
  'query A($with: Boolean!, $kind: Kind = HIDDEN) { items(kind: $kind) { other { text other { text } } } x: secret @include(if: $with) } query B($with: Boolean!, $kind: Kind = HIDDEN) { __type(name: "Item") { fields { name } } open @skip(if: $with) items(kind: $kind) { id } }',
  'mutation A($id: ID!) { move(id: $id) { text deep } } mutation B($id: ID!) { move(id: $id) { id } again: move(id: $id) { text } }',
];

interface Step {
  readonly credential: number;
  readonly document: number;
  readonly operationName: string;
  readonly withIt: boolean;
  readonly kind: string | undefined;
  readonly id: string;
  readonly effect: 'filter' | 'reject' | 'hide';
}

const step: fc.Arbitrary<Step> = fc.record({
  credential: fc.nat(credentials.length - 1),
  document: fc.nat(documents.length - 1),
  operationName: fc.constantFrom('A', 'B'),
  withIt: fc.boolean(),
  kind: fc.constantFrom(undefined, 'OPEN', 'HIDDEN', 'HIDDN'),
  id: fc.constantFrom('w', 'v', 'x'),
  effect: fc.constantFrom('filter', 'reject', 'hide'),
});

async function answer(ambit: ReturnType<typeof createAmbit>, one: Step): Promise<string> {
  const document = documents[one.document] ?? '';
  const variables = one.document === 2 ? { id: one.id } : { with: one.withIt, kind: one.kind };
  const grants = credentials[one.credential] ?? {};
  const { operationName, effect } = one;
  return JSON.stringify(
    await ambit.execute({ document, operationName, variables, grants, effect, rootValue }),
  );
}

const fresh = () => createAmbit({ schema, boundaries });

test('an engine that has answered others answers like one that has just started', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
      const warm = fresh();
      for (const one of steps) expect(await answer(warm, one)).toBe(await answer(fresh(), one));
    }),
    { numRuns: 40 },
  );
});

test('so does one that answers them all at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
      const warm = fresh();
      const together = await Promise.all(steps.map((one) => answer(warm, one)));
      for (const [index, one] of steps.entries()) expect(together[index]).toBe(await answer(fresh(), one));
    }),
    { numRuns: 40 },
  );
});

test('masks are those of each credential, in whatever order they are asked for', () => {
  const cold = credentials.map((grants) => JSON.stringify(introspectionFromSchema(fresh().mask(grants))));
  const warm = fresh();
  const order = [...credentials.keys(), ...[...credentials.keys()].reverse()];
  for (const index of order)
    expect(JSON.stringify(introspectionFromSchema(warm.mask(credentials[index] ?? {})))).toBe(cold[index]);
  expect(new Set(cold).size).toBeGreaterThan(4);
});

test('an expiry takes effect on an engine that has answered before it', async () => {
  let now = Date.parse('2030-01-01T00:00:00Z');
  const ambit = createAmbit({ schema, boundaries, now: () => now });
  const ask = () =>
    ambit.execute({
      document: '{ secret }',
      rootValue,
      grants: { scopes: ['s'], expires: '2030-01-01T00:00:01Z' },
    });
  expect((await ask()).data).toEqual({ secret: 's3cr3t' });
  now += 1000;
  expect((await ask()).data).toBeUndefined();
});

test('a document that could not be planned, or is not valid, is not so for one that is', async () => {
  const ambit = fresh();
  const ask = (document: string, operationName?: string) =>
    ambit.execute({ document, operationName, rootValue, grants: {} });
  const two = 'query A { open } query B { open }';
  expect((await ask(two)).data).toBeUndefined();
  expect((await ask(two, 'C')).data).toBeUndefined();
  expect((await ask(two, 'B')).data).toEqual({ open: 'open' });
  expect((await ask('{ open')).data).toBeUndefined();
  expect((await ask('{ open }')).data).toEqual({ open: 'open' });
  expect((await ask('{ open } ')).data).toEqual({ open: 'open' });
});

test('a parsed document is decided for each credential anew', async () => {
  const ambit = fresh();
  const document = parse('{ items { id } secret }');
  const ask = async (grants: Grants) => (await ambit.execute({ document, rootValue, grants })).data;
  expect(await ask(grantsOf(['read'], 'web', ['s']))).toEqual({
    items: [{ id: 'w' }, { id: 'w' }],
    secret: 's3cr3t',
  });
  expect(await ask(grantsOf(['read'], 'vault', []))).toEqual({ items: [{ id: 'v' }], secret: null });
  expect(await ask({})).toBeUndefined();
});

test('more distinct tokens than masks are kept for are all shown their own', () => {
  const ambit = fresh();
  for (let index = 0; index < 200; index++) {
    const holds = index % 3 === 0;
    const query = ambit.mask({ scopes: [`n${index}`, ...(holds ? ['s'] : [])] }).getQueryType();
    expect(Object.keys(query?.getFields() ?? {}).includes('secret')).toBe(holds);
  }
});
