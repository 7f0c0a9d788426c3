import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import {
  type GraphQLArgument,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getIntrospectionQuery,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  parse,
  printSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { createAmbit } from '../create.ts';
import { loadPermissions, loadRules } from '../load.ts';
import type { Caveat, Grants } from '../types.ts';
import { Masks } from './masks.ts';
import { Questions } from './questions.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const forge = createAmbit({
  schema: readFileSync(`${root}examples/forge/schema.graphql`, 'utf8'),
  rules: await loadRules(`${root}examples/forge/rules.yml`),
  permissions: await loadPermissions(`${root}examples/forge/catalog`),
});

const caveat: fc.Arbitrary<Caveat> = fc.record(
  {
    operations: fc.subarray(['query:*', 'mutate:createNote', 'query:projects', 'mutate:*'], { minLength: 1 }),
    permissions: fc.subarray([...forge.policy.catalog.assignables.keys()], { minLength: 1 }),
    scopes: fc.subarray(['api', 'read_api', 'api:graphql:query:projects', 'else'], { minLength: 1 }),
    boundaries: fc.subarray(
      ['instance' as const, 'user' as const, { project: 'acme/web' }, { group: 'acme' }],
      {
        minLength: 1,
      },
    ),
    readOnly: fc.constant(true as const),
    label: fc.constant('x'),
  },
  { requiredKeys: ['label'] },
);
const grants: fc.Arbitrary<Grants> = fc.record({
  caveats: fc.oneof(
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 3, arbitrary: fc.array(caveat, { minLength: 1, maxLength: 2 }) },
  ),
  subject: fc.constantFrom('me', 'you'),
  scopes: fc.uniqueArray(
    fc.constantFrom('api', 'read_api', 'api:graphql:query:projects', 'api:graphql:mutate:createNote', 'else'),
    { maxLength: 2 },
  ),
  granular: fc.array(
    fc.record({
      permissions: fc.subarray([...forge.policy.catalog.assignables.keys()], { maxLength: 5 }),
      boundary: fc.constantFrom<'instance' | 'user' | Record<string, string>>(
        'instance',
        'user',
        { project: 'acme/web' },
        { project: 'acme/api' },
        { group: 'acme' },
      ),
    }),
    { maxLength: 3 },
  ),
});

/** Everything that roots and directives lead to. */
function reachable(schema: GraphQLSchema): ReadonlySet<string> {
  const found = new Map<string, GraphQLNamedType>();
  const add = (type: GraphQLNamedType | null | undefined): void => {
    if (type) found.set(type.name, type);
  };
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()])
    add(type);
  for (const { args } of schema.getDirectives()) for (const { type } of args) add(getNamedType(type));
  for (const type of found.values()) {
    if (isUnionType(type) || isInterfaceType(type)) for (const one of schema.getPossibleTypes(type)) add(one);
    if (isObjectType(type) || isInterfaceType(type)) for (const one of type.getInterfaces()) add(one);
    if (!('getFields' in type)) continue;
    for (const field of Object.values(type.getFields())) {
      add(getNamedType(field.type as GraphQLType) as GraphQLNamedType);
      for (const arg of 'args' in field ? (field.args as readonly GraphQLArgument[]) : [])
        add(getNamedType(arg.type));
    }
  }
  return new Set(found.keys());
}

describe('masks of one policy', () => {
  it('are one and the same object exactly where the same is seen', () => {
    fc.assert(
      fc.property(grants, grants, (some, others) => {
        const [a, b] = [forge.mask(some), forge.mask(others)];
        expect(a === b).toBe(printSchema(a) === printSchema(b));
        expect(forge.mask(some)).toBe(a);
      }),
      { numRuns: 200 },
    );
  });

  it('do not depend on who asked before', () => {
    // These see the same, and are led to it in different orders.
    const granular = [{ permissions: ['read_project'], boundary: { project: 'acme/api' } }];
    const led: Grants[] = [
      { subject: 'me', scopes: ['api:graphql:query:projects', 'api:graphql:mutate:createNote'], granular },
      { subject: 'me', scopes: ['api:graphql:mutate:createNote'], granular },
    ].map((one) => ({ caveats: [], ...one }));
    fc.assert(
      fc.property(fc.array(grants, { minLength: 2, maxLength: 8 }), (several) => {
        const shared = new Masks(forge.policy);
        const warm = several.map((one) => printSchema(shared.of(forge.stages.rights(one))));
        const cold = several.map((one) => printSchema(new Masks(forge.policy).of(forge.stages.rights(one))));
        expect(warm).toEqual(cold);
      }),
      { numRuns: 40, examples: [[led]] },
    );
  });

  it('have other answers wherever something else is seen', () => {
    const questions = new Questions(forge.policy);
    fc.assert(
      fc.property(grants, grants, (some, others) => {
        if (printSchema(forge.mask(some)) === printSchema(forge.mask(others))) return;
        expect(questions.answers(forge.stages.rights(some))).not.toBe(
          questions.answers(forge.stages.rights(others)),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('list no type that nothing leads to', () => {
    fc.assert(
      fc.property(grants, (one) => {
        const mask = forge.mask(one);
        const listed = Object.values(mask.getTypeMap()).filter(
          ({ name }) => !/^(__|(String|Boolean|ID|Int|Float)$)/.test(name),
        );
        const led = reachable(mask);
        expect(listed.map(({ name }) => name).filter((name) => !led.has(name))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('are kept in a bounded number, whatever many credentials there are', () => {
    const fields = Array.from(
      { length: 14 },
      (_, index) => `f${index}: Int @requiresScopes(scopes: [["s${index}"]])`,
    );
    const engine = createAmbit({ schema: `type Query { ${fields.join(' ')} }` });
    const masks = new Masks(engine.policy);
    for (let number = 0; number < 10_000; number += 1) {
      const scopes = fields.flatMap((_, index) => ((number >> index) & 1 ? [`s${index}`] : []));
      const mask = masks.of(engine.stages.rights({ scopes }));
      const names = Object.keys(mask.getQueryType()?.getFields() ?? {});
      expect(names).toEqual(scopes.length > 0 ? scopes.map((scope) => scope.replace('s', 'f')) : ['_ambit']);
    }
    expect(masks.size).toBeLessThanOrEqual(64);
  });

  it('leave a syntax tree that was handed in as it was', async () => {
    const document = parse(
      `{ __typename project(fullPath: "acme/web") { name } ...S } fragment S on Query { __schema { types { name } } }`,
    );
    const before = JSON.stringify(document);
    const freeze = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
      Object.freeze(value);
      for (const one of Object.values(value)) freeze(one);
    };
    freeze(document);
    for (const effect of ['filter', 'reject', 'hide'] as const)
      await forge.execute({ document, grants: {}, effect });
    expect(JSON.stringify(document)).toBe(before);
  });
});

describe('descriptions in a mask', () => {
  const schema = `
    "Holds \`secret\` things and a note."
    type Query {
      "See Vault for more." a: Int @public
      "Use topSecret, or hide." b: Int @public @deprecated(reason: "Use Query.secret instead.")
      "A secret garden; visible: a, \`b\`." c("About Vault" x: Int, "Plain" y: Stamp): Int @public
      secret: Vault @requiresScopes(scopes: [["s"]])
      topSecret: Int @requiresScopes(scopes: [["s"]])
    }
    "Made of Vault parts" scalar Stamp
    type Vault @requiresScopes(scopes: [["s"]]) { note: String }
  `;
  const engine = createAmbit({ schema });

  it('mention nothing that is hidden', async () => {
    const text = JSON.stringify(
      await engine.execute({ document: getIntrospectionQuery({ schemaDescription: true }), grants: {} }),
    );
    expect(text.match(/Vault|topSecret|`secret`|Query\.secret/g)).toBeNull();
    const fields = engine.mask({}).getQueryType()?.getFields();
    expect(fields?.['b']?.deprecationReason).toBe('No longer supported');
    expect(fields?.['c']?.description).toBe('A secret garden; visible: a, `b`.');
    expect(fields?.['c']?.args.map(({ description }) => description ?? null)).toEqual([null, 'Plain']);
  });

  it('are whole for whoever sees everything', () => {
    const fields = engine
      .mask({ scopes: ['s'] })
      .getQueryType()
      ?.getFields();
    expect(fields?.['b']?.deprecationReason).toBe('Use Query.secret instead.');
    expect(engine.mask({ scopes: ['s'] }).getType('Stamp')?.description).toBe('Made of Vault parts');
    expect(engine.policy.schema.getType('Stamp')?.description).toBe('Made of Vault parts');
  });
});
