import {
  AmbitError,
  type AmbitOptions,
  createAmbit,
  type Grants,
  type PlaceSource,
  type PlaceTable,
} from 'ambit';
import { createGateway } from 'ambit/gateway';
import { describe, expect, it } from 'vitest';

const schema = `
  interface Node { id: ID! }
  type Query {
    project(path: ID!): Project
    item(id: ID!): Item @requiresPermissions(permissions: ["read_item"], boundaryType: "project", boundary: "project { path }", boundaryArgument: "id")
    node(id: ID!): Node
    items: [Item]
    firm: [Item!]
    motd: String @public
  }
  type Mutation {
    move(path: ID!, to: ID!): MovePayload
      @requiresPermissions(permissions: ["move_project"], boundaryType: "project", boundaryArgument: "path")
    touch(id: ID!): TouchPayload
      @requiresPermissions(permissions: ["move_project"], boundaryType: "project", boundaryArgument: "id", boundary: "project { path }")
  }
  type MovePayload @inherits { project: Project moved: Boolean }
  type TouchPayload @inherits { touched: Boolean }
  type Subscription {
    changed: Item @requiresPermissions(permissions: ["read_item"], boundaryType: "project", boundary: "project { path }")
  }
  type Project @requiresPermissions(permissions: ["read_project"], boundaryType: "project", boundary: "path") { path: ID name: String items: [Item] }
  type Item implements Node @requiresPermissions(permissions: ["read_item"], boundaryType: "project", boundary: "project { path }") { id: ID! title: String project: Project must: String! }
`;

/** Two groups, of which the names of projects say nothing; `old` was renamed, and its name is borne by another now. */
const table: PlaceTable = {
  group: {
    acme: { id: 'g1' },
    g1: { id: 'g1' },
    beta: { id: 'g2' },
    g2: { id: 'g2' },
  },
  project: {
    web: { id: 'p1', above: [{ group: 'g1' }] },
    p1: { id: 'p1', above: [{ group: 'g1' }] },
    api: { id: 'p2', above: [{ group: 'g1' }] },
    'acme/site': { id: 'p3', above: [{ group: 'g2' }] },
    p3: { id: 'p3', above: [{ group: 'g2' }] },
    old: { id: 'p9', above: [{ group: 'g2' }] },
    gone: null,
  },
};

const projects = (paths: string[]) => paths.map((path, index) => item(`i${index}`, path));
const item = (id: string, path: string) => ({
  __typename: 'Item',
  id,
  title: `title ${id}`,
  project: { path },
});
const rootValue = {
  project: ({ path }: { path: string }) => ({ path, name: path, items: [item('i', path)] }),
  item: ({ id }: { id: string }) => item(id, id.split(':')[1] ?? ''),
  node: ({ id }: { id: string }) => item(id, id.split(':')[1] ?? ''),
  items: projects(['web', 'acme/site', 'api', 'web', 'gone', 'nobody']),
  firm: projects(['web', 'acme/site', 'api']),
  motd: 'hello',
};

interface Asked {
  readonly kind: string;
  readonly identities: readonly string[];
  readonly context: unknown;
}

function sources(asked: Asked[] = [], places: PlaceTable = table) {
  const of =
    (kind: string): PlaceSource =>
    async (identities, context) => {
      asked.push({ kind, identities, context });
      return identities.map((one) => places[kind]?.[one]);
    };
  return {
    group: { parent: 'group', places: of('group') },
    project: { parent: 'group', places: of('project') },
  };
}

/** Groups one above the other. */
const levels = (count: number) => Array.from({ length: count }, (_, index) => ({ group: `level${index}` }));

const THROWING = {
  enumerable: true,
  get() {
    throw new Error('away');
  },
};

const engine = (options: Partial<AmbitOptions> = {}) =>
  createAmbit({ schema, boundaries: sources(), ...options });
const run = async (
  document: string,
  grants: Grants,
  options: Partial<AmbitOptions> = {},
  contextValue?: unknown,
) => JSON.parse(JSON.stringify(await engine(options).execute({ document, rootValue, grants, contextValue })));
const holding = (boundary: Record<string, string>, ...permissions: string[]): Grants => ({
  granular: [{ permissions: permissions.length > 0 ? permissions : ['read_project', 'read_item'], boundary }],
});

describe('a source of places', () => {
  it('says what lies in what, whatever the names look like', async () => {
    const document = '{ web: project(path: "web") { name } site: project(path: "acme/site") { name } }';
    const inAcme = { data: { web: { name: 'web' }, site: null } };
    expect(await run(document, holding({ group: 'acme' }))).toEqual(inAcme);
    expect(await run(document, holding({ group: 'g1' }))).toEqual(inAcme);
    expect(await run(document, holding({ group: 'g2' }))).toEqual({
      data: { web: null, site: { name: 'acme/site' } },
    });
  });

  it('is asked once for the places of the token, once for those behind arguments, and once for objects', async () => {
    const asked: Asked[] = [];
    const document = '{ a: project(path: "web") { name } b: project(path: "api") { name } items { title } }';
    const result = await run(
      document,
      holding({ group: 'acme' }),
      { boundaries: sources(asked) },
      'of this request',
    );
    expect(result.data.items.map(({ title }: { title: string }) => title)).toEqual([
      'title i0',
      'title i2',
      'title i3',
    ]);
    expect(asked).toEqual([
      { kind: 'group', identities: ['acme'], context: 'of this request' },
      {
        kind: 'project',
        identities: ['web', 'api', 'acme/site', 'gone', 'nobody'],
        context: 'of this request',
      },
    ]);
    asked.length = 0;
    await run('{ items { title } item(id: "1:api") { title } }', holding({ group: 'acme' }), {
      boundaries: sources(asked),
    });
    expect(asked.map(({ identities }) => identities)).toEqual([
      ['acme'],
      ['api'],
      ['web', 'acme/site', 'gone', 'nobody'],
    ]);
  });

  it.each<[string, PlaceSource]>([
    ['throws', () => Promise.reject(new Error('away'))],
    [
      'throws at once',
      () => {
        throw new Error('away');
      },
    ],
    ['is late', () => new Promise((resolve) => setTimeout(() => resolve([{ id: 'p1' }]), 200))],
    ['answers for nobody', () => []],
    ['answers for somebody else too', () => [{ id: 'p1' }, { id: 'p1' }]],
    ['answers no list', () => ({ 0: { id: 'p1' }, length: 1 }) as never],
    ['answers an error', () => [new Error('away') as never]],
    ['answers a promise', () => [Promise.resolve({ id: 'p1' }) as never]],
    ['answers a promise of nothing', () => [new Promise(() => undefined) as never]],
    ['answers a text', () => ['p1' as never]],
    [
      'answers an object with a getter that throws',
      () => [Object.defineProperty({}, 'id', THROWING) as never],
    ],
    ['answers too many levels', () => [{ id: 'p1', above: levels(64) }]],
    ['says nothing', () => undefined as never],
  ])('that %s has no such place, and is told of once', async (_title, places) => {
    const told: unknown[] = [];
    const options: Partial<AmbitOptions> = {
      boundaries: {
        group: { parent: 'group', places: () => [{ id: 'g1' }] },
        project: { parent: 'group', places },
      },
      sourceMs: 20,
      onError: (_error, source) => told.push(source),
    };
    const grants = holding({ group: 'g1' }, 'read_project', 'move_project');
    const nobody = await run('{ project(path: "web") { name } }', grants, options);
    expect(nobody).toEqual({ data: { project: null } });
    expect(told).toEqual(['places']);
    const denied = await run('mutation { move(path: "web", to: "g1") { moved } }', grants, options);
    const outside = await run('mutation { move(path: "acme/site", to: "g1") { moved } }', grants);
    expect(JSON.stringify(denied)).toBe(JSON.stringify(outside));
  });

  it('answers what is not there and what is outside alike, byte for byte, and says nothing to the host', async () => {
    const told: unknown[] = [];
    const options = { onError: (error: unknown) => void told.push(error) };
    const ask = (path: string) =>
      run(`{ project(path: "${path}") { name } }`, holding({ group: 'acme' }), options);
    const [outside, gone, nobody] = await Promise.all(['acme/site', 'gone', 'nobody'].map(ask));
    expect([gone, nobody]).toEqual([outside, outside]);
    expect(told).toEqual([]);
  });

  it('that says two things about one place has said the first', async () => {
    const places: PlaceTable = {
      group: { g1: { id: 'g1' } },
      project: { api: { id: 'p1' }, web: { id: 'p1', above: [{ group: 'g1' }] } },
    };
    const told: unknown[] = [];
    const options = { boundaries: sources([], places), onError: (error: unknown) => void told.push(error) };
    const document = '{ a: project(path: "api") { name } b: project(path: "web") { name } }';
    expect(await run(document, holding({ group: 'g1' }), options)).toEqual({ data: { a: null, b: null } });
    expect(told).toHaveLength(1);
  });

  it('loses no item of a list that may not lose one', async () => {
    expect(await run('{ firm { title } }', holding({ group: 'acme' }))).toEqual({
      data: { firm: [{ title: 'title i0' }, { title: 'title i2' }] },
    });
  });

  it('is asked anew for each credential, also in one and the same tick', async () => {
    const answers = [{ id: 'p1', above: [{ group: 'g1' }] }, null];
    const asked: unknown[] = [];
    const places: PlaceSource = async (identities, context) => {
      asked.push(context);
      return identities.map(() => answers[Number(context)]);
    };
    const ambit = engine({ boundaries: { ...sources(), project: { parent: 'group', places } } });
    const document = '{ project(path: "web") { name } }';
    const grants = holding({ group: 'g1' });
    const results = await Promise.all(
      [0, 1, 0].map((contextValue) => ambit.execute({ document, rootValue, grants, contextValue })),
    );
    expect(results.map((result) => JSON.stringify(result.data))).toEqual([
      '{"project":{"name":"web"}}',
      '{"project":null}',
      '{"project":{"name":"web"}}',
    ]);
    expect(asked.sort()).toEqual([0, 0, 1]);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'api'],
    ['a list', []],
    ['a text for granular grants', { granular: 'x' }],
    ['null among them', { granular: [null] }],
    ['a null for a place', { granular: [{ permissions: ['read_project'], boundary: null }] }],
    ['a number for an identity', { granular: [{ permissions: ['read_project'], boundary: { project: 1 } }] }],
    ['a text for scopes', { scopes: 'api' }],
  ])('is not asked about grants that are %s', async (_title, grants) => {
    const asked: Asked[] = [];
    const memberships = () => [{ project: ['web'] }];
    const result = await run('{ project(path: "web") { name } }', grants as Grants, {
      boundaries: sources(asked),
      granularOnly: [{ group: 'g2' }],
      memberships,
    });
    expect(result.data?.project ?? null).toBeNull();
    expect(asked).toEqual([]);
  });

  it('is not asked where no kind has one, and the answer comes at once', () => {
    const ambit = createAmbit({
      schema,
      boundaries: { group: { parent: 'group' }, project: { parent: 'group' } },
    });
    const result = ambit.execute({
      document: '{ project(path: "acme/web") { name } }',
      rootValue,
      grants: holding({ group: 'acme' }),
    });
    expect(result).not.toBeInstanceOf(Promise);
    expect(result).toEqual({ data: { project: { name: 'acme/web' } } });
  });

  it('is asked about what ids lead to', async () => {
    const document = '{ own: item(id: "1:web") { title } other: item(id: "2:acme/site") { title } }';
    expect(await run(document, holding({ group: 'acme' }))).toEqual({
      data: { own: { title: 'title 1:web' }, other: null },
    });
  });
});

describe('a mutation', () => {
  /** Places that a mutation moves, and what ran. */
  const moving = () => {
    const homes: Record<string, string> = { web: 'g1', api: 'g1' };
    const moved: string[] = [];
    const project: PlaceSource = async (identities) =>
      identities.map((one) => (homes[one] ? { id: one, above: [{ group: homes[one] }] } : null));
    const root = {
      ...rootValue,
      move: ({ path, to }: { path: string; to: string }) => {
        moved.push(path);
        for (const one of to === 'g2' ? Object.keys(homes) : []) homes[one] = to;
        return { moved: true, project: { path, name: path } };
      },
      touch: ({ id }: { id: string }) => {
        moved.push(id);
        return { touched: true };
      },
    };
    const ambit = engine({ boundaries: { ...sources(), project: { parent: 'group', places: project } } });
    const grants = holding({ group: 'g1' }, 'move_project', 'read_project');
    return {
      moved,
      run: async (document: string) =>
        JSON.parse(JSON.stringify(await ambit.execute({ document, rootValue: root, grants }))),
    };
  };

  it('is judged again right before its turn, by what the source says then', async () => {
    const { moved, run: mutate } = moving();
    const { data, errors } = await mutate(
      'mutation { a: move(path: "web", to: "g2") { moved } b: move(path: "api", to: "g1") { moved } c: touch(id: "1:api") { touched } }',
    );
    expect(moved).toEqual(['web']);
    expect(data).toEqual({ a: { moved: true }, b: null, c: null });
    expect(errors.map(({ extensions }: { extensions: { code: string } }) => extensions.code)).toEqual([
      'NOT_FOUND',
      'NOT_FOUND',
    ]);
  });

  it('that moves a project out gives nothing of it back', async () => {
    const { run: mutate } = moving();
    expect(
      (await mutate('mutation { move(path: "web", to: "g2") { moved project { name } } }')).data,
    ).toEqual({
      move: { moved: true, project: null },
    });
    expect(
      (await moving().run('mutation { move(path: "web", to: "g1") { moved project { name } } }')).data,
    ).toEqual({
      move: { moved: true, project: { name: 'web' } },
    });
  });

  it('does not run while its place is not told', async () => {
    const { moved, run: mutate } = moving();
    expect((await mutate('mutation { move(path: "nobody", to: "g1") { moved } }')).data).toBeUndefined();
    expect(moved).toEqual([]);
  });
});

describe('a subscription', () => {
  it('asks about places anew for each event', async () => {
    let home = 'g1';
    const project: PlaceSource = async (identities) =>
      identities.map((id) => ({ id, above: [{ group: home }] }));
    const ambit = engine({ boundaries: { ...sources(), project: { parent: 'group', places: project } } });
    async function* changed() {
      yield { changed: item('first', 'web') };
      home = 'g2';
      yield { changed: item('second', 'web') };
      home = 'g1';
      yield { changed: item('third', 'web') };
    }
    const stream = await ambit.execute({
      document: 'subscription { changed { title } }',
      rootValue: { changed },
      grants: holding({ group: 'g1' }),
    });
    if (!(Symbol.asyncIterator in stream)) throw new Error('not started');
    const seen: unknown[] = [];
    for await (const event of stream) seen.push(JSON.parse(JSON.stringify(event.data)));
    expect(seen).toEqual([{ changed: { title: 'title first' } }, { changed: { title: 'title third' } }]);
  });
});

describe('memberships', () => {
  const memberships = (...places: readonly object[]): Partial<AmbitOptions> => ({
    memberships: { source: () => places as never, limits: true },
  });
  const document =
    '{ web: project(path: "web") { name } api: project(path: "api") { name } site: project(path: "acme/site") { name } }';
  const names = async (grants: Grants, options: Partial<AmbitOptions>) => {
    const { data } = await run(document, { subject: 'u1', ...grants }, options);
    return Object.keys(data ?? {}).filter((key) => data[key] !== null);
  };

  it('limit a grant in a place to what lies in both', async () => {
    expect(await names(holding({ group: 'acme' }), memberships({ project: ['api'] }))).toEqual(['api']);
    expect(await names(holding({ group: 'acme' }), memberships({ group: ['g1'] }))).toEqual(['web', 'api']);
    expect(await names(holding({ project: 'p1' }), memberships({ group: ['acme'] }))).toEqual(['web']);
    expect(
      await names(holding({ group: 'acme' }), memberships({ group: ['beta'], project: ['gone'] })),
    ).toEqual([]);
  });

  it('stand for all of their places, and for none that is not there', async () => {
    const everywhere = {
      granular: [{ permissions: ['read_project'], boundary: 'all_memberships' as const }],
    };
    expect(await names(everywhere, memberships({ group: ['beta'], project: ['web', 'gone'] }))).toEqual([
      'web',
      'site',
    ]);
  });
});

describe('without anybody to ask', () => {
  const grants = holding({ group: 'acme' }, 'read_project', 'move_project');
  const document = 'mutation { move(path: "web", to: "g1") { moved } }';
  const asked = {
    group: { parent: 'group', places: 'asked' },
    project: { parent: 'group', places: 'asked' },
  } as const;

  it('a decision is deferred, and nothing is asked', () => {
    const calls: Asked[] = [];
    for (const boundaries of [asked, sources(calls)])
      expect(engine({ boundaries }).decide({ document, grants }).outcome).toBe('deferred');
    expect(calls).toEqual([]);
  });

  it('facts decide', () => {
    const decide = (places: PlaceTable) =>
      engine({ boundaries: asked }).decide({ document, grants, facts: { places } }).outcome;
    expect(decide(table)).toBe('allowed');
    expect(decide({ ...table, project: {} })).toBe('rejected');
    expect(decide({ group: table['group'] ?? {} })).toBe('deferred');
    expect(decide({ project: table['project'] ?? {} })).toBe('rejected');
  });

  it('an execution finds no place', async () => {
    const { data, errors } = await run(document, grants, { boundaries: asked });
    expect(data).toBeUndefined();
    expect(errors[0].extensions.code).toBe('NOT_FOUND');
  });

  it('a coarse token is not let in where some places require granular tokens', () => {
    const decide = (granularOnly: AmbitOptions['granularOnly']) =>
      engine({ boundaries: asked, granularOnly }).decide({ document, grants: { scopes: ['api'] } }).outcome;
    expect(decide([{ group: 'g1' }])).not.toBe('allowed');
    expect(decide(undefined)).toBe('allowed');
  });
});

describe('behind a gateway', () => {
  const upstreamOf = (sent: string[]) => async (call: { query: string }) => {
    sent.push(call.query);
    const web = { path: 'web', name: 'web', ambit0_0: 'web' };
    const data = { project: web, items: projects(['web', 'acme/site', 'nobody']).map(forwarded) };
    return { status: 200, body: { data } };
  };
  const forwarded = (one: ReturnType<typeof item>) => ({ ...one, ambit0_0: one.project });
  const ask = async (query: string, grants: Grants, asked: Asked[] = [], sent: string[] = []) => {
    const gateway = createGateway({
      ambit: engine({ boundaries: sources(asked) }),
      authenticate: async () => ({ grants }),
      upstream: upstreamOf(sent),
    });
    const response = await gateway(
      new Request('http://gateway.test/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      }),
    );
    return JSON.parse(await response.text());
  };

  it('objects are judged by what the source says, asked once for a list with the request', async () => {
    const asked: Asked[] = [];
    const { data } = await ask('{ items { title } }', holding({ group: 'acme' }), asked);
    expect(data).toEqual({ items: [{ title: 'title i0' }] });
    expect(asked.map(({ kind, identities }) => [kind, identities])).toEqual([
      ['group', ['acme']],
      ['project', ['web', 'acme/site', 'nobody']],
    ]);
    expect(asked.every(({ context }) => context instanceof Request)).toBe(true);
  });

  it('two mutations in places that could move are refused, because nothing can be asked between them', async () => {
    const sent: string[] = [];
    const { errors } = await ask(
      'mutation { a: move(path: "web", to: "g1") { moved } b: move(path: "api", to: "g1") { moved } }',
      holding({ group: 'acme' }, 'move_project'),
      [],
      sent,
    );
    expect(errors[0].extensions.code).toBe('NOT_CARRIED');
    expect(sent).toEqual([]);
  });
});

describe('an engine does not start', () => {
  const thrown = (options: object): unknown => {
    try {
      engine(options as Partial<AmbitOptions>);
      return 'started';
    } catch (error) {
      return error instanceof AmbitError ? `${error.code} ${error.message}` : error;
    }
  };
  const plain = { group: { parent: 'group' }, project: { parent: 'group' } };

  it.each<[string, object, string]>([
    [
      'with a source that is no function',
      { boundaries: { project: { places: 'x' } } },
      'BAD_RULES `places` can only be',
    ],
    [
      'with a source beside a way to read names',
      { boundaries: { project: { places: () => [], canonical: 'lowercase' } } },
      'BAD_RULES `canonical` says nothing beside `places`',
    ],
    [
      'with a kind without a source below one that has it',
      { boundaries: { group: { places: () => [] }, project: { parent: 'group' } } },
      'BAD_RULES boundary kind `group` has a source of places, and `project` below it has none',
    ],
    [
      'with a kind that its rules have asked for, and its options do not',
      {
        rules: {
          version: 1,
          boundaries: { group: { places: 'asked' }, project: { parent: 'group', places: 'asked' } },
        },
        boundaries: { project: {} },
      },
      'BAD_RULES the rules have the places of `project` asked for',
    ],
    [
      'with `granularOnly` that is no list',
      { granularOnly: { group: 'acme' } },
      'BAD_OPTION `granularOnly` has to be a list',
    ],
    ['with a text in it', { granularOnly: ['acme'] }, 'BAD_OPTION `granularOnly` has to be a list'],
    [
      'with an unknown kind in it',
      { boundaries: plain, granularOnly: [{ team: 'a' }] },
      'BAD_OPTION `team` in `granularOnly`',
    ],
    [
      'with the kind `user` in it',
      { boundaries: plain, granularOnly: [{ user: 'a' }] },
      'BAD_OPTION `user` in `granularOnly`',
    ],
    ['with no place in it', { boundaries: plain, granularOnly: [{}] }, 'BAD_OPTION `` in `granularOnly`'],
    [
      'with two kinds in one',
      { boundaries: plain, granularOnly: [{ group: 'a', project: 'b' }] },
      'BAD_OPTION `group` in',
    ],
    [
      'with an identity that can be none',
      { boundaries: plain, granularOnly: [{ group: 'a//b' }] },
      'BAD_OPTION `a//b` in',
    ],
    [
      'with no text as one',
      { boundaries: plain, granularOnly: [{ group: 7 }] },
      'BAD_OPTION `7` in `granularOnly`',
    ],
  ])('%s', (_title, options, message) => {
    expect(String(thrown(options))).toContain(message);
  });
});
