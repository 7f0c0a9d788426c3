import { buildSchema } from 'graphql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAmbit } from '../create.ts';
import { ambitDirectives } from '../rules/directives.ts';

const sdl = `${ambitDirectives}
  type Query { items: [Item!] @public, rows: [[Item!]!] @public, notes: [Note] @public, board: [[Note]] @public, posts: [Post] @public }
  union Post = Note
  type Note @requiresPermissions(permissions: ["read_note"], boundaryType: "project", boundary: "at") { at: ID text: String }
  type Item @public {
    firm: String!
    place: Place
    secret: String! @requiresPermissions(permissions: ["read_secret"], boundaryType: "project", boundary: "place { path }")
  }
  type Place @public { path: ID }
`;

const lost: unknown[] = [];
const keep = (reason: unknown): unknown => lost.push(reason);
let others: NodeJS.UnhandledRejectionListener[] = [];

/** The test runner listens as well, and would take what is lost for a failure of its own. */
beforeEach(() => {
  lost.length = 0;
  others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', keep);
});

afterEach(() => {
  process.removeAllListeners('unhandledRejection');
  for (const one of others) process.on('unhandledRejection', one);
});

const late = { firm: 'yes', secret: 's3cr3t', place: async () => ({ path: 'vault' }) };
const broken = { secret: 's3cr3t', place: { path: 'vault' } };

test.each([
  ['a list', '{ items { secret firm } }', { items: [late, broken] }],
  ['a list of lists', '{ rows { secret firm } }', { rows: [[late], [broken]] }],
])('no failure of an item of %s is left to nobody, whichever comes first', async (_, document, rootValue) => {
  const ambit = createAmbit({ schema: buildSchema(sdl), boundaries: { project: {} } });
  const grants = { granular: [{ permissions: ['read_secret'], boundary: { project: 'web' } }] };
  const result = await ambit.execute({ document, rootValue, grants });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(lost).toEqual([]);
  expect(result).toMatchObject({ data: { [document.slice(2, 7).trim()]: null } });
});

const note = { at: 'web', text: 'here' };
const after = <T>(ms: number, settle: () => T): Promise<T> =>
  new Promise((resolve) => setTimeout(resolve, ms)).then(settle);
const fails = (ms: number): Promise<unknown> =>
  after(ms, () => {
    throw new Error('the row is locked');
  });
const aliases = Array.from({ length: 30 }, (_, index) => `a${index}: posts { ... on Note { text } }`).join(
  ' ',
);

test.each<[string, string, () => object, (data: never) => unknown, unknown]>([
  [
    'behind many that are waited for',
    '{ notes { text } }',
    () => ({ notes: [...Array.from({ length: 600 }, () => after(20, () => note)), fails(1)] }),
    (data: { notes: unknown[] }) => data.notes.length,
    600,
  ],
  [
    'in a list behind one that is waited for',
    '{ board { text } }',
    () => ({
      board: [[after(20, () => note)], [fails(1)], after(1, () => [after(30, () => note), fails(2)])],
    }),
    (data: { board: unknown[][] }) => data.board.map(({ length }) => length),
    [1, 0, 1],
  ],
  [
    'in a list that is reached while others have their turn',
    `{ ${aliases} }`,
    () => ({
      posts: () => [
        ...Array.from({ length: 19 }, () => ({ __typename: 'Note', ...note })),
        Promise.reject(new Error('locked')),
      ],
    }),
    (data: Record<string, unknown[]>) => new Set(Object.values(data).map(({ length }) => length)),
    new Set([19]),
  ],
])(
  'an item %s that fails before its turn is gone, and ends nothing',
  async (_, document, root, seen, expected) => {
    const ambit = createAmbit({ schema: buildSchema(sdl), boundaries: { project: {} } });
    const grants = { granular: [{ permissions: ['read_note'], boundary: { project: 'web' } }] };
    const { data } = await ambit.execute({ document, rootValue: root(), grants });
    await after(50, () => undefined);
    expect(lost).toEqual([]);
    expect(seen(data as never)).toEqual(expected);
  },
);
