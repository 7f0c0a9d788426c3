import {
  buildSchema,
  GraphQLEnumType,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLList,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { type InputElement, mentionsOf, requireReadableDefaults } from './defaults.ts';
import { isGraphql17 } from './major.ts';

/** What each default supplies where the argument is left out; the same on every graphql. */
const named = (element: InputElement): string[] =>
  mentionsOf(element).map(({ type, member }) => `${type.name}.${member}`);

const role = new GraphQLEnumType({ name: 'Role', values: { READER: { value: 0 }, ADMIN: { value: 9 } } });

/** An argument of a schema made in code. */
function argument(config: {
  type: GraphQLInputType;
  defaultValue?: unknown;
  default?: object;
}): InputElement {
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: { f: { type: GraphQLString, args: { a: config } } },
  });
  return query.getFields()['f']!.args[0]!;
}

describe('the default of an argument in SDL', () => {
  const schema = buildSchema(`
    type Query { f(
      plain: Role = ADMIN
      listed: [[Role!]] = [[ADMIN], READER]
      single: [Role] = ADMIN
      given: Wish = { role: READER }
      empty: Wish = {}
      deep: Outer = {}
      null: Wish = null
      none: Wish
      text: String = "ADMIN"
    ): Int }
    enum Role { READER ADMIN }
    input Wish { role: Role = ADMIN, note: String }
    input Outer { wishes: [Wish!] = [{ note: "n" }] }
  `);
  const args = schema.getQueryType()!.getFields()['f']!.args;

  it.each([
    ['plain', ['Role.ADMIN']],
    ['listed', ['Role.ADMIN', 'Role.READER']],
    ['single', ['Role.ADMIN']],
    ['given', ['Wish.role', 'Role.READER']],
    ['empty', ['Wish.role', 'Role.ADMIN']],
    ['deep', ['Outer.wishes', 'Wish.role', 'Role.ADMIN', 'Wish.note']],
    ['null', []],
    ['none', []],
    ['text', []],
  ])('supplies by `%s` what is written and what is left out there', (name, expected) => {
    expect(named(args.find((one) => one.name === name)!).sort()).toEqual([...expected].sort());
  });
});

describe('a default in the form that resolvers get', () => {
  const wish = new GraphQLInputObjectType({ name: 'Wish', fields: { role: { type: role } } });

  it.each([
    ['an enum value by what it stands for', role, 9, ['Role.ADMIN']],
    ['a list', new GraphQLList(role), [0, 9], ['Role.READER', 'Role.ADMIN']],
    ['a set', new GraphQLList(role), new Set([9]), ['Role.ADMIN']],
    ['an input object', wish, { role: 9 }, ['Wish.role', 'Role.ADMIN']],
    ['an input object that is not complete', wish, {}, []],
    ['what no enum value stands for, as any of them', role, 'ADMIN', ['Role.READER', 'Role.ADMIN']],
    ['null', role, null, []],
  ])('names %s', (_, type, defaultValue, expected) => {
    expect(named(argument({ type, defaultValue }))).toEqual(expected);
  });
});

describe.runIf(isGraphql17)('a default in the form in which clients send it', () => {
  const wish = new GraphQLInputObjectType({
    name: 'Wish',
    fields: { role: { type: role, default: { value: 'ADMIN' } } as { type: GraphQLEnumType } },
  });
  const loop: GraphQLInputObjectType = new GraphQLInputObjectType({
    name: 'Loop',
    fields: () => ({ again: { type: loop, default: { value: {} } } as { type: GraphQLInputType } }),
  });

  it.each([
    ['an enum value by its name', role, { value: 'ADMIN' }, ['Role.ADMIN']],
    ['a single value for a list', new GraphQLList(role), { value: 'ADMIN' }, ['Role.ADMIN']],
    ['a set', new GraphQLList(role), { value: new Set(['ADMIN']) }, ['Role.ADMIN']],
    ['what is left out', wish, { value: {} }, ['Wish.role', 'Role.ADMIN']],
    ['what is given', wish, { value: { role: 'READER' } }, ['Wish.role', 'Role.READER']],
    ['the value beside an empty literal', role, { literal: undefined, value: 'ADMIN' }, ['Role.ADMIN']],
    ['a circle to its end', loop, { value: {} }, ['Loop.again', 'Loop.again']],
  ])('names %s', (_, type, written, expected) => {
    expect(named(argument({ type, default: written }))).toEqual(expected);
  });

  it.each([[{}], [null], [{ literal: 'ADMIN' }], ['ADMIN']])('stops the start where it is %j', (written) => {
    const f = { type: GraphQLString, args: { a: { type: role, default: written } } };
    const query = new GraphQLObjectType({ name: 'Query', fields: { f } });
    expect(() => requireReadableDefaults(new GraphQLSchema({ query }))).toThrow(
      'the default of `a` is kept in a way that is not known',
    );
  });
});
