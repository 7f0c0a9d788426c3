import { buildSchema, GraphQLError, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createAmbit } from '../create.ts';
import { errorsInOrder } from './errororder.ts';

const schema = buildSchema(
  'type Query { a: A list: [[A!]] last: String } type A { soft: String firm: String! deep: A! items: [A!]! }',
);
const ambit = createAmbit({ schema, coverage: 'open' });

type Path = readonly (string | number)[];

function told(document: string, data: unknown, ...paths: readonly Path[]): string[] {
  const read = ambit.stages.operations.read(parse(document));
  const plan = ambit.stages.operations.plan(read as never, undefined);
  const errors = paths.map((path) => new GraphQLError('wrong', { path: [...path] }));
  return errorsInOrder({ data: data as never, errors }, plan).map(({ path }) => path?.join('.') ?? '');
}

describe('errors in order', () => {
  it('come as the operation is written, and items as they stand', () => {
    const document = '{ last list { soft } a { deep { soft } soft } }';
    const data = {
      last: null,
      list: [[{ soft: null }, { soft: null }], null],
      a: { deep: { soft: null }, soft: null },
    };
    const paths = [
      ['a', 'soft'],
      ['a', 'deep', 'soft'],
      ['list', 1],
      ['list', 0, 1, 'soft'],
      ['list', 0, 0, 'soft'],
      ['last'],
    ];
    const expected = ['last', 'list.0.0.soft', 'list.0.1.soft', 'list.1', 'a.deep.soft', 'a.soft'];
    expect(told(document, data, ...paths)).toEqual(expected);
    expect(told(document, data, ...[...paths].reverse())).toEqual(expected);
  });

  it('below a null are only the first that caused it', () => {
    const document = '{ a { soft deep { soft firm } items { firm } } last }';
    const data = { a: null, last: null };
    const cause = ['a', 'deep', 'firm'];
    for (const paths of [
      [cause],
      [['a', 'deep', 'soft'], cause],
      [cause, ['a', 'soft'], ['a', 'items', 0, 'firm']],
    ])
      expect(told(document, data, ...paths, ['last'])).toEqual(['a.deep.firm', 'last']);
  });

  it('lose none that is the only one, and none where nothing was lost', () => {
    expect(told('{ a { soft } }', { a: null }, ['a', 'soft'])).toEqual(['a.soft']);
    expect(told('{ a { soft } }', { a: { soft: null } }, ['a', 'soft'])).toEqual(['a.soft']);
    expect(told('{ a { firm } }', null, ['a', 'firm'])).toEqual(['a.firm']);
    expect(told('{ last }', undefined, [])).toEqual(['']);
  });
});
