import { createAmbit, type Grants } from 'ambit';
import { useAmbit } from 'ambit/yoga';
import {
  execute,
  GraphQLError,
  type GraphQLSchema,
  graphqlSync,
  lexicographicSortSchema,
  parse,
} from 'graphql';
import { envelop } from 'graphql-yoga';
import { describe, expect, it, test } from 'vitest';
import { makeServer } from './server.ts';

const GRAPHQL_JSON = 'application/graphql-response+json';
const mediaTypes = [GRAPHQL_JSON, 'application/json', '*/*'];
const holdingNothing: Grants = {};
const token = { authorization: 'Bearer t' };

describe.each(mediaTypes)('asked for %s', (accept) => {
  it('answers a refused operation with 403 and the scopes that would do', async () => {
    const server = makeServer({ grants: holdingNothing });
    const { status, headers, body } = await server.ask({ query: 'mutation { rename wipe }' }, { accept });
    expect(status).toBe(403);
    expect(headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", scope="rename api:graphql:mutate:wipe"',
    );
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body.data).toBeUndefined();
    expect(body.errors?.map(({ extensions }) => [extensions?.['code'], extensions?.['coordinate']])).toEqual([
      ['UNAUTHORIZED_FIELD_OR_TYPE', 'Mutation.rename'],
      ['UNAUTHORIZED_FIELD_OR_TYPE', 'Mutation.wipe'],
    ]);
    expect(server.ran).toEqual([]);
  });

  it('answers a filtered operation with 200', async () => {
    const server = makeServer({ grants: holdingNothing });
    const { status, headers, body } = await server.ask({ query: '{ motd secret }' }, { accept });
    expect({ status, data: body.data }).toEqual({ status: 200, data: { motd: 'hello', secret: null } });
    expect(headers.get('www-authenticate')).toBeNull();
    expect(server.ran).toEqual(['motd']);
  });

  it('answers a token that is not known with 401', async () => {
    const server = makeServer({ grants: () => null });
    const { status, headers, body } = await server.ask({ query: '{ motd }' }, { accept, ...token });
    expect({ status, challenge: headers.get('www-authenticate') }).toEqual({
      status: 401,
      challenge: 'Bearer error="invalid_token"',
    });
    expect(body).toEqual({
      errors: [{ message: 'this token is not valid', extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(server.ran).toEqual([]);
  });

  it('answers an invalid document with 422 where the media type has room for it', async () => {
    const server = makeServer({ grants: holdingNothing });
    const { status, body } = await server.ask({ query: '{\n  nothing\n}' }, { accept });
    expect(status).toBe(accept === GRAPHQL_JSON ? 422 : 200);
    expect(body).toEqual({
      errors: [
        {
          message: 'Cannot query field "nothing" on type "Query".',
          locations: [{ line: 2, column: 3 }],
        },
      ],
    });
  });
});

describe('the hook', () => {
  const never: Record<string, () => unknown> = {
    throws: () => {
      throw new Error('SECRET: no route to the store');
    },
    rejects: () => Promise.reject(new Error('SECRET')),
    'answers undefined': () => undefined,
    'answers null later': async () => null,
    'answers a verdict': () => true,
    'answers a text': () => 'api',
    'answers a list': () => [],
    'answers an unknown key': () => ({ scope: ['secrets'] }),
    'answers scopes as a text': () => ({ scopes: 'secrets' }),
    'answers a promise inside': () => ({ scopes: Promise.resolve(['secrets']) }),
    'answers grants that were revoked': () => ({
      grants: { scopes: ['secrets'] },
      signal: AbortSignal.abort(),
    }),
    'answers something else for a signal': () => ({
      grants: { scopes: ['secrets'] },
      signal: { aborted: false },
    }),
    'answers more beside grants': () => ({ grants: { scopes: ['secrets'] }, scopes: ['secrets'] }),
    'answers no grants beside a signal': () => ({ grants: null, signal: undefined }),
    'answers a function': () => () => ({ scopes: ['secrets'] }),
  };

  it.each(Object.keys(never))('that %s denies everything, with 401', async (name) => {
    const server = makeServer({ grants: never[name] as () => Grants });
    const { status, text } = await server.ask({ query: '{ motd secret }' }, token);
    expect(status).toBe(401);
    expect(text).not.toContain('SECRET');
    expect(text).not.toContain('hello');
    expect(server.ran).toEqual([]);
  });

  it('may answer grants with a signal, which counts from when it is aborted', async () => {
    const controller = new AbortController();
    const grants = () => ({ grants: { scopes: ['secrets'] }, signal: controller.signal });
    const server = makeServer({ grants });
    expect((await server.ask({ query: '{ secret }' })).body).toEqual({ data: { secret: 's3cr3t' } });
    controller.abort();
    expect((await server.ask({ query: '{ secret }' })).status).toBe(401);
  });

  it('is not told to have been wrong where no token was sent', async () => {
    const server = makeServer({ grants: () => undefined });
    const { status, headers } = await server.ask({ query: '{ motd }' });
    expect({ status, challenge: headers.get('www-authenticate') }).toEqual({
      status: 401,
      challenge: 'Bearer',
    });
  });

  it('tells the operator what it threw', async () => {
    const error = new Error('no route to the store');
    const server = makeServer({ grants: () => Promise.reject(error) });
    await server.ask({ query: '{ motd }' });
    expect(server.told).toEqual([error]);
  });

  it('gets the context that resolvers get, and leaves it as it is', async () => {
    const server = makeServer({ grants: ({ user }) => ({ subject: user }) });
    const { body } = await server.ask({ query: '{ motd me }' });
    expect(body).toEqual({ data: { motd: 'hello', me: 'alice' } });
    expect(server.contexts).toHaveLength(1);
    expect(server.contexts[0]).toBe(server.asked[0]);
    expect(Object.keys(server.contexts[0] as object).filter((key) => /ambit|grant/i.test(key))).toEqual([]);
  });

  it('is asked once for a batch, of which each operation is decided alone', async () => {
    const server = makeServer({ grants: { scopes: ['rename'] } });
    const { body } = await server.ask([
      { query: '{ motd }' },
      { query: 'mutation { rename }' },
      { query: '{ secret }' },
      { query: 'mutation { wipe }' },
      { query: '{ broken' },
    ]);
    expect(server.asked).toHaveLength(1);
    expect(server.ran.sort()).toEqual(['motd', 'rename']);
    const answers = body as unknown as { data?: unknown; errors?: { extensions: { code: string } }[] }[];
    expect(answers.map(({ data }) => data)).toEqual([
      { motd: 'hello' },
      { rename: 'renamed' },
      undefined,
      undefined,
      undefined,
    ]);
    expect(answers[2]?.errors?.[0]?.extensions.code).toBe('UNAUTHORIZED_FIELD_OR_TYPE');
  });

  it('is asked again for every request', async () => {
    let held: Grants = { scopes: ['secrets'] };
    const server = makeServer({ grants: () => held });
    expect((await server.ask({ query: '{ secret }' })).body.data).toEqual({ secret: 's3cr3t' });
    held = {};
    expect((await server.ask({ query: '{ secret }' })).status).toBe(403);
  });

  it('is asked for every operation where a socket keeps the request that opened it', async () => {
    const server = makeServer({ grants: holdingNothing });
    const operations = [{ query: '{ motd }' }, { query: '{ motd }' }];
    await server.ask(operations, { upgrade: 'websocket' });
    expect(server.asked).toHaveLength(2);
  });
});

describe('the ways of a request', () => {
  it('let no mutation through a GET, whatever it is called', async () => {
    const server = makeServer({ grants: { scopes: ['rename'] } });
    const query = encodeURIComponent('mutation IntrospectionQuery { rename }');
    for (const name of ['', '&operationName=IntrospectionQuery', '&operationName=']) {
      const response = await server.fetch(`http://yoga/graphql?query=${query}${name}`);
      expect(response.status).toBeGreaterThanOrEqual(400);
    }
    expect(server.ran).toEqual([]);
  });

  it('decide the operation that operationName names', async () => {
    const server = makeServer({ grants: holdingNothing });
    const query = 'query Open { motd } query Shut { secret }';
    const open = await server.ask({ query, operationName: 'Open' });
    expect(open.body).toEqual({ data: { motd: 'hello' } });
    for (const operationName of ['Shut', '', 'None', undefined, 1, ['Open'], { toString: 'Open' }]) {
      const { body } = await server.ask({ query, operationName });
      expect(body.data ?? null, JSON.stringify(operationName)).toBeNull();
    }
    expect(server.ran).toEqual(['motd']);
  });

  it('give introspection from the mask of who asks', async () => {
    const server = makeServer({ grants: holdingNothing });
    const query = '{ __schema { types { name } mutationType { name } } __type(name: "Thing") { name } }';
    const { text, body } = await server.ask({ query });
    expect(body.data?.['__type']).toBeNull();
    expect(text).not.toMatch(/Thing|Mutation/);
    expect(text).toContain('"Query"');
  });

  it.each(['filter', 'reject', 'hide'] as const)(
    'name nothing hidden in suggestions, under %s',
    async (effect) => {
      const server = makeServer({ grants: holdingNothing, engine: { effect } });
      const { text } = await server.ask({ query: '{ secrt thin { nam } }' });
      expect(text).toContain('Cannot query field');
      expect(text).not.toMatch(/secret|thing|Thing|did you mean/i);
    },
  );

  it('answer under hide as if what is hidden were not there', async () => {
    const server = makeServer({ grants: holdingNothing, engine: { effect: 'hide' } });
    const [hidden, absent] = await Promise.all(
      ['{ motd secret }', '{ motd sekret }'].map((query) => server.ask({ query })),
    );
    expect(hidden?.text).toBe(absent?.text.replace('sekret', 'secret'));
    expect(server.ran).toEqual([]);
  });

  it('never start a subscription that is denied', async () => {
    const server = makeServer({ grants: holdingNothing });
    const { body } = await server.ask({ query: 'subscription { ticks }' });
    expect(body.errors).toHaveLength(1);
    expect(body.data ?? null).toBeNull();
    expect(server.ran).toEqual([]);
  });

  it("leave the masking of the API's own errors to the host", async () => {
    const server = makeServer({ grants: holdingNothing });
    const { body, text } = await server.ask({ query: '{ broken secret }' });
    expect(text).not.toContain('10.0.0.7');
    expect(body.errors?.map(({ message }) => message)).toEqual([
      'not permitted: `Query.secret` needs scope `secrets`',
      'Unexpected error.',
    ]);
  });
});

describe('another plugin', () => {
  const unprotected = (args: Parameters<typeof execute>[0]) => execute(args);
  const executing = { onExecute: ({ setExecuteFn }: Setter) => setExecuteFn(unprotected) };
  const subscribing = {
    onExecute: ({ setExecuteFn }: Setter) => setExecuteFn(unprotected),
    onPluginInit({ addPlugin }: { addPlugin: (plugin: object) => void }) {
      addPlugin(executing);
    },
  };

  it.each([
    ['before', executing],
    ['after', executing],
    ['before', subscribing],
    ['after', subscribing],
  ])('%s it cannot put its own execute in the place of the engine', async (place, plugin) => {
    const server = makeServer({ grants: holdingNothing, [place]: [plugin] });
    const { status, text } = await server.ask({ query: 'mutation { rename }' });
    expect(status).toBe(403);
    expect(text).not.toContain('renamed');
    expect(server.ran).toEqual([]);
  });

  it.each(['before', 'after'])('%s it cannot answer from a cache of its own', async (place) => {
    const cache = {
      onExecute: ({ setResultAndStopExecution }: Setter) =>
        setResultAndStopExecution({ data: { secret: 's3cr3t' } }),
    };
    const server = makeServer({ grants: holdingNothing, [place]: [cache] });
    const { status, text } = await server.ask({ query: '{ secret }' });
    expect(status).toBe(500);
    expect(text).not.toContain('s3cr3t');
    expect(server.told.map(String)).toEqual([expect.stringContaining('another plugin answered')]);
  });

  it.each(['before', 'after'])('%s it cannot answer a subscription', async (place) => {
    const source = {
      onSubscribe: ({ setResultAndStopExecution }: Setter) =>
        setResultAndStopExecution({ data: { ticks: 's3cr3t' } }),
    };
    const server = makeServer({ grants: holdingNothing, [place]: [source] });
    const { text } = await server.ask({ query: 'subscription { ticks }' });
    expect(text).not.toContain('s3cr3t');
  });

  it.each(['before', 'after'])('%s it cannot validate in its own way', async (place) => {
    const eager = {
      onValidate: ({ setValidationFn }: Setter) =>
        setValidationFn((schema: GraphQLSchema) => [
          new GraphQLError(`fields: ${Object.keys(schema.getQueryType()?.getFields() ?? {})}`),
        ]),
    };
    const server = makeServer({ grants: holdingNothing, [place]: [eager] });
    expect((await server.ask({ query: '{ motd }' })).body).toEqual({ data: { motd: 'hello' } });
  });

  it('may bring rules of validation, which name nothing that is hidden', async () => {
    const rule = (context: RuleContext) => ({
      Field() {
        const field = context.getFieldDef();
        if (field?.deprecationReason)
          context.reportError(new GraphQLError(`${field.name} is deprecated: ${field.deprecationReason}`));
      },
    });
    const deprecations = {
      onValidate: ({ addValidationRule }: Setter) => addValidationRule(rule),
    };
    const query = '{ motd thing { hush } }';
    for (const place of ['before', 'after']) {
      const blind = makeServer({ grants: holdingNothing, [place]: [deprecations] });
      const seeing = makeServer({ grants: { scopes: ['things'] }, [place]: [deprecations] });
      for (const _again of [1, 2]) {
        const [unseen, seen] = [await blind.ask({ query }), await seeing.ask({ query })];
        expect(unseen.text).not.toContain('whisper');
        expect(unseen.body.errors?.map(({ message }) => message)).toEqual([
          'a validation rule refuses this document',
        ]);
        expect(seen.body.errors?.map(({ message }) => message)).toEqual([
          'hush is deprecated: ask for whisper',
        ]);
      }
      expect([...blind.ran, ...seeing.ran]).toEqual([]);
    }
  });

  it('cannot change a document after it was decided', async () => {
    const kept = parse('query Kept { motd }');
    const [shut] = parse('{ motd secret }').definitions;
    const persisted = {
      onParse: ({ setParsedDocument }: { setParsedDocument: (document: unknown) => void }) =>
        setParsedDocument(kept),
    };
    const server = makeServer({
      grants: holdingNothing,
      before: [persisted],
      yoga: { parserAndValidationCache: false },
    });
    expect((await server.ask({ query: 'kept' })).body).toEqual({ data: { motd: 'hello' } });
    const [operation] = kept.definitions;
    Object.assign(operation as object, { selectionSet: (shut as { selectionSet: unknown }).selectionSet });
    expect((await server.ask({ query: 'kept' })).text).not.toContain('s3cr3t');
    expect(server.ran).not.toContain('secret');
  });
});

describe('a host that serves another schema than the engine enforces', () => {
  it('does not start', () => {
    expect(() => makeServer({ grants: {}, served: lexicographicSortSchema })).toThrow(/another schema/);
  });

  it.each(['a function', 'a promise'])('answers nothing where it comes from %s', async (kind) => {
    const served = (schema: GraphQLSchema) => {
      const other = lexicographicSortSchema(schema);
      return kind === 'a function' ? () => other : Promise.resolve(other);
    };
    const server = makeServer({ grants: { scopes: ['secrets'] }, served });
    for (const _again of [1, 2]) {
      const { status, body } = await server.ask({ query: '{ motd secret }' });
      expect({ status, data: body.data }).toEqual({ status: 500, data: undefined });
    }
    expect(server.ran).toEqual([]);
  });

  it('is fine where a function hands over the very same', async () => {
    const server = makeServer({ grants: { scopes: ['secrets'] }, served: (schema) => () => schema });
    expect((await server.ask({ query: '{ secret }' })).body).toEqual({ data: { secret: 's3cr3t' } });
  });
});

test('a host of Envelop without HTTP is protected in the same way', async () => {
  const { schema } = makeServer({ grants: {} });
  const getEnveloped = envelop({
    plugins: [
      { onPluginInit: ({ setSchema }) => setSchema(schema), onParse: ({ setParseFn }) => setParseFn(parse) },
      useAmbit({
        ambit: createAmbit({ schema }),
        grants: ({ user }: { user: string }) => ({ subject: user }),
      }),
    ],
  });
  const ask = async (query: string, operationName?: unknown) => {
    const {
      parse: read,
      validate,
      execute: run,
      contextFactory,
      schema: served,
    } = getEnveloped({ user: 'bob' });
    const document = read(query);
    expect(validate(served, document)).toEqual([]);
    return run({ schema: served, document, contextValue: await contextFactory(), operationName });
  };
  expect(await ask('{ me secret }')).toMatchObject({
    data: { me: 'bob', secret: null },
    errors: [{ message: 'not permitted: `Query.secret` needs scope `secrets`' }],
  });
  expect(await ask('mutation { rename }')).toMatchObject({ extensions: { http: { status: 403 } } });
  expect(await ask('query Q { me }', ['Q'])).toMatchObject({
    errors: [{ message: '`operationName` has to be a text' }],
  });
});

test('the schema of these tests hands out everything where nothing protects it', () => {
  const { schema } = makeServer({ grants: {} });
  expect(graphqlSync({ schema, source: '{ secret thing { hush } }' }).data).toEqual({
    secret: 's3cr3t',
    thing: { hush: 'psst' },
  });
});

interface Setter {
  setExecuteFn(run: unknown): void;
  setValidationFn(validate: unknown): void;
  setResultAndStopExecution(result: unknown): void;
  addValidationRule(rule: unknown): void;
}

interface RuleContext {
  getFieldDef(): { name: string; deprecationReason?: string } | null;
  reportError(error: GraphQLError): void;
}

describe('options of the plugin', () => {
  const ambit = createAmbit({ schema: 'type Query { a: Int @public }' });
  const grants = () => ({});

  test.each([
    ['no engine', { grants }, '`ambit` has to be an engine, made by `createAmbit`'],
    ['an engine that is none', { ambit: {}, grants }, '`ambit` has to be an engine, made by `createAmbit`'],
    ['no hook', { ambit }, '`grants` has to be a function that turns a request into grants'],
    ['grants in the place of the hook', { ambit, grants: {} }, '`grants` has to be a function'],
    ['another key', { ambit, grants, onErorr: grants }, '`onErorr` is no option of the plugin'],
    ['a listener that is none', { ambit, grants, onError: 'log' }, '`onError` has to be a function'],
    ['nothing', undefined, 'the plugin needs `ambit` and `grants`'],
  ])('%s stops the start', (_, options, message) => {
    expect(() => useAmbit(options as never)).toThrow(message);
  });
});
