import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AmbitOptions,
  createAmbit,
  type Effect,
  type Grants,
  type Need,
  type PolicySource,
} from 'ambit';
import { loadCaseFile, runCase } from 'ambit/cases';
import { describe, expect, it } from 'vitest';

const schema = `
  type Query {
    a: Box b: String @policy(policies: [["p2"], ["p3", "p4"]]) c(tone: Tone): String @public list: BoxConnection
    d(input: In): String @public
  }
  type Box @policy(policies: [["p1"]]) { id: ID own: String @policy(policies: [["p5"]]) }
  type BoxConnection { nodes: [Box] totalCount: Int }
  enum Tone { PLAIN RUDE @policy(policies: [["p6"]]) }
  input In { tone: Tone depth: Int @policy(policies: [["p7"]]) }
`;
const rootValue = { a: { id: 1, own: 'x' }, b: 'b', c: 'c', d: 'd', list: { nodes: [], totalCount: 0 } };
const grants: Grants = { subject: 'u1', client: 'bot' };

const asking = (source: PolicySource, options: Partial<AmbitOptions> = {}) => {
  const asked: unknown[][] = [];
  const policies: PolicySource = (...given) => {
    asked.push(given);
    return source(...given);
  };
  const ambit = createAmbit({ schema, policies, sourceMs: 20, ...options });
  const run = (document: string, more: object = {}) =>
    ambit.execute({ document, rootValue, grants, contextValue: 'context', ...more });
  return { ambit, asked, run };
};
const yes: PolicySource = (names) => Object.fromEntries(names.map((name) => [name, true]));

describe('a source of policies', () => {
  it('is asked once, for every policy that the operation asks for', async () => {
    const { asked, run } = asking(yes);
    expect(await run('{ a { id own } b }')).toMatchObject({ data: { a: { own: 'x' }, b: 'b' } });
    expect(asked).toEqual([[expect.arrayContaining(['p1', 'p2', 'p3', 'p4', 'p5']), grants, 'context']]);
    expect(asked.map(([names]) => (names as string[]).length)).toEqual([5]);
  });

  it.each<[string, string, object, string[] | undefined]>([
    ['that asks for none', '{ c }', {}, undefined],
    ['that asks for what is held', '{ a { id } }', { grants: { ...grants, policies: ['p1'] } }, undefined],
    ['with a value that is supplied', '{ c(tone: RUDE) }', {}, ['p6']],
    ['with a value that is not', '{ c(tone: PLAIN) }', {}, undefined],
    [
      'with an input field in a variable',
      'query ($in: In) { d(input: $in) }',
      { variables: { in: { depth: 1, tone: 'RUDE' } } },
      ['p6', 'p7'],
    ],
    ['with the leaf of a connection', '{ list { totalCount } }', {}, ['p1']],
    ['with a part that is skipped', '{ c a @skip(if: true) { id } }', {}, undefined],
    [
      'with a part that a variable skips',
      'query ($s: Boolean!) { c a @skip(if: $s) { id } }',
      { variables: { s: true } },
      undefined,
    ],
    ['that is another than the named one', 'query A { c } query B { b }', { operationName: 'A' }, undefined],
    ['that is not valid', '{ b nothing }', {}, undefined],
    [
      'with variables that do not fit',
      'query ($t: Tone!) { b c(tone: $t) }',
      { variables: { t: 1 } },
      undefined,
    ],
    ['with variables that are none', 'query ($t: Tone) { b c(tone: $t) }', { variables: 'x' }, undefined],
  ])('is asked what an operation needs %s', async (_title, document, more, names) => {
    const { asked, run } = asking(yes);
    await run(document, more);
    expect(asked.map(([one]) => [...(one as string[])].sort())).toEqual(names === undefined ? [] : [names]);
  });

  it.each<[string, string, { effect?: Effect }]>([
    ['introspection', '{ __schema { queryType { name } } }', {}],
    ['hide', '{ c }', { effect: 'hide' }],
  ])('is asked for every policy where %s shows the mask', async (_title, document, more) => {
    const { asked, run } = asking(yes);
    await run(document, more);
    expect(asked.map(([one]) => (one as string[]).length)).toEqual([7]);
  });

  it.each<[string, unknown]>([
    ['throws', () => Promise.reject(new Error('away'))],
    ['is late', () => new Promise((resolve) => setTimeout(() => resolve({ p1: true }), 200))],
    ['answers nothing', () => undefined],
    ['answers a list', () => ['p1']],
    ['answers a text', () => 'true'],
    ['answers a map', () => new Map([['p1', true]])],
    ['promises inside of its answer', () => ({ p1: Promise.resolve(true) })],
    ['answers true enough', () => ({ p1: 1 })],
    ['answers by inheritance', () => Object.create({ p1: true })],
    ['answers something else', () => ({ p2: true })],
  ])('that %s denies', async (_title, source) => {
    const { run } = asking(source as PolicySource);
    const result = await run('{ a { id } c }');
    expect(JSON.parse(JSON.stringify(result.data))).toEqual({ a: null, c: 'c' });
    expect(result.errors?.map(({ extensions }) => extensions['missing'])).toEqual([[{ policy: 'p1' }]]);
  });

  it('holds nothing that was not asked', async () => {
    const { ambit } = asking(() => ({ p1: true, p2: true }));
    const facts = await ambit.stages.facts({ document: '{ a { id } }', grants });
    expect(facts.policies).toEqual({ p1: true });
  });

  it('never shares an answer between credentials', async () => {
    const { run } = asking(async (_names, { subject }) => ({ p1: subject === 'u1' }));
    const results = await Promise.all(
      ['u1', 'u2', 'u1'].map((subject) => run('{ a { id } c }', { grants: { subject } })),
    );
    expect(results.map(({ data }) => (data?.['a'] === null ? 'null' : 'there'))).toEqual([
      'there',
      'null',
      'there',
    ]);
  });
});

const folder = 'spec/cases';
const cases = (
  await Promise.all(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.yml'))
      .map((name) => loadCaseFile(join(folder, name))),
  )
).flat();
const namesIn = (needs: readonly Need[]): string[] =>
  needs.flatMap((need) => (typeof need === 'object' && 'policy' in need ? [need.policy] : []));

describe('every case', () => {
  const holding = cases.filter(({ grants: held, facts }) => (held.policies?.length ?? 0) > 0 && !facts);

  it.each(holding.map((one) => [one.id, one] as const))(
    '%s comes out the same where the policies are answered and not held',
    async (_id, one) => {
      const { policies = [], ...rest } = one.grants;
      const facts = { policies: Object.fromEntries(policies.map((name) => [name, true])) };
      expect((await runCase({ ...one, grants: rest, facts })).differences).toEqual([]);
    },
  );

  const guarded = cases.filter(({ engine }) =>
    [...engine.policy.rules.values()].some(({ elements }) =>
      elements.some(({ kind }) => kind === 'policies'),
    ),
  );

  it('has every policy asked that it could be denied for', async () => {
    let denied = 0;
    for (const one of guarded) {
      const asked = new Set<string>();
      const ambit = createAmbit({
        schema: one.sdl,
        rules: one.rules,
        permissions: one.permissions,
        boundaries: one.boundaries,
        coverage: one.coverage,
        granularOnly: one.granularOnly,
        policies: (names) => {
          for (const name of names) asked.add(name);
          return {};
        },
      });
      const { operation: document, operationName, variables } = one;
      const input = { document, operationName, variables, grants: { subject: 'u1', scopes: ['api'] } };
      await ambit.stages.facts(input);
      const prepared = ambit.stages.prepare(input);
      if (prepared.kind !== 'prepared') continue;
      const needed = prepared.decision.denied.flatMap(({ requires }) => requires.flatMap(namesIn));
      expect(
        needed.filter((name) => !asked.has(name)),
        one.id,
      ).toEqual([]);
      denied += needed.length;
    }
    expect(denied).toBeGreaterThan(10);
  });
});
