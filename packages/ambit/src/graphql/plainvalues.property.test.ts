import fc from 'fast-check';
import { buildSchema, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { isGraphql17 } from './major.ts';
import { PlainVariables } from './plainvalues.ts';
import { coercedVariables } from './values.ts';

const schema = buildSchema(`
  scalar Day
  enum Colour { RED GREEN }
  input Filter { text: String, id: ID!, most: Int, share: Float, on: Boolean!, tags: [String!], inner: Filter, day: Day, colour: Colour, first: Int = 10 }
  input Plain { text: String, id: ID!, tags: [[Int!]], inner: Plain }
  input One @oneOf { a: String, b: Int }
  type Query { a: Int }
`);

const types = [
  'String',
  'ID!',
  'Int',
  'Float!',
  'Boolean',
  '[Int!]!',
  '[[String]]',
  'Filter',
  'Plain!',
  '[Plain]',
  'One',
  'Day',
  'Colour',
];

function operationOf(type: string): OperationDefinitionNode {
  const [operation] = parse(`query ($v: ${type}) { a }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('this is an operation');
  return operation;
}

const leaf = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined, 2 ** 31, -(2 ** 31), 2 ** 53, -0, 'RED', '1'),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof({ depthSize: 'small' }, leaf, tie('list'), tie('object')),
  list: fc.array(tie('any'), { maxLength: 3 }),
  object: fc.dictionary(
    fc.constantFrom('text', 'id', 'most', 'share', 'on', 'tags', 'inner', 'a', 'b', '__proto__', 'other'),
    tie('any'),
    { maxKeys: 4 },
  ),
})).any;
const fitting = fc.record(
  { text: fc.string(), id: fc.string(), tags: fc.constant([[1, 2]]) },
  { requiredKeys: ['id'] },
);

describe('variables that are taken as they are', () => {
  it('are what graphql-js makes of them, and never something that it refuses', () => {
    let plain = 0;
    const variables = new PlainVariables(schema);
    const operations = new Map(types.map((type) => [type, operationOf(type)]));
    fc.assert(
      fc.property(
        fc.constantFrom(...types),
        fc.oneof(value, fitting),
        fc.boolean(),
        (type, given, isSent) => {
          const operation = operations.get(type) ?? operationOf(type);
          const raw = isSent ? { v: given } : {};
          const ours = variables.of(operation, raw);
          if (ours === undefined) return;
          plain += 1;
          const theirs = coercedVariables(schema, operation.variableDefinitions ?? [], raw);
          if (!('coerced' in theirs))
            throw new Error(`graphql-js refuses ${JSON.stringify(raw)} for ${type}`);
          expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs.coerced));
          expect(ours).toEqual({ ...theirs.coerced });
        },
      ),
      { numRuns: 5_000 },
    );
    expect(plain > 500).toBe(!isGraphql17);
  });

  it('may be nested deeper than there is room for', () => {
    let deep: object = { id: 'x' };
    for (let level = 0; level < 50_000; level++) deep = { id: 'x', inner: deep };
    expect(new PlainVariables(schema).of(operationOf('Plain'), { v: deep })).toBeUndefined();
  });
});
