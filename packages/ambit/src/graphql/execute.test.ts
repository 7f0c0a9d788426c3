import { createAmbit, type Grants } from 'ambit';
import {
  type DocumentNode,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  parse,
  specifiedDirectives,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { executeWhole, executeWholeSync } from './execute.ts';
import { isGraphql17 } from './major.ts';
import { outputValue } from './values.ts';

const INCREMENTAL = `
  directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  directive @stream(if: Boolean! = true, initialCount: Int! = 0, label: String) on FIELD`;

describe('a schema that knows @defer and @stream', () => {
  const ambit = createAmbit({
    schema: `${INCREMENTAL} type Query { many: [Int!] @public, one: Int @public, two: Int @requiresScopes(scopes: [["two"]]) }`,
  });
  const rootValue = { many: [1, 2], one: 1, two: 2 };
  const execute = async (document: string, grants: Grants = {}): Promise<object> =>
    ambit.execute({ document, rootValue, grants });

  it('executes what uses neither', async () => {
    expect(await execute('{ one }')).toEqual({ data: { one: 1 } });
  });

  it('puts nothing off', async () => {
    expect(await execute('{ ... @defer { one } many @stream(initialCount: 1) }')).toEqual({
      data: { one: 1, many: [1, 2] },
    });
  });

  it('denies in a deferred part as anywhere else', async () => {
    expect(await execute('{ one ... @defer { two } }')).toMatchObject({ data: { one: 1, two: null } });
    expect(await execute('{ one ... @defer { two } }', { scopes: ['two'] })).toEqual({
      data: { one: 1, two: 2 },
    });
  });

  it('introspects with a deferred part', async () => {
    expect(await execute('{ __schema { ... @defer { queryType { name } } } }')).toEqual({
      data: { __schema: { queryType: { name: 'Query' } } },
    });
  });

  it('tells what is wrong with variables', async () => {
    const schema = ambit.policy.schema;
    const document = parse('query ($x: Boolean!) { one @skip(if: $x) }');
    expect(await executeWhole({ schema, document })).toMatchObject({ errors: [{}] });
    expect(executeWholeSync({ schema, document })).toMatchObject({ errors: [{}] });
  });
});

describe('a fragment with variables of its own', () => {
  const ambit = createAmbit({
    schema: 'type Query { one: Int @public, two: Int @requiresScopes(scopes: [["two"]]) }',
  });
  const text = `query ($x: Boolean = true) { one ...F(x: false) } fragment F($x: Boolean) on Query { two @skip(if: $x) }`;
  const options = { allowLegacyFragmentVariables: true, experimentalFragmentArguments: true };

  /** graphql 16 has no syntax for the arguments of a spread. */
  const documents: DocumentNode[] = [
    parse(isGraphql17 ? text : text.replace('(x: false)', ''), options),
    parse('{ ...F } fragment F($x: Boolean) on Query { one }', options),
  ];

  it.each(documents.map((document) => [document]))('is not carried', async (document) => {
    const result = await ambit.execute({
      document,
      rootValue: { one: 1, two: 2 },
      grants: { scopes: ['two'] },
    });
    expect(result).toMatchObject({ errors: [{ message: 'fragments with variables are not carried' }] });
    expect(result.data).toBeUndefined();
  });
});

describe('a leaf', () => {
  it('is put out as executions do it', () => {
    const config = {
      name: 'Odd',
      serialize: (value: unknown) => `s${value}`,
      coerceOutputValue: (value: unknown) => `c${value}`,
    };
    const odd = new GraphQLScalarType(config);
    const query = new GraphQLObjectType({ name: 'Query', fields: { odd: { type: odd, resolve: () => 1 } } });
    const schema = new GraphQLSchema({ query, directives: [...specifiedDirectives] });
    const { data } = executeWholeSync({ schema, document: parse('{ odd }') });
    expect(data?.['odd']).toBe(outputValue(odd, 1));
  });
});
