import { type AmbitOptions, createAmbit, type Grants } from 'ambit';
import { createGateway, type UpstreamCall } from 'ambit/gateway';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';

/** Attacks on the gateway that a case file cannot say: by the form of a request, and by what the API answers. */

const sdl = `
  interface Thing { id: ID }
  type Query {
    version: String @public
    issue: Issue
    issues: [Issue]
    thing: Thing @public
    secret: String @requiresScopes(scopes: [["secrets"]])
    page: Page
  }
  type Mutation { drop: Boolean @requiresScopes(scopes: [["drop"]]) }
  type Issue implements Thing @requiresPermissions(permissions: ["read_issue"], boundaryType: "project", boundary: "project { path }") {
    id: ID
    title: String
    project: Project
  }
  type Project @requiresPermissions(permissions: ["read_project"], boundaryType: "project", boundary: "path") { path: ID name: String }
  type Page implements Thing @public { id: ID text: String tags: [String] }
`;
const mine: Grants = { granular: [{ permissions: ['read_issue'], boundary: { project: 'web' } }] };

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly body: { readonly data?: Record<string, unknown> | null; readonly errors?: readonly unknown[] };
  readonly calls: readonly UpstreamCall[];
}

type Answer = (call: UpstreamCall) => unknown;

async function send(
  init: RequestInit & { path?: string },
  answer: Answer,
  grants: Grants = mine,
): Promise<Reply> {
  const calls: UpstreamCall[] = [];
  const options: AmbitOptions = { schema: sdl, boundaries: { project: {} } };
  const gateway = createGateway({
    ambit: createAmbit(options),
    authenticate: async () => ({ grants }),
    upstream: async (call) => {
      calls.push(call);
      return { status: 200, body: answer(call) };
    },
  });
  const { path = '', ...rest } = init;
  const response = await gateway(
    new Request(`http://localhost/graphql${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...rest,
    }),
  );
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text), calls };
}

function ask(query: string, answer: Answer, grants?: Grants): Promise<Reply> {
  return send({ body: JSON.stringify({ query }) }, answer, grants);
}

const nothing: Answer = () => ({ data: null });

/** What an honest API answers, whatever it is asked: each key by the field behind it. */
function honest(fields: Readonly<Record<string, unknown>>): Answer {
  return ({ query }) => {
    const [operation] = parse(query).definitions;
    const pick = (set: unknown, from: unknown): unknown => {
      if (Array.isArray(from)) return from.map((item) => pick(set, item));
      if (typeof from !== 'object' || from === null) return from;
      const out: Record<string, unknown> = Object.create(null);
      const walk = (selections: readonly unknown[]): void => {
        for (const one of selections as readonly Selected[]) {
          if (!one.name) walk(one.selectionSet?.selections ?? []);
          else
            out[one.alias?.value ?? one.name.value] = one.selectionSet
              ? pick(one.selectionSet, (from as Record<string, unknown>)[one.name.value])
              : ((from as Record<string, unknown>)[one.name.value] ?? null);
        }
      };
      walk((set as { selections: readonly unknown[] }).selections);
      return out;
    };
    return { data: pick((operation as unknown as { selectionSet: unknown }).selectionSet, fields) };
  };
}

interface Selected {
  readonly name?: { readonly value: string };
  readonly alias?: { readonly value: string };
  readonly selectionSet?: { readonly selections: readonly unknown[] };
}

const web = { __typename: 'Issue', id: 'i1', title: 'Paint', project: { path: 'web', name: 'Web' } };
const vault = { __typename: 'Issue', id: 'i2', title: 's3cr3t', project: { path: 'vault', name: 'Vault' } };

describe('a request that is no plain POST of one operation', () => {
  const mutation = encodeURIComponent('mutation { drop }');

  test.each([
    ['a mutation in a GET', { method: 'GET', path: `?query=${mutation}` }, 405],
    ['a query in a GET', { method: 'GET', path: '?query={version}' }, 405],
    [
      'a GET that calls itself introspection',
      { method: 'GET', path: `?operationName=IntrospectionQuery&query=${mutation}` },
      405,
    ],
    [
      'a form',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'query={version}' },
      415,
    ],
    ['plain text', { headers: { 'content-type': 'text/plain' }, body: '{"query":"{version}"}' }, 415],
    [
      'a multipart body',
      { headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: '--x--' },
      415,
    ],
    ['a document as it is', { headers: { 'content-type': 'application/graphql' }, body: '{version}' }, 415],
    ['a batch', { body: '[{"query":"{version}"},{"query":"mutation{drop}"}]' }, 400],
    ['a batch of one', { body: '[{"query":"{version}"}]' }, 400],
    [
      'a hash for a document',
      { body: '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"00"}}}' },
      400,
    ],
    ['an id for a document', { body: '{"id":"drop"}' }, 400],
    ['variables that are a list', { body: '{"query":"{version}","variables":[]}' }, 400],
  ] as const)('%s is refused, and nothing is forwarded', async (_, init, status) => {
    const { path, ...rest } = { path: '', ...init };
    const reply = await send({ path, body: null, ...rest }, nothing);
    expect(reply.status).toBe(status);
    expect(reply.calls).toEqual([]);
  });

  test('a hash beside a document is not forwarded, and neither is anything else that the client adds', async () => {
    const reply = await send(
      {
        body: JSON.stringify({
          query: '{ version }',
          extensions: { persistedQuery: { sha256Hash: '00' } },
          id: 'x',
        }),
      },
      honest({ version: '1' }),
    );
    expect(reply.body.data).toEqual({ version: '1' });
    expect(reply.calls.map((call) => Object.keys(call).sort())).toEqual([
      ['grants', 'query', 'signal', 'variables'],
    ]);
  });

  test('of a key that stands twice the one that is decided is the one that is sent', async () => {
    const reply = await send({ body: '{"query":"{ version }","query":"{ secret }"}' }, nothing);
    expect({ status: reply.status, calls: reply.calls }).toEqual({ status: 403, calls: [] });
    const other = await send(
      { body: '{"query":"{ secret }","query":"{ version }"}' },
      honest({ version: '1' }),
    );
    expect(other.calls.map(({ query }) => query.replace(/\s+/g, ' '))).toEqual(['{ version }']);
  });

  test('a number that JSON cannot hold is decided as it is sent', async () => {
    const reply = await send(
      { body: '{"query":"query($n:Int){version}","variables":{"n":9007199254740993}}' },
      nothing,
    );
    expect(reply.calls).toEqual([]);
  });
});

describe('an API that answers what was not asked', () => {
  test('keys that objects treat specially are nothing but keys', async () => {
    const body =
      '{"data":{"issue":{"__proto__":{"polluted":1},"ambit0_0":{"path":"web"},"title":"Paint"},"__proto__":{"polluted":1}},"__proto__":{"polluted":1}}';
    const reply = await ask('{ issue { title } }', () => JSON.parse(body));
    expect(reply.body.data).toEqual({ issue: { title: 'Paint' } });
    expect(reply.text).not.toContain('polluted');
    expect('polluted' in {}).toBe(false);
  });

  test('a boundary on a prototype is no boundary', async () => {
    const reply = await ask('{ issue { title } }', () =>
      JSON.parse('{"data":{"issue":{"title":"s3cr3t","__proto__":{"ambit0_0":{"path":"web"}}}}}'),
    );
    expect(reply.body).toEqual({ data: { issue: null } });
  });

  test.each([
    ['no boundary', { title: 's3cr3t' }],
    ['a null for a boundary', { title: 's3cr3t', ambit0_0: null }],
    ['a list for a boundary', { title: 's3cr3t', ambit0_0: { path: ['web'] } }],
    ['an object for a boundary', { title: 's3cr3t', ambit0_0: { path: { web: 1 } } }],
    ['a list of boundaries', { title: 's3cr3t', ambit0_0: [{ path: 'web' }] }],
    ['the boundary under its own name only', { title: 's3cr3t', project: { path: 'web' } }],
    ['a list for an object', [{ title: 's3cr3t', ambit0_0: { path: 'web' } }]],
    ['a text for an object', 's3cr3t'],
    ['true for a boundary', { title: 's3cr3t', ambit0_0: { path: true } }],
  ])('an object with %s is as one that does not exist', async (_, issue) => {
    const reply = await ask('{ issue { title } }', () => ({ data: { issue } }));
    expect(reply.text).not.toContain('s3cr3t');
    expect(reply.body.data).toEqual({ issue: null });
  });

  test('an object for a list is no list', async () => {
    const reply = await ask('{ issues { title } }', () => ({
      data: { issues: { 0: { title: 's3cr3t', ambit0_0: { path: 'web' } }, length: 1 } },
    }));
    expect(reply.text).not.toContain('s3cr3t');
  });

  test.each(['Project', 'Query', 'Nothing', '__Type', 'constructor', '', 7, null])(
    'an object that says it is %j behind an interface is as none',
    async (typeName) => {
      const reply = await ask('{ thing { id ... on Page { text } } }', () => ({
        data: { thing: { id: 's3cr3t', text: 's3cr3t', ambit0_type: typeName, ambit0_0: { path: 'web' } } },
      }));
      expect(reply.text).not.toContain('s3cr3t');
      expect(reply.body.data).toEqual({ thing: null });
    },
  );

  test('what an object is said to be decides what is read of it', async () => {
    const thing = { text: 'hello', title: 's3cr3t', ambit0_type: 'Page' };
    const reply = await ask('{ thing { ... on Page { text } ... on Issue { title } } }', () => ({
      data: { thing },
    }));
    expect(reply.body.data).toEqual({ thing: { text: 'hello' } });
  });

  test('errors about what is outside, and about what only the gateway asked, are dropped', async () => {
    const reply = await ask('{ issues { title } }', () => ({
      data: {
        issues: [
          { title: 'Paint', ambit0_0: { path: 'web' } },
          { title: null, ambit0_0: { path: 'vault' } },
        ],
      },
      errors: [
        { message: 'vault is locked', path: ['issues', 1, 'title'] },
        { message: 'vault is locked', path: ['issues', 1, 'ambit0_0', 'path'] },
        { message: 'vault is locked', path: ['issues', 0, 'ambit0_0'] },
        { message: 'vault is locked', path: ['secret'] },
        { message: 'vault is locked', path: ['issues', '__proto__', 'title'] },
        { message: 'vault is locked' },
        'vault is locked',
        null,
      ],
    }));
    expect(reply.body.data).toEqual({ issues: [{ title: 'Paint' }] });
    expect(reply.text).not.toContain('vault');
    expect(reply.text).not.toContain('ambit0_');
  });

  test('of an error that may be shown only message, path and code are', async () => {
    const reply = await ask('{ version }', () => ({
      data: { version: null },
      errors: [
        {
          message: 'broken',
          path: ['version'],
          extensions: { code: 'X', debug: 's3cr3t' },
          secret: 's3cr3t',
        },
      ],
    }));
    expect(reply.body.errors).toEqual([{ message: 'broken', path: ['version'], extensions: { code: 'X' } }]);
  });

  test('extensions of an answer are not handed through', async () => {
    const reply = await ask('{ version }', () => ({
      data: { version: '1' },
      extensions: { tracing: 's3cr3t' },
    }));
    expect(reply.body).toEqual({ data: { version: '1' } });
  });
});

describe('keys of the client', () => {
  test.each([
    [
      'a hidden key under a condition that never holds',
      '{ issue { ambit0_0: title @skip(if: true) title } }',
    ],
    [
      'a hidden key in a fragment that is not of this type',
      '{ issue { title } page { ... on Thing { ambit0_0: id } } }',
    ],
    ['the next hidden key as well', '{ issue { ambit0_0: title ambit1_0: title title } }'],
    [
      'a hidden key as the name of an object',
      '{ ambit0_type: issue { title } issue { ambit0_0: project { path } title } }',
    ],
  ])('cannot take the place of what the gateway asks: %s', async (_, query) => {
    const inside = await ask(query, honest({ issue: web, page: { id: 'g', text: 't' } }));
    expect(inside.body.data?.['issue']).toMatchObject({ title: 'Paint' });
    const outside = await ask(query, honest({ issue: vault, page: { id: 'g', text: 't' } }));
    expect(outside.text).not.toContain('s3cr3t');
  });
});

test('two tokens that ask the same at the same time get what each may have', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      ask('{ issues { title } }', honest({ issues: [web, vault] }), {
        granular: [{ permissions: ['read_issue'], boundary: { project: index % 2 ? 'web' : 'vault' } }],
      }),
    ),
  );
  expect(answers.map(({ body }) => body.data)).toEqual(
    answers.map((_, index) => ({ issues: [{ title: index % 2 ? 'Paint' : 's3cr3t' }] })),
  );
});
