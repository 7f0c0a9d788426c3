import { describe, expect, it } from 'vitest';
import { createAmbit } from '../create.ts';
import type { Grants } from '../types.ts';
import type { NarrowRequest } from './narrowed.ts';

const schema = `
  type Query {
    wiki(at: ID!): String @requiresPermissions(permissions: ["read_wiki"], boundaryType: "project", boundaryArgument: "at")
    settings: String @requiresPermissions(permissions: ["read_setting"], boundaryType: "instance")
    reading: String @requiresScopes(scopes: [["read_api"]])
    motd: String @public
  }
`;
const boundaries = { group: { parent: 'group' }, project: { parent: 'group' } };
const now = () => Date.parse('2030-01-01');
const ambit = createAmbit({
  schema: schema.replace('@requiresScopes(scopes: [["read_api"]])', '@public'),
  boundaries,
  now,
});
const acme = { group: 'acme' };
const web = { project: 'acme/web' };
const wiki = (boundary: NonNullable<Grants['granular']>[number]['boundary']): NarrowRequest => ({
  granular: [{ permissions: ['read_wiki'], boundary }],
});

describe('what is covered', () => {
  it.each<[string, Grants, NarrowRequest]>([
    ['a scope by itself', { scopes: ['repo:read'] }, { scopes: ['repo:read'] }],
    ['read_api by api', { scopes: ['api'] }, { scopes: ['read_api'] }],
    ['a narrow scope by a star', { scopes: ['api:graphql:query:*'] }, { scopes: ['api:graphql:query:wiki'] }],
    [
      'narrow scopes by api',
      { scopes: ['api'] },
      { scopes: ['api:graphql:query:wiki', 'api:graphql:mutate:*'] },
    ],
    ['a narrow scope by read_api', { scopes: ['read_api'] }, { scopes: ['api:graphql:subscribe:x'] }],
    ['a place by one above it', { granular: [{ permissions: ['read_wiki'], boundary: acme }] }, wiki(web)],
    ['a place by api', { scopes: ['api'] }, wiki(acme)],
    ['instance by api', { scopes: ['api'] }, wiki('instance')],
    ['a membership by the same word', wiki('personal'), wiki('personal')],
    ['policies and roles by name', { policies: ['p'], roles: ['r'] }, { policies: ['p'], roles: ['r'] }],
  ])('is %s', (_, parent, request) => {
    expect(ambit.narrow(parent, request)).toEqual({ grants: request, refused: [] });
    expect(ambit.covers(parent, request)).toBe(true);
  });

  it.each<[string, Grants, NarrowRequest, string]>([
    [
      'a scope by one that begins like it',
      { scopes: ['repo'] },
      { scopes: ['repo:read'] },
      'this token does not hold it',
    ],
    ['any scope by api', { scopes: ['api'] }, { scopes: ['repo:read'] }, 'this token does not hold it'],
    ['api by read_api', { scopes: ['read_api'] }, { scopes: ['api'] }, 'this token does not hold it'],
    [
      'a mutation by read_api',
      { scopes: ['read_api'] },
      { scopes: ['api:graphql:mutate:x'] },
      'this token does not hold it',
    ],
    [
      'a star by what it stands for',
      { scopes: ['api:graphql:query:a', 'api:graphql:query:b'] },
      { scopes: ['api:graphql:query:*'] },
      'this token does not hold it',
    ],
    ['a grant by read_api', { scopes: ['read_api'] }, wiki(web), 'this token does not hold it'],
    ['a place by one below it', wiki(web), wiki(acme), 'this token does not hold it'],
    [
      'a place by a place with a name that begins like it',
      wiki({ group: 'ac' }),
      wiki(acme),
      'this token does not hold it',
    ],
    ['a membership by a place', wiki(acme), wiki('all_memberships'), 'this token does not hold it'],
    ['a membership by api', { scopes: ['api'] }, wiki('personal'), 'this token does not hold it'],
    ['user by instance', wiki('instance'), wiki('user'), 'this token does not hold it'],
    ['what is no place', { scopes: ['api'] }, wiki({ planet: 'mars' }), 'it names no place'],
    ['a policy of another name', { policies: ['p'] }, { policies: ['q'] }, 'this token does not hold it'],
    [
      'a scope that a caveat does not leave',
      { scopes: ['a', 'b'], caveats: [{ scopes: ['b'] }] },
      { scopes: ['a'] },
      'this token was narrowed to other scopes',
    ],
    [
      'an operation that a caveat does not leave',
      { scopes: ['api'], caveats: [{ operations: ['query:motd'] }] },
      { scopes: ['api:graphql:query:wiki'] },
      'this token was narrowed to other operations',
    ],
    [
      'a place that a caveat does not leave',
      { scopes: ['api'], caveats: [{ boundaries: [web] }] },
      wiki(acme),
      'this token does not hold it',
    ],
    [
      'a permission where only scopes are left',
      { scopes: ['api'], caveats: [{ scopes: ['api'] }] },
      wiki(web),
      'this token was narrowed to other permissions, places or scopes',
    ],
    [
      'anything of what has expired',
      { scopes: ['a'], expires: '2029-12-31' },
      { scopes: ['a'] },
      'this token has expired',
    ],
    [
      'anything of what a caveat has ended',
      { scopes: ['a'], caveats: [{ expires: '2030-01-01' }] },
      { scopes: ['a'] },
      'this token has expired',
    ],
  ])('is not %s', (_, parent, request, why) => {
    const { grants, refused } = ambit.narrow(parent, request);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.message).toMatch(new RegExp(`is not covered: ${why}$`));
    expect([grants.scopes, grants.granular, grants.policies]).toEqual([undefined, undefined, undefined]);
    expect(ambit.covers(parent, { ...request, caveats: parent.caveats ?? [] })).toBe(false);
  }); // prettier-ignore

  it('is told part by part', () => {
    const parent = { scopes: ['a'], ...wiki(web) };
    const request = {
      scopes: ['a', 'b'],
      granular: [{ permissions: ['read_wiki', 'read_key'], boundary: web }],
    };
    expect(ambit.narrow(parent, request)).toEqual({
      grants: { scopes: ['a'], granular: [{ permissions: ['read_wiki'], boundary: web }] },
      refused: [
        { scope: 'b', message: 'the scope `b` is not covered: this token does not hold it' },
        {
          permission: 'read_key',
          boundary: web,
          message:
            'the permission `read_key` in the project `acme/web` is not covered: this token does not hold it',
        },
      ],
    });
  });
});

it('does not hand on a scope that a rule asks for and that the token only carries', () => {
  const strict = createAmbit({ schema, boundaries, now });
  const { grants, refused } = strict.narrow({ scopes: ['api'] }, { scopes: ['read_api'] });
  expect([grants, refused.map(({ message }) => message)]).toEqual([
    {},
    ['the scope `read_api` is not covered: a rule asks for this very scope, which this token does not hold'],
  ]);
});

it('hands on of a coarse scope only what passes where granular tokens are required', () => {
  const confined = createAmbit({ schema, boundaries, now, granularOnly: [web] });
  const asked = (request: NarrowRequest) => confined.narrow({ scopes: ['api'] }, request).refused.length;
  expect(asked({ scopes: ['api:graphql:query:wiki'] })).toBe(1);
  expect([asked(wiki(web)), asked(wiki(acme)), asked(wiki('instance'))]).toEqual([1, 1, 1]);
  expect([asked(wiki({ project: 'acme/api' })), asked(wiki({ group: 'beta' }))]).toEqual([0, 0]);
});

it('keeps who it is, what narrows it, and the earlier end', () => {
  const parent: Grants = {
    subject: 'ada',
    client: 'c',
    authenticated: true,
    scopes: ['a'],
    policies: ['p'],
    expires: '2031-01-01',
    caveats: [{ address: ['10.0.0.0/8'] }, { label: 'x' }],
  }; // prettier-ignore
  const who = { subject: 'ada', client: 'c', authenticated: true };
  const request = { scopes: ['a'], expires: '2030-06-01', caveats: [{ readOnly: true as const }] };
  expect(ambit.narrow(parent, request).grants).toEqual({
    ...who,
    scopes: ['a'],
    expires: '2030-06-01',
    caveats: [...(parent.caveats ?? []), { readOnly: true }],
  });
  expect(ambit.narrow(parent, { expires: '2032-01-01' }).grants.expires).toBe('2031-01-01');
  expect(ambit.covers(parent, { ...parent, caveats: [] })).toBe(false);
  expect(ambit.covers(parent, { ...parent, expires: '2031-01-02' })).toBe(false);
  expect(ambit.covers(parent, { ...parent, subject: 'bob' })).toBe(false);
  expect(ambit.covers(parent, parent)).toBe(true);
});

it('is barred where the token is', () => {
  const { grants, refused } = ambit.narrow({ scopes: ['a'], caveats: [{}] }, { scopes: ['a'], roles: ['r'] });
  expect(refused).toHaveLength(2);
  expect(ambit.decide({ document: '{ motd }', grants }).outcome).toBe('rejected');
});

it.each([
  [
    'a key that says who asks',
    { subject: 'eve' },
    '`subject` is no known key of a request for narrower grants',
  ],
  ['a caveat that is not understood', { caveats: [{}] }, 'a caveat that says nothing leaves nothing'],
  ['a wrong type', { scopes: 'a' }, '`scopes` has to be a list of strings'],
  ['nothing at all', null, 'the request has to be a mapping; found null'],
])('refuses %s with BAD_GRANTS', (_, request, message) => {
  expect(() => ambit.narrow({ scopes: ['a'] }, request as NarrowRequest)).toThrow(message);
});
