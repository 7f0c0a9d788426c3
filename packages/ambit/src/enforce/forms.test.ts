import { expect, it } from 'vitest';
import { createAmbit } from '../create.ts';

/** graphql takes more forms of a value than plain ones, and a form of which it takes more than we do would be a way around. */

const ambit = createAmbit({
  schema: `
    type Query { all: [Item!] @public, one: Item @public }
    type Item @requiresPermissions(permissions: ["read"], boundaryType: "project", boundary: "path") { path: String }`,
});
const grants = { granular: [{ permissions: ['read'], boundary: { project: 'inside' } }] };
const items = [{ path: 'inside' }, { path: 'outside' }];
const later = {
  async *[Symbol.asyncIterator]() {
    yield* items;
  },
};
// biome-ignore lint/suspicious/noThenProperty: a thenable that is no promise is what is tried
const thenable = { path: 'inside', then: (resolve: (value: object) => void) => resolve({ path: 'outside' }) };

it.each([
  ['an array', items],
  ['a set', new Set(items)],
  ['items that come later', later],
  ['a function whose items come later', Object.assign(() => [], later)],
])('hides what is outside of a list that is %s', async (_, all) => {
  const { data } = await ambit.execute({
    document: '{ all { path } }',
    rootValue: { all: () => all },
    grants,
  });
  expect(data).toEqual({ all: [{ path: 'inside' }] });
});

it.each([
  ['a promise', Promise.resolve({ path: 'outside' })],
  ['another thenable', { ...thenable }],
  ['a function that is thenable', Object.assign(() => null, thenable)],
])('hides what is outside of the object that is %s', async (_, one) => {
  const { data } = await ambit.execute({
    document: '{ one { path } }',
    rootValue: { one: () => one },
    grants,
  });
  expect(data).toEqual({ one: null });
});
