import { expect, test } from 'vitest';
import { createAmbit } from './create.ts';
import type { Grants } from './types.ts';

const schema = 'type Query { a: String, b: String @public }';
const rules = { version: 1, rules: { 'Query.a': { scopes: [['a']] } } };

test.each([
  ['no options', undefined, 'options'],
  ['an option that is none', { schema, efect: 'hide' }, 'efect'],
  ['an effect that is none', { schema, effect: 'Hide' }, 'effect'],
  ['an effect of null', { schema, effect: null }, 'effect'],
  ['a coverage that is none', { schema, coverage: 'Open' }, 'coverage'],
  ['an executor that is no function', { schema, executor: 'jit' }, 'executor'],
  [
    'a misspelt key of memberships',
    { schema, memberships: { source: () => [], limit: true } },
    'memberships',
  ],
])('%s stops the start', (_, options, named) => {
  expect(() => createAmbit(options as never)).toThrow(
    expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringContaining(named) }),
  );
});

test('the effect of a request has to be one as well', () => {
  const ambit = createAmbit({ schema, rules });
  const ask = () => ambit.execute({ document: '{ a }', grants: {}, effect: 'hid' as never });
  expect(ask).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
});

test.each([
  ['an unknown key', { scopes: ['a'], expiresAt: '2020-01-01T00:00:00Z' }],
  ['a scope that is no text', { scopes: ['a', 5] }],
  ['an instant that is no text', { scopes: ['a'], expires: new Date() }],
  [
    'two kinds in one boundary',
    { scopes: ['a'], granular: [{ permissions: [], boundary: { p: '1', q: '2' } }] },
  ],
  [
    'a granular grant with an unknown key',
    { scopes: ['a'], granular: [{ permissions: [], boundary: 'user', expires: 'x' }] },
  ],
  ['a text', 'a'],
  ['nothing', undefined],
])('grants with %s allow nothing, what is public included', async (_, grants) => {
  const ambit = createAmbit({ schema, rules, audit: () => undefined });
  const answer = await ambit.execute({
    document: '{ a b }',
    rootValue: { a: 'A', b: 'B' },
    grants: grants as Grants,
  });
  expect('data' in answer ? answer.data : undefined).toBeUndefined();
});
