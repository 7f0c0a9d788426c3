import { describe, expect, it, test } from 'vitest';
import type { AuditEvent } from '../audit/event.ts';
import { createAmbit } from '../create.ts';
import { AmbitError } from '../errors.ts';
import type { Caveat, Grants } from '../types.ts';
import { parseGrants } from './grants.ts';

const schema = `
  type Query { motd: String @public hushed: String @public version: String }
  type Mutation { ping: String @public }
  type Subscription { ticked: String @public tocked: String @public }
`;
const rootValue = { motd: 'hello', hushed: 'psst', version: '1.0', ping: 'pong' };

describe('caveats as they are read', () => {
  it('are what they say', () => {
    const caveats: Caveat[] = [
      {
        operations: ['query:*', 'mutate:createNote', 'subscribe:_x'],
        permissions: ['read_issue'],
        scopes: ['repo:read'],
        boundaries: [{ project: 'acme/web' }, 'user', 'instance'],
        readOnly: true,
        expires: '2030-01-01T00:00:00+02:00',
        address: ['10.0.0.0/8'],
        label: 'for the report',
      },
      { label: '' },
    ];
    expect(parseGrants({ caveats }).caveats).toEqual(caveats);
  });

  it.each<[unknown, string]>([
    ['readOnly', '`caveats` has to be a list; found a string'],
    [null, '`caveats` has to be a list; found null'],
    [['readOnly'], 'a caveat has to be a mapping; found a string'],
    [[['readOnly']], 'a caveat has to be a mapping; found a list'],
    [[undefined], 'a caveat has to be a mapping; found nothing'],
    [new Array(1), 'a caveat has to be a mapping; found nothing'],
    [[{}], 'a caveat that says nothing leaves nothing; it can say operations, permissions'],
    [[{ weather: 'fair' }], '`weather` is no known key of a caveat; known are operations, permissions'],
    [[{ readonly: true }], '`readonly` is no known key of a caveat'],
    [[{ readOnly: false }], '`readOnly` has to be true, or absent; found a boolean'],
    [[{ readOnly: 'true' }], '`readOnly` has to be true, or absent; found a string'],
    [[{ readOnly: undefined }], '`readOnly` has to be true, or absent; found nothing'],
    [[{ operations: [] }], '`operations` of a caveat is an empty list, which leaves nothing'],
    [[{ operations: 'query:a' }], '`operations` has to be a list; found a string'],
    [[{ operations: ['query:a*'] }], '`query:a*` in `operations` names no root field'],
    [[{ operations: ['*'] }], '`*` in `operations` names no root field'],
    [[{ operations: ['query:a\n'] }], '` in `operations` names no root field'],
    [[{ operations: ['mutation:a'] }], '`mutation:a` in `operations` names no root field'],
    [[{ permissions: [1] }], '`permissions` has to be a list of strings; found a list'],
    [[{ scopes: {} }], '`scopes` has to be a list; found a object'],
    [[{ boundaries: [] }], '`boundaries` of a caveat is an empty list, which leaves nothing'],
    [[{ boundaries: ['all_memberships'] }], '`all_memberships` in the `boundaries` of a caveat is no place'],
    [[{ boundaries: [{ a: 'b', c: 'd' }] }], 'a place in `boundaries` has to name exactly one kind; found 2'],
    [[{ boundaries: [{ project: 7 }] }], '`project` has to be a string; found a number'],
    [[{ boundaries: new Array(1) }], 'a place in `boundaries` has to be a mapping; found nothing'],
    [[{ expires: 'tomorrow' }], '`expires` has to be an ISO 8601 instant'],
    [[{ expires: 0 }], '`expires` has to be a string; found a number'],
    [[{ address: [] }], '`address` of a caveat is an empty list, which leaves nothing'],
    [[{ label: 7 }], '`label` has to be a string; found a number'],
    [[{ label: 'x' }, {}], 'a caveat that says nothing leaves nothing'],
  ])('are refused where they are %j', async (caveats, message) => {
    expect(() => parseGrants({ caveats })).toThrow(AmbitError);
    expect(() => parseGrants({ caveats })).toThrow(message);
    const barred = { subject: 'ada', scopes: ['api'], caveats } as Grants;
    const ambit = createAmbit({ schema });
    expect(ambit.decide({ document: '{ motd version __typename }', grants: barred }).outcome).toBe(
      'rejected',
    );
    expect(await ambit.execute({ document: '{ motd }', rootValue, grants: barred })).not.toHaveProperty(
      'data.motd',
    );
  });

  it('hold nothing that only their prototype says', () => {
    const inherited = Object.create({ label: 'x' }) as Caveat;
    expect(
      createAmbit({ schema }).decide({ document: '{ motd }', grants: { caveats: [inherited] } }).outcome,
    ).toBe('rejected');
  });
});

describe('a root field that a caveat keeps from running', () => {
  const grants: Grants = { scopes: ['api'], caveats: [{ operations: ['query:motd', 'subscribe:ticked'] }] };
  const ambit = createAmbit({ schema });

  it('is a denial that says so', () => {
    const { denied } = ambit.decide({ document: '{ motd version }', grants });
    expect(denied).toEqual([
      {
        path: ['version'],
        coordinate: 'Query.version',
        requires: [],
        missing: [],
        kind: 'missing',
        caveat: 'operations',
      },
    ]);
    expect(ambit.explain({ document: '{ motd version }', grants })).toContain(
      'version: not permitted: this token was narrowed to other operations, and `Query.version` is not among them',
    );
  });

  it('is told in the extensions of its error', async () => {
    const result = await ambit.execute({ document: '{ motd version }', rootValue, grants });
    expect(JSON.parse(JSON.stringify(result))).toEqual({
      data: { motd: 'hello', version: null },
      errors: [
        {
          message:
            'not permitted: this token was narrowed to other operations, and `Query.version` is not among them',
          path: ['version'],
          extensions: {
            code: 'UNAUTHORIZED_FIELD_OR_TYPE',
            coordinate: 'Query.version',
            requires: [],
            missing: [],
            caveat: 'operations',
          },
        },
      ],
    });
  });

  it('is told of a mutation that may only read', () => {
    const only = { caveats: [{ readOnly: true as const }] };
    const { denied } = ambit.decide({ document: 'mutation { ping }', grants: only });
    expect(denied.map(({ caveat }) => caveat)).toEqual(['readOnly']);
    expect(ambit.explain({ document: 'mutation { ping }', grants: only })[1]).toBe(
      'ping: not permitted: this token was narrowed to operations that change nothing, and `Mutation.ping` is not among them',
    );
  });

  it('is told to the audit', async () => {
    const events: AuditEvent[] = [];
    const audited = createAmbit({ schema, audit: (event) => events.push(event) });
    await audited.execute({ document: '{ motd version }', rootValue, grants });
    expect(events[0]?.denials.map(({ coordinate, caveat }) => [coordinate, caveat])).toEqual([
      ['Query.version', 'operations'],
    ]);
  });

  it('is no stream that is started', async () => {
    let started = 0;
    const root = {
      tocked: () => {
        started += 1;
      },
    };
    const result = await ambit.execute({ document: 'subscription { tocked }', rootValue: root, grants });
    expect([started, JSON.stringify(result)]).toEqual([0, expect.stringContaining('"caveat":"operations"')]);
  });
});

test('rights that are kept end when a caveat does', async () => {
  let now = Date.parse('2030-01-01');
  const ambit = createAmbit({ schema, now: () => now });
  const grants: Grants = { scopes: ['api'], caveats: [{ expires: '2030-01-02' }, { expires: '2031-01-01' }] };
  const versionNow = async (): Promise<unknown> => {
    const result = await ambit.execute({ document: '{ motd version }', rootValue, grants });
    return (result as { data?: { version?: unknown } }).data?.version;
  };
  expect(await versionNow()).toBe('1.0');
  now = Date.parse('2030-01-02') - 1;
  expect(await versionNow()).toBe('1.0');
  now = Date.parse('2030-01-02');
  expect(await versionNow()).toBe(null);
});

test('a stream ends when a caveat of its grants does', async () => {
  let now = Date.parse('2030-01-01');
  const ambit = createAmbit({ schema, now: () => now });
  const grants: Grants = { caveats: [{ expires: '2030-01-02' }] };
  async function* ticks(): AsyncGenerator<unknown> {
    yield { ticked: 'one' };
    now = Date.parse('2030-01-03');
    yield { ticked: 'two' };
  }
  const stream = await ambit.execute({
    document: 'subscription { ticked }',
    rootValue: { ticked: ticks },
    grants,
  });
  const told: string[] = [];
  for await (const event of stream as AsyncIterable<unknown>) told.push(JSON.stringify(event));
  expect(told).toEqual(['{"data":{"ticked":"one"}}', expect.stringContaining('"code":"UNAUTHENTICATED"')]);
});
