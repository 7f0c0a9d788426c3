import fc from 'fast-check';
import { type DocumentNode, graphql, parse, print } from 'graphql';
import { expect, it, test } from 'vitest';
import { createAmbit } from '../create.ts';
import { forwardOperation } from '../gateway/forward.ts';
import type { Grants } from '../types.ts';

/**
 * Small worlds: a handful of objects in random places, a random query, random grants. All fields may be null: where
 * null may not stand, a grant that shows one more object can take its neighbours along, as GraphQL has it.
 */

const rule = (permission: string, more = '') =>
  `@requiresPermissions(permissions: ["${permission}"], boundaryType: "project"${more})`;
const sdl = `
  interface Node { id: ID }
  union Any = Project | Issue | Note | Page
  type Query { node(id: ID): Node @public nodes(ids: [ID!]!): [Node] @public any: [Any] @public project(at: ID): Project issues: IssueConnection page: Page }
  type Project implements Node ${rule('read_project', ', boundary: "at"')} { id: ID at: ID name: String issues: IssueConnection any: Any helper: Helper }
  type Issue implements Node ${rule('read_issue', ', boundary: "at"')} { id: ID at: ID text: String deep: String ${rule('read_deep')} project: Project notes: [Note] level: Level }
  type Note implements Node ${rule('read_note', ', boundary: "issue { at }"')} { id: ID body: String issue: Issue secret: String @requiresScopes(scopes: [["s", "t"], ["u"]]) }
  type Page implements Node @public { id: ID text: String project: Project }
  type Helper @inherits { text: String note: Note }
  type IssueConnection { totalCount: Int nodes: [Issue] edges: [IssueEdge] }
  type IssueEdge { cursor: String node: Issue }
  enum Level { LOW HIGH @requiresScopes(scopes: [["s"]]) }
`;
const boundaries = { group: {}, project: { parent: 'group' } };
const ambit = createAmbit({ schema: sdl, boundaries });
const PLACES = ['g/a', 'g/b', 'h/a'] as const;

type Thing = Readonly<Record<string, unknown>>;

/** A world out of three numbers for each of its parts: who is where, and who points to whom. */
function worldOf(seeds: readonly number[]): Thing {
  const pick = <T>(list: readonly T[], salt: number): T =>
    list[(seeds[salt % seeds.length] ?? 0) % list.length] as T;
  const projects: Thing[] = PLACES.map((at, index) => ({
    __typename: 'Project',
    id: `p${index}`,
    at,
    name: `name ${at}`,
    issues: () => connection(issues.filter((_, one) => pick([0, 1], one + index) === 0)),
    any: () => pick(everything, index),
    helper: () => ({ __typename: 'Helper', text: `helper ${at}`, note: () => pick(notes, index + 1) }),
  })); // prettier-ignore
  const issues: Thing[] = [0, 1, 2, 3].map((index) => ({
    __typename: 'Issue',
    id: `i${index}`,
    at: pick(PLACES, index),
    text: `text ${index}`,
    deep: `deep ${index}`,
    project: () => pick(projects, index + 2),
    notes: () => notes,
    level: pick(['LOW', 'HIGH'], index),
  })); // prettier-ignore
  const notes: Thing[] = [0, 1, 2].map((index) => ({
    __typename: 'Note',
    id: `n${index}`,
    body: `body ${index}`,
    secret: `secret ${index}`,
    issue: () => pick(issues, index + 3),
  })); // prettier-ignore
  const page: Thing = { __typename: 'Page', id: 'g', text: 'page', project: () => pick(projects, 1) };
  const everything = [...projects, ...issues, ...notes, page];
  const byId = (id: unknown) => everything.find((one) => one['id'] === id);
  return {
    node: ({ id }: Thing) => byId(id),
    nodes: ({ ids }: { ids: string[] }) => ids.map(byId),
    any: everything,
    project: ({ at }: Thing) => projects.find((one) => one['at'] === at),
    issues: () => connection(issues),
    page,
  };
}

const connection = (nodes: readonly Thing[]): Thing => ({
  __typename: 'IssueConnection',
  totalCount: nodes.length,
  nodes,
  edges: nodes.map((node) => ({ __typename: 'IssueEdge', cursor: `cursor ${String(node['id'])}`, node })),
});

const LEAVES: Readonly<Record<string, readonly string[]>> = {
  Project: ['id', 'at', 'name', '__typename'],
  Issue: ['id', 'text', 'deep', 'level', '__typename'],
  Note: ['id', 'body', 'secret', '__typename'],
  Page: ['id', 'text'],
  Helper: ['text', '__typename'],
  IssueConnection: ['totalCount', '__typename'],
  IssueEdge: ['cursor'],
  Node: ['id', '__typename'],
  Any: ['__typename'],
};
const OBJECTS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  Query: [
    ['node(id: "i1")', 'Node'],
    ['node(id: "p1")', 'Node'],
    ['nodes(ids: ["i0", "x", "n1", "p2"])', 'Node'],
    ['any', 'Any'],
    ['project(at: "g/a")', 'Project'],
    ['project(at: "h/a")', 'Project'],
    ['issues', 'IssueConnection'],
    ['page', 'Page'],
  ],
  Project: [
    ['issues', 'IssueConnection'],
    ['any', 'Any'],
    ['helper', 'Helper'],
  ],
  Issue: [
    ['project', 'Project'],
    ['notes', 'Note'],
  ],
  Note: [['issue', 'Issue']],
  Page: [['project', 'Project']],
  Helper: [['note', 'Note']],
  IssueConnection: [
    ['nodes', 'Issue'],
    ['edges', 'IssueEdge'],
  ],
  IssueEdge: [['node', 'Issue']],
  Node: ['Issue', 'Project', 'Note', 'Page'].map((one) => [`... on ${one}`, one] as const),
  Any: ['Issue', 'Project', 'Note', 'Page', 'Node'].map((one) => [`... on ${one}`, one] as const),
}; // prettier-ignore

/** A selection of a type, out of numbers: every field with an alias of its own, so that no two disagree. */
function selectionOf(type: string, dice: () => number, depth: number): string {
  const parts = (LEAVES[type] ?? [])
    .filter(() => dice() % 3 === 0)
    .map((leaf) => `k${dice()}x${depth}: ${leaf}`);
  for (const [field, returned] of OBJECTS[type] ?? []) {
    if (depth === 0 || dice() % 2 === 0) continue;
    const alias = field.startsWith('...') ? '' : `k${dice()}x${depth}: `;
    parts.push(`${alias}${field} ${selectionOf(returned, dice, depth - 1)}`);
  }
  const [leaf = '__typename'] = LEAVES[type] ?? [];
  return `{ ${(parts.length > 0 ? parts : [leaf]).join(' ')} }`;
}

function documentOf(numbers: readonly number[]): string {
  let at = 0;
  let unique = 0;
  const dice = () => (numbers[at++ % numbers.length] ?? 0) + 1000 * unique++;
  return selectionOf('Query', dice, 4);
}

type Atom = readonly [permission: string, place: string] | string;

const atom: fc.Arbitrary<Atom> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(
      fc.constantFrom('read_project', 'read_issue', 'read_note', 'read_deep'),
      fc.constantFrom(...PLACES, 'g', 'h'),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      's',
      't',
      'u',
      'api:graphql:query:project',
      'api:graphql:query:issues',
      'read_api',
    ),
  },
); // prettier-ignore

function grantsOf(atoms: readonly Atom[]): Grants {
  return {
    scopes: atoms.filter((one) => typeof one === 'string'),
    granular: atoms.flatMap((one) => {
      if (typeof one === 'string') return [];
      const [permission, place] = one;
      return [
        { permissions: [permission], boundary: place.includes('/') ? { project: place } : { group: place } },
      ];
    }),
  };
}

/**
 * An edge of which nothing of the node may be had anywhere: then nobody asks where the node is, and the edge stays with
 * its cursor, which is given for the place of the list (M4). Once the node may be asked for and is outside, the edge goes.
 */
function isUnaskedEdge(item: unknown): boolean {
  const values = typeof item === 'object' && item !== null ? Object.values(item) : [];
  return values.includes(null) && values.some((one) => typeof one === 'string' && one.startsWith('cursor '));
}

/** Whether everything in `less` is in `more` too: what is null may be something, and lists may have more between. */
function within(less: unknown, more: unknown): boolean {
  if (less === null || less === undefined) return true;
  if (Array.isArray(less)) {
    if (!Array.isArray(more)) return false;
    let at = 0;
    return less.every((item) => {
      let found = at;
      while (found < more.length && !within(item, more[found])) found += 1;
      if (found === more.length) return isUnaskedEdge(item);
      at = found + 1;
      return true;
    });
  }
  if (typeof less !== 'object') return less === more;
  if (typeof more !== 'object' || more === null) return false;
  return Object.entries(less).every(([key, value]) => within(value, (more as Thing)[key]));
}

const numbers = fc.array(fc.nat(999), { minLength: 12, maxLength: 60 });
const seeds = fc.array(fc.nat(99), { minLength: 5, maxLength: 9 });

async function answer(document: string, rootValue: Thing, atoms: readonly Atom[]): Promise<unknown> {
  const { data } = await ambit.execute({ document, rootValue, grants: grantsOf(atoms) });
  return data === undefined || data === null ? null : JSON.parse(JSON.stringify(data));
}

test('a grant that is added takes nothing away, so one that is removed adds nothing', async () => {
  let shown = 0;
  let grown = 0;
  await fc.assert(
    fc.asyncProperty(
      seeds,
      numbers,
      fc.array(atom, { maxLength: 5 }),
      atom,
      async (world, dice, atoms, more) => {
        const document = documentOf(dice);
        const rootValue = worldOf(world);
        const less = await answer(document, rootValue, atoms);
        const all = await answer(document, rootValue, [...atoms, more]);
        if (!within(less, all)) expect({ document, less }).toEqual({ document, all });
        if (less !== null) shown += 1;
        if (!within(all, less)) grown += 1;
      },
    ),
    { numRuns: 250 },
  );
  expect(shown).toBeGreaterThan(30);
  expect(grown).toBeGreaterThan(10);
});

test('everything together is what the API answers by itself, and no grants show more than that', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, numbers, fc.array(atom, { maxLength: 5 }), async (world, dice, atoms) => {
      const source = documentOf(dice);
      const rootValue = worldOf(world);
      const { data } = await graphql({ schema: ambit.policy.schema, source, rootValue });
      const open = JSON.parse(JSON.stringify(data));
      expect(await answer(source, rootValue, ['api', 's', 'u'])).toEqual(open);
      expect(within(await answer(source, rootValue, atoms), open)).toBe(true);
    }),
    { numRuns: 120 },
  );
});

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const one of Object.values(value)) deepFreeze(one);
  return value;
}

it('changes no document that it is given', async () => {
  await fc.assert(
    fc.asyncProperty(seeds, numbers, fc.array(atom, { maxLength: 5 }), async (world, dice, atoms) => {
      const document: DocumentNode = deepFreeze(parse(documentOf(dice), { noLocation: true }));
      const before = print(document);
      const grants = deepFreeze(grantsOf(atoms));
      await ambit.execute({ document, rootValue: worldOf(world), grants });
      for (const effect of ['filter', 'reject', 'hide'] as const) ambit.decide({ document, grants, effect });
      ambit.needs({ document });
      const prepared = ambit.stages.prepare({ document, grants });
      if (prepared.kind === 'prepared') forwardOperation(prepared.plan, prepared.decision);
      expect(prepared.kind).toBe('prepared');
      expect(print(document)).toBe(before);
    }),
    { numRuns: 60 },
  );
});

it('executes under conditions what GraphQL executes', async () => {
  const open = createAmbit({ schema: 'type Query { a: String b: Query }', coverage: 'open' });
  const rootValue = { a: 'x', b: () => rootValue };
  const condition = fc.constantFrom(
    '',
    '@skip(if: $x)',
    '@include(if: $x)',
    '@skip(if: $y)',
    '@include(if: $xy)',
    '@include(if: $x) @skip(if: $y)',
    '@skip(if: true)',
    '@include(if: $d)',
  );
  const variables = fc.record({ x: fc.boolean(), y: fc.boolean(), xy: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(condition, { minLength: 9, maxLength: 9 }), variables, async (c, given) => {
      const source = `query ($x: Boolean!, $y: Boolean!, $xy: Boolean!, $d: Boolean = false) {
        a ${c[0]} ...F ${c[1]} ... ${c[2]} { ...F ${c[3]} b { a ${c[4]} } } b ${c[5]} { c: a ...F ${c[6]} } last: __typename
      } fragment F on Query { d: a ${c[7]} ...G ${c[8]} } fragment G on Query { e: a }`;
      const expected = await graphql({
        schema: open.policy.schema,
        source,
        rootValue,
        variableValues: given,
      });
      const result = await open.execute({ document: source, rootValue, variables: given, grants: {} });
      expect(JSON.parse(JSON.stringify(result))).toEqual(JSON.parse(JSON.stringify(expected)));
    }),
    { numRuns: 120 },
  );
});
