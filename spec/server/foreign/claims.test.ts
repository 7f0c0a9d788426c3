import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { createAmbit, parseGrants } from 'ambit';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { claimsToGrants, type MappedClaims } from '../../../packages/server/src/foreign/claims.ts';
import { issuersShape } from '../../../packages/server/src/foreign/config.ts';

/** What the claims of another issuer come to. */

interface Case {
  readonly id: string;
  readonly mapping?: object;
  readonly claims: string;
  readonly grants?: object;
  readonly dropped?: number;
  readonly refused?: string;
}

const file = fileURLToPath(new URL('./claims.yml', import.meta.url));
const { cases } = parse(readFileSync(file, 'utf8')) as { cases: readonly Case[] };

function mapped(mapping: object, claims: string, expires?: Date): MappedClaims {
  const [issuer] = issuersShape.parse([{ issuer: 'https://a.example', audience: ['b'], ...mapping }]);
  return claimsToGrants(JSON.parse(claims) as Record<string, unknown>, issuer!.mapping, expires);
}

it.each(cases)('$id', ({ mapping = {}, claims, grants, dropped = 0, refused }) => {
  const result = mapped(mapping, claims);
  expect(result).toEqual(refused === undefined ? { grants, droppedScopes: dropped } : { refused });
  if ('grants' in result) expect(() => parseGrants(result.grants)).not.toThrow();
});

it('no two cases have one id', () => {
  expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
});

it('a token holds nothing from its expiry on', () => {
  const expires = new Date('2027-01-31T12:00:00Z');
  expect(mapped({}, '{}', expires)).toMatchObject({ grants: { expires: '2027-01-31T12:00:00.000Z' } });
});

describe('the configuration refuses', () => {
  const good = { issuer: 'https://login.example', audience: ['a'] };
  it.each([
    ['no audience', { issuer: 'https://login.example' }],
    ['an empty audience', { ...good, audience: [] }],
    ['a shared secret', { ...good, algorithms: ['HS256'] }],
    ['no signature', { ...good, algorithms: ['none'] }],
    ['no algorithms', { ...good, algorithms: [] }],
    ['no types', { ...good, types: [] }],
    ['a clock that is an hour off', { ...good, clockToleranceSeconds: 3_600 }],
    ['http', { ...good, issuer: 'http://login.example' }],
    ['keys over http', { ...good, jwks: 'http://login.example/keys' }],
    ['keys in a file', { ...good, jwks: 'file:///keys' }],
    ['keys behind a credential', { ...good, jwks: 'https://a:b@login.example/keys' }],
    ['an issuer whose keys nobody can find', { ...good, issuer: 'login' }],
    ['a URL as a path', { ...good, claims: { roles: 'https://api.example/roles' } }],
    ['an empty name in a path', { ...good, claims: { roles: 'a..b' } }],
    ['an unknown claim', { ...good, claims: { group: 'a' } }],
    ['a role with an unknown key', { ...good, roles: { A: { scope: ['a'] } } }],
    ['a place without a kind', { ...good, everyone: { granular: [{ permissions: ['p'], boundary: 'x' }] } }],
    [
      'a place of two kinds',
      { ...good, everyone: { granular: [{ permissions: ['p'], boundary: { a: 'b', c: 'd' } }] } },
    ],
    ['no permissions', { ...good, everyone: { granular: [{ permissions: [], boundary: 'user' }] } }],
    ['roles that no claim names', { ...good, roles: { A: { scopes: ['a'] } } }],
    ['references that no claim names', { ...good, references: { A: { scopes: ['a'] } } }],
    ['an unknown option', { ...good, verify: false }],
  ])('%s', (_, options) => {
    expect(issuersShape.safeParse([options]).success).toBe(false);
    expect(issuersShape.safeParse([good]).success).toBe(true);
  });

  it('one issuer twice', () => {
    expect(issuersShape.safeParse([good, good]).success).toBe(false);
  });
});

describe('a wide token', () => {
  const ambit = createAmbit({
    schema: `
      type Query { issues: Int @requiresPermissions(permissions: ["read_issue"], boundaryType: "instance") }
      type Mutation { close: Int @requiresPermissions(permissions: ["close_issue"], boundaryType: "instance") }`,
  });
  const outcome = (mapping: object, scope: string, document: string) => {
    const result = mapped(mapping, JSON.stringify({ sub: 'alice', scope }));
    return 'grants' in result ? ambit.decide({ document, grants: result.grants }).outcome : 'refused';
  };
  const both = ['{ issues }', 'mutation { close }'];

  it.each([
    ['query:* mutation:*', 'graphqlClaims', ['allowed', 'allowed']],
    ['query:issues', 'graphqlClaims', ['allowed', 'rejected']],
    ['api:graphql:query:*', 'graphqlClaims', ['rejected', 'rejected']],
    ['api', 'trustAmbitScopes', ['allowed', 'allowed']],
    ['read_api', 'trustAmbitScopes', ['allowed', 'rejected']],
    ['api:graphql:mutate:close', 'trustAmbitScopes', ['rejected', 'allowed']],
    ['query:* mutation:*', 'trustAmbitScopes', ['rejected', 'rejected']],
  ])('with %s opens what it says with `%s: true`, and nothing without it', (scope, option, outcomes) => {
    expect(both.map((document) => outcome({ [option]: true }, scope, document))).toEqual(outcomes);
    expect(both.map((document) => outcome({}, scope, document))).toEqual(['rejected', 'rejected']);
  });
});
