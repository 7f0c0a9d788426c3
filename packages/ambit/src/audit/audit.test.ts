import { type AmbitOptions, type AuditEvent, createAmbit, type Grants } from 'ambit';
import { createGateway } from 'ambit/gateway';
import { describe, expect, it } from 'vitest';

const schema = `
  type Query {
    project(fullPath: ID!): Project
    report(password: String): String @requiresScopes(scopes: [["reports:read"]])
    costs: String @requiresScopes(scopes: [["costs:read"]])
    motd: String @public
  }
  type Mutation {
    rename(fullPath: ID!): String @requiresPermissions(permissions: ["update_project"], boundaryType: "project", boundaryArgument: "fullPath")
  }
  type Project @requiresPermissions(permissions: ["read_project"], boundaryType: "project", boundary: "fullPath") { fullPath: ID name: String }
`;
const rootValue = {
  motd: 'hello',
  report: 'all is well',
  costs: '3',
  project: { fullPath: 'acme/web', name: 'Web' },
  rename: 'renamed',
};
const reporting: Grants = { subject: 'u1', client: 'bot', scopes: ['reports:read'] };

const audited = (options: Partial<AmbitOptions> = {}) => {
  const events: AuditEvent[] = [];
  const ambit = createAmbit({ schema, audit: (event) => events.push(event), ...options });
  const run = (document: string, grants: Grants, more: object = {}) =>
    ambit.execute({ document, rootValue, grants, ...more });
  const kinds = () => events.map(({ denials }) => denials.map(({ kind }) => kind));
  return { ambit, events, run, kinds };
};

describe('the audit', () => {
  it('is told once of each operation, with who asked, what it was and what came of it', async () => {
    const { events, run } = audited();
    await run('query Both { report costs }', reporting);
    expect(events).toEqual([
      {
        subject: 'u1',
        client: 'bot',
        operation: { name: 'Both', kind: 'query' },
        outcome: 'filtered',
        denials: [{ path: ['costs'], coordinate: 'Query.costs', kind: 'missing', missing: ['costs:read'] }],
      },
    ]);
  });

  it.each<[string, string, Grants, Partial<AuditEvent>]>([
    ['allowed', '{ motd }', {}, { outcome: 'allowed', subject: undefined, client: undefined, denials: [] }],
    [
      'refused whole',
      'mutation { rename(fullPath: "x") }',
      {},
      { outcome: 'rejected', operation: { name: undefined, kind: 'mutation' } },
    ],
    [
      'not valid',
      '{ nothing }',
      reporting,
      { outcome: 'invalid', operation: undefined, denials: [], subject: 'u1' },
    ],
    ['no GraphQL', '{', reporting, { outcome: 'invalid', operation: undefined }],
  ])('is told of an operation that is %s', async (_title, document, grants, expected) => {
    const { events, run } = audited();
    await run(document, grants);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject(expected);
  });

  it('is told of a token that is not accepted', async () => {
    const { events, run } = audited({ granular: false });
    await run('{ motd }', { subject: 'u1', scopes: ['api:graphql:query:motd'] });
    expect(events).toMatchObject([{ outcome: 'refused', operation: undefined, denials: [], subject: 'u1' }]);
  });

  it('is told of what lies outside, which the client is not', async () => {
    const { events, run } = audited();
    const grants: Grants = {
      subject: 'u1',
      granular: [{ permissions: ['update_project'], boundary: { project: 'acme/api' } }],
    };
    await run('mutation { rename(fullPath: "acme/web") }', grants);
    expect(events).toMatchObject([
      {
        outcome: 'rejected',
        denials: [{ path: ['rename'], coordinate: 'Mutation.rename', kind: 'outside', missing: [] }],
      },
    ]);
  });

  it('holds no value that a client sent, and no grants', async () => {
    const { events, run } = audited();
    const grants: Grants = {
      subject: 'u1',
      scopes: ['secret-scope'],
      roles: ['secret-role'],
      policies: ['secret-policy'],
    };
    const variables = { p: 'secret-variable' };
    await run('query ($p: String) { report(password: $p) motd }', grants, {
      variables,
      contextValue: 'secret-context',
    });
    await run('{ report(password: "secret-literal") }', grants);
    await run('{ nothing(password: "secret-literal") }', grants, { operationName: 'secret-name' });
    expect(events).toHaveLength(3);
    expect(JSON.stringify(events)).not.toContain('secret-');
  });

  it('is told after the operation has run', async () => {
    const order: string[] = [];
    const { run } = audited({ audit: () => order.push('told') });
    await run('{ motd }', {}, { rootValue: { motd: () => order.push('ran') && 'hello' } });
    expect(order).toEqual(['ran', 'told']);
  });

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('full');
      },
    ],
    ['is rejected', () => Promise.reject(new Error('full'))],
    [
      'changes what it was given',
      (...given: unknown[]) => {
        ((given[0] as AuditEvent).denials as unknown[]).length = 0;
        throw new Error('full');
      },
    ],
  ])('changes no answer where it %s', async (_title, audit) => {
    const told: unknown[] = [];
    const { run } = audited({ audit, onError: (error, source) => told.push([String(error), source]) });
    const document = '{ report costs motd }';
    const quiet = audited();
    for (const again of [1, 2]) {
      expect(await run(document, reporting), String(again)).toEqual(await quiet.run(document, reporting));
    }
    await Promise.resolve();
    expect(told).toEqual([
      ['Error: full', 'audit'],
      ['Error: full', 'audit'],
    ]);
  });

  it('has to be a function', () => {
    expect(() => audited({ audit: 'log' as never })).toThrow(expect.objectContaining({ code: 'BAD_OPTION' }));
  });
});

describe('kinds of denial', () => {
  const { subject, client } = reporting;
  const less: Grants = { subject: 'u1', client: 'bot', scopes: [] };

  it('are missing until the subject and the client are known, then hidden if never shown', async () => {
    const { run, kinds } = audited();
    await run('{ costs }', reporting);
    await run('{ costs }', reporting);
    expect(kinds()).toEqual([['missing'], ['hidden']]);
  });

  it('are lost where an earlier mask showed it, and hidden where none did', async () => {
    const { run, kinds } = audited();
    await run('{ report }', reporting);
    await run('{ report costs }', less);
    await run('{ report costs }', less);
    expect(kinds()).toEqual([[], ['lost', 'hidden'], ['lost', 'hidden']]);
  });

  it('are lost once the token has expired', async () => {
    const { run, kinds } = audited();
    await run('{ report }', reporting);
    await run('{ report }', { ...reporting, expires: '2020-01-01' });
    expect(kinds()).toEqual([[], ['lost']]);
  });

  it('are not known from another subject or another client', async () => {
    const { run, kinds } = audited();
    await run('{ report }', reporting);
    await run('{ report }', { ...less, subject: 'u2' });
    await run('{ report }', { ...less, client: 'other' });
    await run('{ report }', { scopes: [] });
    await run('{ report }', { scopes: [] });
    expect(kinds()).toEqual([[], ['missing'], ['missing'], ['missing'], ['missing']]);
  });

  it('do not mix up a subject with a client', async () => {
    const { run, kinds } = audited();
    await run('{ report }', { subject: 'u1', scopes: ['reports:read'] });
    await run('{ report }', { client: 'u1', scopes: [] });
    expect(kinds()).toEqual([[], ['missing']]);
  });

  it('stay outside whatever was shown before', async () => {
    const { run, kinds } = audited();
    const holding = (project: string): Grants =>
      ({
        subject,
        client,
        granular: [{ permissions: ['update_project'], boundary: { project } }],
      }) as Grants;
    await run('mutation { rename(fullPath: "acme/web") }', holding('acme/web'));
    await run('mutation { rename(fullPath: "acme/web") }', holding('acme/api'));
    await run('mutation { rename(fullPath: "acme/web") }', less);
    expect(kinds()).toEqual([[], ['outside'], ['lost']]);
  });

  it('forget who was met longest ago', async () => {
    const { run, kinds } = audited();
    await run('{ report }', reporting);
    for (let index = 0; index < 1_000; index += 1) await run('{ motd }', { subject: `other-${index}` });
    await run('{ report }', less);
    expect(kinds().at(-1)).toEqual(['missing']);
  });
});

describe('the audit of a gateway', () => {
  const asking = async (query: string, grants: Grants, upstream: () => unknown) => {
    const { ambit, events } = audited();
    const gateway = createGateway({
      ambit,
      authenticate: async () => ({ grants }),
      upstream: async () => ({ status: 200, body: upstream() }),
    });
    const response = await gateway(
      new Request('http://gateway/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      }),
    );
    return { status: response.status, events };
  };

  it.each<[string, string, Grants, () => unknown, number, Partial<AuditEvent>]>([
    [
      'a filtered query',
      'query Q { report costs }',
      reporting,
      () => ({ data: { report: 'x' } }),
      200,
      { outcome: 'filtered', operation: { name: 'Q', kind: 'query' } },
    ],
    [
      'a refused mutation',
      'mutation { rename(fullPath: "x") }',
      reporting,
      () => ({}),
      403,
      { outcome: 'rejected' },
    ],
    [
      'an invalid document',
      '{ nothing }',
      reporting,
      () => ({}),
      200,
      { outcome: 'invalid', operation: undefined },
    ],
    [
      'an API that is away',
      '{ motd }',
      reporting,
      () => {
        throw new Error('away');
      },
      502,
      { outcome: 'allowed' },
    ],
  ])('is told of %s once', async (_title, query, grants, upstream, status, expected) => {
    const told = await asking(query, grants, upstream);
    expect(told.status).toBe(status);
    expect(told.events).toHaveLength(1);
    expect(told.events[0]).toMatchObject(expected);
  });
});
