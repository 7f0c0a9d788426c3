import { type AmbitOptions, createAmbit, type Grants } from 'ambit';
import { createGateway } from 'ambit/gateway';
import { describe, expect, it } from 'vitest';

const schema = `
  type Query { project(fullPath: ID!): Project diary: String @requiresPermissions(permissions: ["read_diary"], boundaryType: "user") motd: String @public }
  type Project @requiresPermissions(permissions: ["read_project"], boundaryType: "project", boundary: "fullPath") { fullPath: ID name: String }
`;
const boundaries = { group: { parent: 'group' }, project: { parent: 'group' } };
const rootValue = {
  project: ({ fullPath }: { fullPath: string }) => ({ fullPath, name: fullPath }),
  diary: 'dear diary',
  motd: 'hello',
};
const document =
  '{ web: project(fullPath: "acme/web") { name } api: project(fullPath: "acme/api") { name } motd }';
const everywhere: Grants = {
  subject: 'u1',
  granular: [{ permissions: ['read_project'], boundary: 'all_memberships' }],
};
const inGroup: Grants = {
  subject: 'u1',
  granular: [{ permissions: ['read_project', 'read_diary'], boundary: { group: 'acme' } }],
};

const engine = (options: Partial<AmbitOptions>) => createAmbit({ schema, boundaries, ...options });
const run = async (options: Partial<AmbitOptions>, grants: Grants, contextValue?: unknown) => {
  const result = await engine(options).execute({ document, rootValue, grants, contextValue });
  return JSON.parse(JSON.stringify(result.data ?? null));
};
const nowhere = { web: null, api: null, motd: 'hello' };
const onlyWeb = { web: { name: 'acme/web' }, api: null, motd: 'hello' };
const both = { web: { name: 'acme/web' }, api: { name: 'acme/api' }, motd: 'hello' };
const later = <T>(value: T, ms: number): Promise<T> =>
  new Promise((resolve) => setTimeout(() => resolve(value), ms));

describe('a source of memberships', () => {
  it('is asked once per request, with the subject and the context value', async () => {
    const asked: unknown[] = [];
    const memberships = (subjects: readonly string[], context: unknown) => {
      asked.push([subjects, context]);
      return [{ project: ['acme/web'] }];
    };
    expect(await run({ memberships }, everywhere, 'of this request')).toEqual(onlyWeb);
    expect(asked).toEqual([[['u1'], 'of this request']]);
  });

  it.each<[string, Grants]>([
    ['holds nothing granular', { subject: 'u1', scopes: ['api'] }],
    ['names its places', inGroup],
    ['has no subject', { granular: everywhere.granular ?? [] }],
  ])('is not asked for a token that %s', async (_title, grants) => {
    let asked = 0;
    const memberships = () => {
      asked += 1;
      return [{ project: ['acme/web'] }];
    };
    await run({ memberships }, grants);
    expect(asked).toBe(0);
  });

  it.each<[string, () => unknown]>([
    ['throws', () => Promise.reject(new Error('away'))],
    [
      'throws at once',
      () => {
        throw new Error('away');
      },
    ],
    ['is late', () => later([{ project: ['acme/web'] }], 200)],
    ['knows of nothing', () => [null]],
    ['answers for nobody', () => []],
    ['answers for somebody else too', () => [{ project: ['acme/web'] }, { project: ['acme/api'] }]],
    ['answers no list', () => ({ project: ['acme/web'] })],
    ['names no list', () => [{ project: 'acme/web' }]],
    ['names an unknown kind', () => [{ project: ['acme/web'], team: ['x'] }]],
    ['names the user', () => [{ project: ['acme/web'], user: ['u1'] }]],
    ['names a place that cannot be', () => [{ project: ['acme/web', 'acme//x'] }]],
    ['names no text', () => [{ project: ['acme/web', { toString: () => 'acme/api' }] }]],
    ['names the personal place as a list', () => [{ project: ['acme/web'], personal: ['acme'] }]],
    ['promises inside of its answer', () => [Promise.resolve({ project: ['acme/web'] })]],
  ])('that %s holds nowhere', async (_title, source) => {
    expect(await run({ memberships: source as never, sourceMs: 20 }, everywhere)).toEqual(nowhere);
  });

  it('never shares what it told between requests that run together', async () => {
    const memberships = async ([subject]: readonly string[]) => [
      { project: subject === 'u1' ? ['acme/web'] : ['acme/api'] },
    ];
    const ambit = engine({ memberships });
    const [one, other] = await Promise.all(
      ['u1', 'u2'].map((subject) =>
        ambit.execute({ document, rootValue, grants: { ...everywhere, subject } }),
      ),
    );
    expect(JSON.parse(JSON.stringify([one?.data, other?.data]))).toEqual([onlyWeb, { ...both, web: null }]);
  });

  it('is asked again by the next request of the same token', async () => {
    const told = [[{ project: ['acme/web'] }], [{}]];
    const ambit = engine({ memberships: () => told.shift() ?? [] });
    const [first, second] = [
      await ambit.execute({ document, rootValue, grants: everywhere }),
      await ambit.execute({ document, rootValue, grants: everywhere }),
    ];
    expect(JSON.parse(JSON.stringify([first.data, second.data]))).toEqual([onlyWeb, nowhere]);
  });

  it('is asked by the gateway with its request', async () => {
    let context: unknown;
    const ambit = engine({
      memberships: (_subjects, given) => {
        context = given;
        return [{ project: ['acme/web'] }];
      },
    });
    const gateway = createGateway({
      ambit,
      authenticate: async () => ({ grants: everywhere }),
      upstream: async ({ query }) => ({
        status: 200,
        body: { data: query.includes('acme/api') ? null : { motd: 'hello' } },
      }),
    });
    const request = new Request('http://gateway/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ motd }' }),
    });
    expect(await (await gateway(request)).json()).toEqual({ data: { motd: 'hello' } });
    expect(context).toBe(request);
  });

  it('tells the hook of errors what went wrong, and survives the hook', async () => {
    const told: unknown[] = [];
    const memberships = () => Promise.reject(new Error('away'));
    const onError = (error: unknown, source: string) => {
      told.push([String(error), source]);
      throw new Error('the hook fails too');
    };
    expect(await run({ memberships, onError }, everywhere)).toEqual(nowhere);
    expect(told).toEqual([['Error: away', 'memberships']]);
  });

  it('takes no facts from the caller of execute', async () => {
    const facts = { memberships: { project: ['acme/web'] } };
    const result = await engine({}).execute({ document, rootValue, grants: everywhere, ...{ facts } });
    expect(result.data?.['web']).toBeNull();
  });
});

describe('memberships as a limit', () => {
  const limited = (...projects: string[]): Partial<AmbitOptions> => ({
    memberships: { source: () => [{ project: projects }], limits: true },
  });

  it('narrow a grant to where the subject is a member too', async () => {
    expect(await run(limited('acme/web'), inGroup)).toEqual(onlyWeb);
    expect(await run({ memberships: () => [{ project: ['acme/web'] }] }, inGroup)).toEqual(both);
  });

  it('keep a grant that lies within a membership, and nothing beside it', async () => {
    const grants: Grants = {
      subject: 'u1',
      granular: [{ permissions: ['read_project'], boundary: { project: 'acme/web' } }],
    };
    const source = () => [{ group: ['acme'] }];
    expect(await run({ memberships: { source, limits: true } }, grants)).toEqual(onlyWeb);
  });

  it('count the personal place', async () => {
    const source = () => [{ personal: { project: ['acme/web'] } }];
    expect(await run({ memberships: { source, limits: true } }, inGroup)).toEqual(onlyWeb);
  });

  it.each<[string, () => unknown]>([
    ['fails', () => Promise.reject(new Error('away'))],
    ['knows of no place', () => [{}]],
    ['knows of other places', () => [{ group: ['acme-evil', 'acm'], project: ['other/web'] }]],
  ])('leave nothing where the source %s', async (_title, source) => {
    const memberships = { source: source as never, limits: true };
    expect(await run({ memberships }, inGroup)).toEqual(nowhere);
  });

  it('leave nothing to a token without a subject', async () => {
    const { subject, ...grants } = inGroup;
    expect(subject).toBe('u1');
    expect(await run(limited('acme/web'), grants)).toEqual(nowhere);
  });

  it('let the user and the instance be', async () => {
    const grants: Grants = { subject: 'u1', granular: [{ permissions: ['read_diary'], boundary: 'user' }] };
    const result = await engine(limited()).execute({ document: '{ diary }', rootValue, grants });
    expect(result).toMatchObject({ data: { diary: 'dear diary' } });
  });
});

describe('the switch of granular tokens', () => {
  const code = async (granular: unknown, grants: Grants = inGroup) => {
    const result = await engine({ granular: granular as never, sourceMs: 20 }).execute({
      document: '{ motd }',
      rootValue,
      grants,
    });
    return result.errors?.[0]?.extensions['code'] ?? result.data?.['motd'];
  };

  it.each<[string, unknown]>([
    ['is false', false],
    ['answers false', () => false],
    ['promises false', async () => false],
    ['throws', () => Promise.reject(new Error('away'))],
    ['is late', () => later(true, 200)],
    ['answers something else that is true enough', () => 1],
    ['answers the text', () => 'true'],
    ['answers nothing', () => undefined],
  ])('is off where it %s', async (_title, granular) => {
    expect(await code(granular)).toBe('GRANULAR_TOKENS_OFF');
  });

  it.each<[string, unknown]>([
    ['is left out', undefined],
    ['is true', true],
    ['answers true', () => true],
    ['promises true', async () => true],
  ])('is on where it %s', async (_title, granular) => {
    expect(await code(granular)).toBe('hello');
  });

  it('is a function of the subject', async () => {
    const granular = (subject: string | undefined) => subject === 'u2';
    expect(await code(granular)).toBe('GRANULAR_TOKENS_OFF');
    expect(await code(granular, { ...inGroup, subject: 'u2' })).toBe('hello');
  });

  it('is not asked about tokens that hold nothing granular', async () => {
    const asked: unknown[] = [];
    const granular = (subject: string | undefined) => asked.push(subject) > 0;
    expect(await code(granular, { subject: 'u1', scopes: ['api'] })).toBe('hello');
    expect(asked).toEqual([]);
  });

  it('is off in a decision that is told nothing of it', () => {
    const ambit = engine({ granular: () => true });
    expect(ambit.decide({ document: '{ motd }', grants: inGroup })).toMatchObject({
      outcome: 'rejected',
      operation: null,
      errors: ['granular tokens are switched off here; this token is not accepted'],
    });
    const facts = { granular: true };
    expect(ambit.decide({ document: '{ motd }', grants: inGroup, facts }).outcome).toBe('allowed');
    expect(engine({ granular: false }).decide({ document: '{ motd }', grants: inGroup, facts }).outcome).toBe(
      'rejected',
    );
  });

  it('says why in sentences', () => {
    expect(engine({ granular: false }).explain({ document: '{ motd }', grants: inGroup })).toEqual([
      'the operation is rejected',
      'granular tokens are switched off here; this token is not accepted',
    ]);
  });

  it('leaves no rights to who makes them ready by hand', () => {
    const rights = engine({ granular: false }).stages.rights(inGroup);
    expect([rights.barred, rights.mayHold(['read_project'], 'project')]).toEqual([true, false]);
  });
});

describe('options about sources', () => {
  it.each<[string, object]>([
    ['memberships', { memberships: {} }],
    ['memberships', { memberships: { source: [] } }],
    ['memberships', { memberships: null }],
    ['memberships.limits', { memberships: { source: () => [], limits: 'yes' } }],
    ['granular', { granular: 'off' }],
    ['granular', { granular: null }],
    ['policies', { policies: {} }],
    ['onError', { onError: true }],
    ['sourceMs', { sourceMs: 0 }],
    ['sourceMs', { sourceMs: Number.NaN }],
    ['sourceMs', { sourceMs: 3_000_000_000 }],
    ['personal', { memberships: () => [], boundaries: { project: {}, personal: {} } }],
  ])('are refused where they could never answer: %s', (name, options) => {
    expect(() => engine(options as never)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', message: expect.stringContaining(`\`${name}\``) }),
    );
  });
});

describe('checkGrants', () => {
  it('takes all memberships where somebody knows of them', () => {
    const problems = (options: Partial<AmbitOptions>, grants: Grants = everywhere) =>
      engine(options)
        .checkGrants(grants)
        .map(({ message }) => message);
    expect(problems({})).toEqual([expect.stringContaining('needs a source of memberships')]);
    expect(problems({ memberships: () => [] })).toEqual([]);
    expect(problems({ memberships: () => [] }, { granular: everywhere.granular ?? [] })).toEqual([
      expect.stringContaining('these grants name none'),
    ]);
  });
});
