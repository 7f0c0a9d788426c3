import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import {
  execute,
  type FieldNode,
  type FragmentDefinitionNode,
  getIntrospectionQuery,
  Kind,
  parse,
  validate,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { createAmbit } from '../create.ts';
import { loadPermissions, loadRules } from '../load.ts';
import { introspectionAnswer } from './answers.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const forge = createAmbit({
  schema: readFileSync(`${root}examples/forge/schema.graphql`, 'utf8'),
  rules: await loadRules(`${root}examples/forge/rules.yml`),
  permissions: await loadPermissions(`${root}examples/forge/catalog`),
});

/** The answer of graphql-js to the first field of an operation, and ours. */
function both(text: string, grants: object, variables: Record<string, unknown> = {}): [unknown, unknown] {
  const schema = forge.mask(grants);
  const document = parse(text);
  const problems = validate(schema, document).map(({ message }) => message);
  fc.pre(!problems.includes('Maximum introspection depth exceeded'));
  expect(problems).toEqual([]);
  const result = execute({ schema, document, variableValues: variables });
  if (result instanceof Promise) throw new Error('introspection is synchronous');
  expect(result.errors).toBeUndefined();
  const fragments = new Map<string, FragmentDefinitionNode>();
  let nodes: FieldNode[] = [];
  for (const one of document.definitions) {
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
    if (one.kind === Kind.OPERATION_DEFINITION) nodes = one.selectionSet.selections as unknown as FieldNode[];
  }
  const [first] = nodes;
  const key = first?.alias?.value ?? first?.name.value ?? '';
  const ours = introspectionAnswer(schema, nodes, fragments, {
    coerced: { yes: true, no: false, ...variables },
  });
  return [JSON.stringify(ours), JSON.stringify(result.data?.[key])];
}

const grants = fc.record({
  scopes: fc.subarray(['api', 'read_api', 'api:graphql:mutate:createNote'], { maxLength: 1 }),
  granular: fc.array(
    fc.record({
      permissions: fc.subarray([...forge.policy.catalog.assignables.keys()], { maxLength: 6 }),
      boundary: fc.constant({ group: 'acme' }),
    }),
    { maxLength: 2 },
  ),
});

const deprecated = fc.constantFrom(
  '',
  '(includeDeprecated: true)',
  '(includeDeprecated: $yes)',
  '(includeDeprecated: $no)',
);
const condition = fc.constantFrom(
  '',
  '',
  ' @skip(if: $no)',
  ' @include(if: $no)',
  ' @skip(if: false) @include(if: $yes)',
);
const leaf = fc.constantFrom('name', 'description', '__typename', 'a: name', '__proto__: name');

/** A random selection on one type of introspection. */
const selections = fc.letrec<Record<'type' | 'field' | 'input' | 'value', string>>((tie) => {
  const set = (one: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.array(fc.tuple(one, condition), { minLength: 1, maxLength: 4 }).map((all) => {
      const parts = new Map(
        all.map(([text, when]) => [text.split(/[({: ]/)[0], when === '' ? text : `... ${when} { ${text} }`]),
      );
      return `__typename ${[...parts.values()].join(' ')}`;
    });
  const below = (field: fc.Arbitrary<string>, of: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.tuple(field, of).map(([text, inner]) => `${text} { ${inner} }`);
  const with_ = (name: string): fc.Arbitrary<string> => deprecated.map((args) => `${name}${args}`);
  const named = fc.constantFrom('ofType', 'interfaces', 'possibleTypes');
  return {
    type: set(
      fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.constantFrom('kind', 'specifiedByURL', 'isOneOf'),
        below(named, tie('type')),
        below(with_('fields'), tie('field')),
        below(with_('inputFields'), tie('input')),
        below(with_('enumValues'), tie('value')),
      ),
    ),
    field: set(
      fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.constant('isDeprecated'),
        below(fc.constant('type'), tie('type')),
        below(with_('args'), tie('input')),
      ),
    ),
    input: set(
      fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.constant('defaultValue'),
        below(fc.constant('type'), tie('type')),
      ),
    ),
    value: set(fc.oneof(leaf, fc.constantFrom('isDeprecated', 'deprecationReason'))),
  };
});

describe('introspection read from a mask', () => {
  it.each([
    undefined,
    {
      specifiedByUrl: true,
      inputValueDeprecation: true,
      schemaDescription: true,
      directiveIsRepeatable: true,
    },
  ])("is graphql's own answer to the introspection query (%j)", (options) => {
    for (const one of [{}, { scopes: ['api'] }, { scopes: ['read_api'] }]) {
      const [ours, theirs] = both(getIntrospectionQuery(options), one);
      expect(ours).toEqual(theirs);
    }
  });

  it("is graphql's own answer to any selection", () => {
    fc.assert(
      fc.property(
        selections.type,
        grants,
        fc.constantFrom('Query', 'Issue', 'Node', 'IssueState', 'Nothing'),
        (selection, held, name) => {
          const definitions = ['$yes: Boolean = true', '$no: Boolean = false', '$name: String!']
            .filter((one) => new RegExp(`\\${one.split(':')[0]}\\b`).test(`${selection} $name`))
            .join(', ');
          const [ours, theirs] = both(
            `query (${definitions}) { t: __type(name: $name) { ...F ... on __Type { ...F } } } fragment F on __Type { ${selection} }`,
            held,
            { name },
          );
          expect(ours).toEqual(theirs);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('stands beside data, under any name and in any fragment, without a hidden name', async () => {
    const rootValue = { motd: 'x' };
    const document =
      '{ ...A ... { b: __schema { queryType { name } } } __typename } fragment A on Query { ...B } fragment B on Query { a: __schema { types { name } } user: __type(name: "User") { name } }';
    const result = await forge.execute({ document, grants: {}, rootValue });
    expect(result.errors).toBeUndefined();
    expect(result.data?.['user']).toBeNull();
    expect(JSON.stringify(result.data)).not.toContain('"Issue"');
    expect(result.data).toMatchObject({ b: { queryType: { name: 'Query' } } });
  });
});
