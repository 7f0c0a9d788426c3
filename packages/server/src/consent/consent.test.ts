import { createAmbit } from 'ambit';
import { describe, expect, it } from 'vitest';

import { formTarget } from '../pages/headers.ts';
import { lasting } from '../pages/lasting.ts';
import { showable } from '../pages/showable.ts';
import { createCookies } from '../pages/visit.ts';
import { describePermission, describeScope } from './describe.ts';
import { consentGroups } from './groups.ts';
import { consented, readConsent } from './read.ts';

const ambit = createAmbit({
  schema: `
    type Query { hello: String @requiresScopes(scopes: [["read"]]) }
    type Mutation {
      "Adds a note to an issue."
      createNote(body: String): String @requiresScopes(scopes: [["write"]])
      """
      Moves an issue.

      Its notes move along.
      """
      moveIssue(id: ID): String @requiresScopes(scopes: [["write"]])
      deleteHTTPHook(id: ID): String @requiresScopes(scopes: [["write"]])
    }
    directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
  `,
  rules: { version: 1, boundaries: { project: {} } },
  permissions: { permissions: ['create_note', { name: 'read_issue', description: 'See issues.' }] },
});

const sources = {
  words: {
    describeScope: (scope: string) => describeScope(ambit, scope),
    describePermission: (name: string) => describePermission(ambit, name),
  },
  scopeDescriptions: { 'crm/search': 'Search customers' },
};

const labelOf = (scope: string): string | undefined =>
  consentGroups(sources, { scopes: [scope], granular: [] })[0]?.items[0]?.label;

describe('a wish in words', () => {
  it.each([
    ['api:graphql:mutate:createNote', 'Adds a note to an issue.'],
    ['api:graphql:mutate:moveIssue', 'Moves an issue.'],
    ['api:graphql:mutate:deleteHTTPHook', 'Delete HTTP hook (mutation deleteHTTPHook)'],
    ['api:graphql:query:hello', 'Hello (query hello)'],
    ['api:graphql:mutate:gone', 'Gone (mutation gone)'],
    ['api:graphql:mutate:toString', 'To string (mutation toString)'],
    ['crm/search', 'Search customers'],
    ['constructor', 'What this API allows for the scope “constructor”'],
    ['tilores/query.search', 'What this API allows for the scope “tilores/query.search”'],
  ])('%s is %j', (scope, label) => {
    expect(labelOf(scope)).toBe(label);
  });

  it('grows where it covers what comes later', () => {
    const scopes = ['api', 'read_api', 'api:graphql:query:*', 'api:graphql:query:hello', 'crm/search'];
    const [group] = consentGroups(sources, { scopes, granular: [] });
    expect(group?.items.map(({ grows }) => grows)).toEqual([true, true, true, false, false]);
  });

  it('stands under its place, once, and no two places are one', () => {
    const groups = consentGroups(sources, {
      scopes: ['crm/search', 'crm/search'],
      granular: [
        { permissions: ['read_issue', 'read_issue'], boundary: { project: 'user' } },
        { permissions: ['read_issue'], boundary: 'user' },
        { permissions: ['create_note', 'read_issue'], boundary: { project: 'user' } },
      ],
    });
    expect(groups.map(({ heading, items }) => [heading, items.map(({ label }) => label)])).toEqual([
      ['Everywhere you have access', ['Search customers']],
      [
        'In the project “user” and what lies below it',
        ['See issues.', 'Create note (permission create_note)'],
      ],
      ['In your own account', ['See issues.']],
    ]);
    expect(new Set(groups.flatMap(({ items }) => items.map(({ value }) => value))).size).toBe(4);
  });
});

describe('a decision', () => {
  const view = {
    groups: consentGroups(sources, {
      scopes: ['crm/search', 'api'],
      granular: [{ permissions: ['read_issue', 'create_note'], boundary: { project: 'acme/web' } }],
    }),
  };
  const values = view.groups.flatMap(({ items }) => items.map(({ value }) => value));
  const sent = (...pairs: [string, string][]): URLSearchParams => new URLSearchParams(pairs);
  const [search = '', , issue = ''] = values;

  it('grants what is shown and ticked, in the order of the page', () => {
    const decision = readConsent(
      sent(['grant', issue], ['grant', search], ['grant', issue], ['decision', 'allow']),
      view,
    );
    expect(decision).toEqual({ decision: 'allow', values: [search, issue] });
    expect(consented([search, issue], view)).toEqual({
      scopes: ['crm/search'],
      granular: [{ permissions: ['read_issue'], boundary: { project: 'acme/web' } }],
    });
  });

  it.each([
    ['nothing ticked', [['decision', 'allow']]],
    [
      'a value that was not shown',
      [
        ['grant', 'scope read_api'],
        ['grant', search],
        ['decision', 'allow'],
      ],
    ],
    [
      'a value but for its case',
      [
        ['grant', search.toUpperCase()],
        ['decision', 'allow'],
      ],
    ],
    ['no decision', [['grant', search]]],
    [
      'an empty decision',
      [
        ['grant', search],
        ['decision', ''],
      ],
    ],
    [
      'the decision twice',
      [
        ['grant', search],
        ['decision', 'allow'],
        ['decision', 'allow'],
      ],
    ],
    [
      'another decision',
      [
        ['grant', search],
        ['decision', 'ALLOW'],
      ],
    ],
  ] as const)('is asked for again with %s', (_, pairs) => {
    expect(readConsent(new URLSearchParams(pairs.map(([name, value]) => [name, value])), view).decision).toBe(
      'again',
    );
  });

  it('is a denial where both were said', () => {
    expect(readConsent(sent(['grant', search], ['decision', 'allow'], ['decision', 'deny']), view)).toEqual({
      decision: 'deny',
    });
  });

  it('cannot be made into a grant of something else', () => {
    expect(() => consented([search, 'scope read_api'], view)).toThrow(RangeError);
  });
});

describe('what pages are made of', () => {
  it.each([
    ['https://app.example.com/cb?x=1', 'https://app.example.com'],
    ['http://127.0.0.1:5000/cb', 'http://127.0.0.1:5000'],
    ['http://[::1]:5000/cb', 'http://[::1]:5000'],
    ['com.example.app:/cb', 'com.example.app:'],
    ['javascript:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['https://a.example; script-src *', undefined],
    ["https://a.example' *", undefined],
    ['nothing', undefined],
  ])('a form may lead to %s by %s', (uri, target) => {
    expect(formTarget(uri)).toBe(target);
  });

  it.each([
    [1, '1 second'],
    [60, '1 minute'],
    [90, '2 minutes'],
    [3_600, '1 hour'],
    [2_592_000, '30 days'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(lasting(seconds)).toBe(words);
  });

  it('a name keeps letters of any script, and pictures', () => {
    for (const name of ['Ünïcode', '日本語アプリ', 'תוכנה', 'नोट्स', 'Notes 📝'])
      expect(showable(name)).toBe(name);
  });

  it('cookies are for https and this host alone where the address is https', () => {
    const { signIn, set } = createCookies(true);
    expect(set(signIn, 'x', 60)).toBe('__Host-ambit=x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure');
    expect(createCookies(false).set('ambit', 'x', 60)).toBe(
      'ambit=x; Path=/; Max-Age=60; HttpOnly; SameSite=Lax',
    );
  });
});
