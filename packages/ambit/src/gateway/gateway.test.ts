import { expect, test } from 'vitest';
import { createAmbit } from '../create.ts';
import type { Effect, Grants } from '../types.ts';
import { createGateway } from './gateway.ts';
import type { UpstreamAnswer, UpstreamCall } from './types.ts';

const sdl = `
  interface Node { id: ID! }
  type Query {
    node(id: ID!): Node @public
    version: String @public
    things: [Thing]
    sure: [Thing!]
    find(input: In): Int @public
  }
  type Thing implements Node @requiresPermissions(permissions: ["read_thing"], boundaryType: "project", boundary: "path") {
    id: ID!
    path: ID
    risky: String!
  }
  type Mutation {
    add: Boolean @requiresScopes(scopes: [["add"]])
    del: Boolean @requiresScopes(scopes: [["del"]])
    close(id: ID!): Boolean @requiresPermissions(permissions: ["close_thing"], boundaryType: "project", boundaryArgument: "id", boundary: "path")
  }
  input In { words: [Word] secret: Int @requiresScopes(scopes: [["see"]]) }
  enum Word { OPEN HIDDEN @requiresScopes(scopes: [["see"]]) }
`;

interface Setting {
  readonly grants: Grants;
  readonly answer: UpstreamAnswer | (() => never);
  readonly effect?: Effect;
}

interface Asked {
  readonly status: number;
  readonly body: { readonly data?: unknown; readonly errors?: { message: string; path?: unknown }[] };
  readonly calls: readonly UpstreamCall[];
}

async function ask(setting: Setting, query: string, variables?: Record<string, unknown>): Promise<Asked> {
  const calls: UpstreamCall[] = [];
  const gateway = createGateway({
    ambit: createAmbit({ schema: sdl, boundaries: { project: {} }, effect: setting.effect }),
    authenticate: async () => ({ grants: setting.grants }),
    upstream: async (call) => {
      calls.push(call);
      return typeof setting.answer === 'function' ? setting.answer() : setting.answer;
    },
  });
  const response = await gateway(
    new Request('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    }),
  );
  return { status: response.status, body: (await response.json()) as Asked['body'], calls };
}

const web: Grants = {
  granular: [{ permissions: ['read_thing', 'close_thing'], boundary: { project: 'acme/web' } }],
};

test('what the API puts beside the selection is not handed through', async () => {
  const body = { data: { version: '1', extra: 'SECRET' }, extensions: { trace: 'SECRET' } };
  const asked = await ask({ grants: {}, answer: { status: 200, body } }, '{ version }');
  expect(asked.body).toEqual({ data: { version: '1' } });
});

test.each([401, 307, 500, 503])(
  'an upstream status of %i is 502, and its text stays here',
  async (status) => {
    const answer = { status, body: { errors: [{ message: 'bad credential SECRET' }] } };
    const asked = await ask({ grants: {}, answer }, '{ version }');
    expect(asked.status).toBe(502);
    expect(JSON.stringify(asked.body)).not.toContain('SECRET');
  },
);

test('a look-up that gets no answer is 502 and not "not found"', async () => {
  const answer = (): never => {
    throw new Error('unreachable');
  };
  const asked = await ask({ grants: web, answer }, 'mutation { close(id: "1") }');
  expect(asked.status).toBe(502);
  expect(asked.calls).toHaveLength(1);
});

test('a condition that is null is refused, and nothing undecided is sent', async () => {
  const query = 'mutation ($x: Boolean = true) { del @include(if: $x) add }';
  const setting = { grants: { scopes: ['add'] }, answer: { status: 200, body: { data: { add: true } } } };
  const refused = await ask(setting, query, { x: null });
  expect(refused.calls).toEqual([]);
  expect(refused.body.data).toBeUndefined();
  const skipped = await ask(setting, query, { x: false });
  expect(skipped.calls.map((call) => call.query).join()).not.toContain('del @');
  expect(skipped.calls.map((call) => call.query).join()).not.toMatch(/\bdel\b(?!:)/);
  expect(skipped.body).toEqual({ data: { add: true } });
});

test('an item that failed in the API is left out of a guarded list: what it was cannot be read', async () => {
  const keys = { ambit0_0: 'acme/web' };
  const body = {
    data: { things: [null, { id: '2', risky: 'x', ...keys }, null] },
    errors: [
      { message: 'acme/vault failed', path: ['things', 0, 'risky'] },
      { message: 'acme/vault failed', path: ['things', 2, 'risky'] },
    ],
  };
  const asked = await ask({ grants: web, answer: { status: 200, body } }, '{ things { id risky } }');
  expect(asked.body).toEqual({ data: { things: [{ id: '2', risky: 'x' }] } });
});

test('a null that may not stand in a list is told without its index, whichever item it was', async () => {
  const paths = await Promise.all(
    [0, 3].map(async (index) => {
      const body = { data: { sure: null }, errors: [{ message: 'x', path: ['sure', index] }] };
      const asked = await ask({ grants: web, answer: { status: 200, body } }, '{ sure { id } }');
      return asked.body.errors?.map(({ message, path }) => ({ message, path }));
    }),
  );
  expect(paths[0]).toEqual(paths[1]);
  expect(paths[0]).toEqual([
    { message: 'Cannot return null for non-nullable field Query.sure.', path: ['sure'] },
  ]);
});

test('under hide a variable tells no more of a hidden input than a name that never was', async () => {
  const setting: Setting = {
    grants: {},
    effect: 'hide',
    answer: { status: 200, body: { data: { find: 1 } } },
  };
  const query = 'query ($in: In) { find(input: $in) }';
  const [hidden, absent] = await Promise.all([
    ask(setting, query, { in: { secret: 1 } }),
    ask(setting, query, { in: { sneaky: 1 } }),
  ]);
  const text = (asked: Asked): string => JSON.stringify(asked.body).replaceAll('sneaky', 'secret');
  expect(text(hidden)).toBe(text(absent));
  expect(hidden.calls).toEqual([]);
});

test('hidden keys stay apart from response keys that look like them', async () => {
  const query = '{ things { id ambit0_0: path ambit1_0: path } }';
  const body = {
    data: { things: [{ id: '1', ambit0_0: 'acme/web', ambit1_0: 'acme/web', ambit2_0: 'acme/vault' }] },
  };
  const asked = await ask({ grants: web, answer: { status: 200, body } }, query);
  expect(asked.calls[0]?.query).toContain('ambit2_0: path');
  expect(asked.body).toEqual({ data: { things: [] } });
});

test('a rule met inside a variable is asked for at every use of the variable', async () => {
  const uses = Array.from({ length: 300 }, (_, index) => `a${index}: find(input: $in)`).join(' ');
  const words = Array.from({ length: 20_000 }, (_, index) => (index === 19_999 ? 'HIDDEN' : 'OPEN'));
  const setting = { grants: {}, answer: { status: 200, body: { data: {} } } };
  const asked = await ask(setting, `query ($in: In) { ${uses} }`, { in: { words } });
  expect(asked.body.errors).toHaveLength(300);
  expect(asked.calls).toEqual([]);
});

test.each([
  ['a limit that is none', { limits: { dept: 5 } }, '`dept` is not a limit of a gateway'],
  [
    'a limit that limits nothing',
    { limits: { depth: Number.NaN } },
    '`limits.depth` has to be a whole number above 0',
  ],
  ['a limit in words', { limits: { depth: 'twenty' } }, '`limits.depth` has to be a whole number above 0'],
  ['another key', { limit: {} }, '`limit` is not an option of a gateway'],
  ['no upstream', { upstream: undefined }, '`upstream` has to be a function'],
  ['no engine', { ambit: {} }, '`ambit` has to be an engine'],
])('%s stops the start', (_, more, message) => {
  const sound = {
    ambit: createAmbit({ schema: sdl, boundaries: { project: {} } }),
    authenticate: async () => ({ grants: {} }),
    upstream: async () => ({ status: 200, body: {} }),
  };
  expect(() => createGateway({ ...sound, limits: { depth: undefined } } as never)).not.toThrow();
  expect(() => createGateway({ ...sound, ...more } as never)).toThrow(message);
});

test('of very many errors of the API only those are told that differ, and no more than people can read', async () => {
  const body = {
    data: null,
    errors: [...Array(5_000)].map((_, index) => ({ message: `wrong ${index % 2_000}` })),
  };
  const same = { data: null, errors: Array(50_000).fill(0) };
  const grants = { scopes: ['api'] };
  expect((await ask({ grants, answer: { status: 200, body } }, '{ version }')).body.errors?.length).toBe(
    1_000,
  );
  expect(
    (await ask({ grants, answer: { status: 200, body: same } }, '{ version }')).body.errors?.length,
  ).toBe(1);
});

test('an error whose path goes through more lists than there are leads to nothing', async () => {
  const path = ['things', ...Array(5_000).fill(0), 'risky'];
  const body = { data: { things: [{ ambit0_0: 'p', risky: 'r' }] }, errors: [{ message: 'wrong', path }] };
  const grants = { granular: [{ permissions: ['read_thing'], boundary: { project: 'p' } }] };
  const { body: told } = await ask({ grants, answer: { status: 200, body } }, '{ things { risky } }');
  expect(told).toEqual({ data: { things: [{ risky: 'r' }] } });
});

test.each([
  ['rejects', () => Promise.reject(new Error('postgres://ambit:secret@db is away'))],
  [
    'throws',
    () => {
      throw new Error('postgres://ambit:secret@db is away');
    },
  ],
])(
  'where authenticate %s the answer is 503 without a challenge, and nothing is sent',
  async (_how, authenticate) => {
    const calls: UpstreamCall[] = [];
    const gateway = createGateway({
      ambit: createAmbit({ schema: sdl, boundaries: { project: {} } }),
      authenticate,
      upstream: async (call) => {
        calls.push(call);
        return { status: 200, body: { data: { version: '1' } } };
      },
    });
    const response = await gateway(
      new Request('http://localhost/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer x' },
        body: JSON.stringify({ query: '{ version }' }),
      }),
    );
    const text = await response.text();
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('2');
    expect(response.headers.has('www-authenticate')).toBe(false);
    expect(JSON.parse(text).errors[0].extensions).toEqual({ code: 'UNAVAILABLE' });
    expect(text).not.toContain('secret');
    expect(calls).toEqual([]);
  },
);
