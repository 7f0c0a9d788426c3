import { expect, test } from 'vitest';
import { createAmbit } from '../create.ts';
import { AmbitError } from '../errors.ts';

/** Directives of linked specifications are rules under every name that a schema can give them. */

const FEDERATION = 'https://specs.apollo.dev/federation/v2.9';

function denied(schema: string): string[] {
  const ambit = createAmbit({ schema, coverage: 'open' });
  return ambit.decide({ document: '{ open shut }', grants: {} }).denied.map(({ path }) => path.join('.'));
}

function refused(schema: string): string {
  try {
    createAmbit({ schema, coverage: 'open' });
  } catch (error) {
    if (error instanceof AmbitError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'not refused';
}

const query = (rule: string): string => `type Query { open: String shut: String ${rule} }`;

test.each([
  ['imported', `@link(url: "${FEDERATION}", import: ["@authenticated"])`, '@authenticated'],
  [
    'imported under another name',
    `@link(url: "${FEDERATION}", import: [{ name: "@authenticated", as: "@signedIn" }])`,
    '@signedIn',
  ],
  [
    'called like a directive that is not read',
    `@link(url: "${FEDERATION}", import: [{ name: "@authenticated", as: "@auth" }])`,
    '@auth',
  ],
  [
    'one import among others',
    `@link(url: "${FEDERATION}", import: ["@key", "FieldSet", { name: "@policy", as: "@p" }])`,
    '@p(policies: [["p"]])',
  ],
  [
    'not imported, so in its namespace',
    `@link(url: "${FEDERATION}")`,
    '@federation__requiresScopes(scopes: [["s"]])',
  ],
  [
    'in a namespace of another name',
    `@link(url: "${FEDERATION}", as: "fed")`,
    '@fed__requiresScopes(scopes: [["s"]])',
  ],
  [
    'linked twice, the second time under another name',
    `@link(url: "${FEDERATION}", import: ["@authenticated"]) @link(url: "${FEDERATION}", import: [{ name: "@authenticated", as: "@in" }])`,
    '@in',
  ],
  [
    'a specification of its own',
    '@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)',
    '@requiresScopes(scopes: [["s"]])',
  ],
  [
    'a specification of its own under another name',
    '@link(url: "https://specs.apollo.dev/authenticated/v0.1", as: "in", for: SECURITY)',
    '@in',
  ],
  [
    'linked by a directive of another name',
    `@use(url: "https://specs.apollo.dev/link/v1.0", as: "use") @use(url: "${FEDERATION}", import: [{ name: "@authenticated", as: "@in" }])`,
    '@in',
  ],
  [
    'kept from clients altogether',
    '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)',
    '@inaccessible',
  ],
])('a rule is read that is %s', (_, links, rule) => {
  expect(denied(`extend schema ${links} ${query(rule)}`)).toEqual(['shut']);
  expect(denied(`schema ${links} { query: Query } ${query(rule)}`)).toEqual(['shut']);
});

test('what else a linked specification has may stay undefined, and says nothing', () => {
  const link = `extend schema @link(url: "${FEDERATION}", import: ["@key"])`;
  const schema = `${link} type Query @federation__shareable { open: String shut: Thing } type Thing @key(fields: "id") { id: ID }`;
  const ambit = createAmbit({ schema, coverage: 'open' });
  expect(ambit.decide({ document: '{ open shut { id } }', grants: {} }).outcome).toBe('allowed');
});

test('a link for security that is not understood stops the start', () => {
  const link = '@link(url: "https://example.com/embargo/v1.0", for: SECURITY)';
  expect(refused(`extend schema ${link} ${query('')}`)).toMatch(/^BAD_RULES: .*embargo/);
});

test.each([
  ['imports that are no list', `@link(url: "${FEDERATION}", import: "@authenticated")`],
  ['an import without a name', `@link(url: "${FEDERATION}", import: [{ as: "@in" }])`],
  [
    'an import that turns a directive into a type',
    `@link(url: "${FEDERATION}", import: [{ name: "@authenticated", as: "in" }])`,
  ],
  ['a namespace that is no name', `@link(url: "${FEDERATION}", as: 1)`],
])('%s stop the start', (_, link) => {
  const definitions = 'scalar Any directive @link(url: String!, as: Any, import: Any) repeatable on SCHEMA';
  expect(refused(`${definitions} extend schema ${link} ${query('')}`)).toMatch(/^BAD_RULES/);
});

test('a directive that is linked to nothing stays unknown', () => {
  expect(refused(query('@signedIn'))).toMatch(/^BAD_SCHEMA: .*signedIn/);
});

test('a rule on the schema itself stops the start: it would be a rule of nothing', () => {
  const definition = 'directive @authenticated on SCHEMA | OBJECT';
  expect(refused(`${definition} schema @authenticated { query: Query } ${query('')}`)).toMatch(/^BAD_RULES/);
});

test('a rule on an argument of a directive is asked for where a client supplies it', () => {
  const schema = `directive @fmt(as: String @requiresScopes(scopes: [["format"]])) on FIELD ${query('')}`;
  const ambit = createAmbit({ schema, coverage: 'open' });
  const decide = (document: string) => ambit.decide({ document, grants: {} }).outcome;
  expect(decide('{ open @fmt }')).toBe('allowed');
  expect(decide('{ open @fmt(as: "x") }')).not.toBe('allowed');
});

test('what is kept from clients is denied to coarse tokens too, and is in no mask', () => {
  const link = '@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)';
  const ambit = createAmbit({
    schema: `extend schema ${link} ${query('@inaccessible')}`,
    coverage: 'open',
  });
  const grants = { scopes: ['api'], subject: 'ada' };
  expect(ambit.decide({ document: '{ shut }', grants }).outcome).toBe('rejected');
  expect(Object.keys(ambit.mask(grants).getQueryType()?.getFields() ?? {})).toEqual(['open']);
});
