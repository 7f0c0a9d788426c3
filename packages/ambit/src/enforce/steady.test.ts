import { buildSchema } from 'graphql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAmbit } from '../create.ts';
import { ambitDirectives } from '../rules/directives.ts';

const sdl = `${ambitDirectives}
  type Query { items: [Item!] @public, rows: [[Item!]!] @public }
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
