import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Effect, Grants } from 'ambit';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Config } from './config.ts';
import { loadEngine } from './engine.ts';
import { withViewerToken } from './viewertoken.ts';

const folder = mkdtempSync(join(tmpdir(), 'ambit-viewer-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SCHEMA = `
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
schema { query: Root mutation: Change }
type Root {
  hello: String @requiresScopes(scopes: [["read"]])
  closed: String @requiresScopes(scopes: [["admin"]])
}
type Change { touch: String @requiresScopes(scopes: [["read"]]) }
`;
const grants: Grants = {
  subject: 'ann',
  scopes: ['read'],
  granular: [{ permissions: ['read_issue'], boundary: { project: 'acme/web' } }],
  expires: '2999-01-01T00:00:00.000Z',
};
let sent: { query: string; variables: unknown }[] = [];
let answer: unknown = { data: { hello: 'hi' } };

beforeAll(() => writeFileSync(join(folder, 'schema.graphql'), SCHEMA));

async function ask(
  query: string,
  { variables = {}, held = grants, effect }: { variables?: object; held?: Grants; effect?: Effect } = {},
): Promise<{ data?: Record<string, unknown>; errors?: { message: string; path?: unknown }[] }> {
  const config = {
    schema: join(folder, 'schema.graphql'),
    viewerToken: true,
    effect,
    granularOnly: undefined,
  };
  const engine = await loadEngine(config as unknown as Config);
  expect(engine.errors).toBe(0);
  const gateway = engine.createGateway({
    authenticate: async () => ({ grants: held }),
    upstream: async (call) => {
      sent.push({ query: call.query, variables: call.variables });
      return { status: 200, body: answer };
    },
    limits: { bodyBytes: 100_000, depth: 50, documentTokens: 10_000, upstreamMs: 5_000 },
    credentialOf: (of) => (of === held ? { id: 'tok_1', name: 'job' } : undefined),
  });
  sent = [];
  const response = await gateway(
    new Request('http://127.0.0.1/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    }),
  );
  return (await response.json()) as Awaited<ReturnType<typeof ask>>;
}

const whole = 'id name subject scopes permissions { names boundary } expiresAt';
const told = {
  id: 'tok_1',
  name: 'job',
  subject: 'ann',
  scopes: ['read'],
  permissions: [{ names: ['read_issue'], boundary: 'project=acme/web' }],
  expiresAt: '2999-01-01T00:00:00.000Z',
};

describe('viewerToken', () => {
  test('alone is answered without asking the API', async () => {
    expect(await ask(`{ viewerToken { ${whole} } }`)).toEqual({ data: { viewerToken: told } });
    expect(sent).toEqual([]);
  });

  test('is answered beside fields of the API, which never sees it', async () => {
    answer = { data: { say: 'hi' } };
    const query = `query Q($with: Boolean!) {
      me: viewerToken { ...Part __typename }
      say: hello
      ...Rest
    }
    fragment Part on AmbitToken { who: id places: permissions { boundary } }
    fragment Rest on Root { again: viewerToken @include(if: $with) { name } never: viewerToken @skip(if: true) { name } }`;
    const { data, errors } = await ask(query, { variables: { with: true } });
    expect([data, errors]).toEqual([
      {
        me: { who: 'tok_1', places: [{ boundary: 'project=acme/web' }], __typename: 'AmbitToken' },
        say: 'hi',
        again: { name: 'job' },
      },
      undefined,
    ]);
    expect(Object.keys(data ?? {})).toEqual(['me', 'say', 'again']);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.query).toContain('say: hello');
    expect(sent[0]?.query).not.toMatch(/viewerToken|AmbitToken|Part|\$with|again/);
    expect((await ask(query, { variables: { with: false } })).data).not.toHaveProperty('again');
  });

  test.each<Effect>(['filter', 'hide'])(
    'is open to a token that holds nothing of the API, under %s',
    async (effect) => {
      const held: Grants = { scopes: ['other'] };
      expect(await ask('{ viewerToken { scopes expiresAt } }', { held, effect })).toEqual({
        data: { viewerToken: { scopes: ['other'], expiresAt: null } },
      });
      expect(sent).toEqual([]);
    },
  );

  test('is answered where what stands beside it is denied', async () => {
    const { data, errors } = await ask('{ viewerToken { id } closed }');
    expect(data).toEqual({ viewerToken: { id: 'tok_1' }, closed: null });
    expect(errors?.map(({ path }) => path)).toEqual([['closed']]);
    expect(sent).toEqual([]);
  });

  test('takes nothing from the API that answers under its name', async () => {
    answer = { data: { hello: 'hi', viewerToken: { id: 'tok_evil' } } };
    expect(await ask('{ hello viewerToken { id } }')).toEqual({
      data: { hello: 'hi', viewerToken: { id: 'tok_1' } },
    });
  });

  test('is seen by introspection', async () => {
    const { data } = await ask('{ __type(name: "AmbitToken") { fields { name } } viewerToken { id } }');
    expect(data).toMatchObject({ viewerToken: { id: 'tok_1' } });
    expect(JSON.stringify(data)).toContain('permissions');
  });

  test('is no mutation', async () => {
    expect(JSON.stringify(await ask('mutation { viewerToken { id } }'))).toContain('Cannot query field');
    answer = { data: { touch: 'ok' } };
    expect(await ask('mutation { touch }')).toEqual({ data: { touch: 'ok' } });
  });

  test('has nothing to add to an API that answers with no data', async () => {
    answer = { data: null, errors: [{ message: 'down' }] };
    expect((await ask('{ hello viewerToken { id } }')).data).toBeNull();
  });
});

test.each([
  ['a field of the name', 'type Query { viewerToken: String }'],
  ['a type of the name', 'type Query { a: AmbitToken } type AmbitToken { a: String }'],
  ['the other type', 'type Query { a: AmbitTokenPermissions } enum AmbitTokenPermissions { A }'],
])('an API with %s is refused', (_what, sdl) => {
  expect(() => withViewerToken(buildSchema(sdl))).toThrow(/of its own/);
});
