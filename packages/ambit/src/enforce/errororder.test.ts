import { buildSchema, GraphQLError, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createAmbit } from '../create.ts';
import { usesOf } from '../decide/decision.ts';
import type { Plan } from '../plan/plan.ts';
import { errorsInOrder } from './errororder.ts';

const schema = buildSchema(
  'type Query { a: A list: [[A!]] last: String } type A { soft: String firm: String! deep: A! items: [A!]! }',
);
const ambit = createAmbit({ schema, coverage: 'open' });

type Path = readonly (string | number)[];

function planOf(document: string): Plan {
  const read = ambit.stages.operations.read(parse(document));
  return ambit.stages.operations.plan(read as never, undefined);
}

function told(document: string, data: unknown, ...paths: readonly Path[]): string[] {
  const errors = paths.map((path) => new GraphQLError('wrong', { path: [...path] }));
  const ordered = errorsInOrder({ data: data as never, errors }, planOf(document), new Map());
  return ordered.map(({ path }) => path?.join('.') ?? '');
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

  it('are the same below a null that an object outside can have caused, whatever took it along', () => {
    const plan = planOf('{ a { firm deep { firm } items { deep { firm } } } last }');
    const data = { a: null, last: null } as never;
    const use = (...keys: string[]) => [...usesOf(plan.root)].find(({ path }) => path.join() === keys.join());
    const causes = [
      ['a', 'firm'],
      ['a', 'deep'],
      ['a', 'items', 3, 'deep'],
      ['a', 'items', 0, 'deep', 'firm'],
    ];
    for (const [keys, path] of [
      [
        ['a', 'deep'],
        ['a', 'deep'],
      ],
      [
        ['a', 'items', 'deep'],
        ['a', 'items'],
      ],
    ] as const) {
      const guards = new Map([[use(...keys), {}]]) as never;
      const answers = causes.map((cause) => {
        const errors = [new GraphQLError('wrong', { path: cause })];
        return JSON.stringify(errorsInOrder({ data, errors }, plan, guards));
      });
      expect(new Set(answers).size).toBe(1);
      const message = 'Cannot return null for non-nullable field A.deep.';
      expect(JSON.parse(answers[0] ?? '')).toMatchObject([{ message, path }]);
    }
  });

  it('keep what is missing where a rule of that very field refused it aloud', () => {
    const plan = planOf('{ a { firm } }');
    const [, firm] = usesOf(plan.root);
    const told = new GraphQLError('not permitted', { path: ['a', 'firm'], extensions: { code: 'DENIED' } });
    const guards = new Map([[firm, {}]]) as never;
    expect(errorsInOrder({ data: { a: null } as never, errors: [told] }, plan, guards)).toEqual([told]);
  });

  it('lose none that is the only one, and none where nothing was lost', () => {
    expect(told('{ a { soft } }', { a: null }, ['a', 'soft'])).toEqual(['a.soft']);
    expect(told('{ a { soft } }', { a: { soft: null } }, ['a', 'soft'])).toEqual(['a.soft']);
    expect(told('{ a { firm } }', null, ['a', 'firm'])).toEqual(['a.firm']);
    expect(told('{ last }', undefined, [])).toEqual(['']);
  });
});
