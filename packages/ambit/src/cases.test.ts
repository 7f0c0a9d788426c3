import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type CaseResult, loadCaseFile, parseCaseFile, runCase } from './cases.ts';

const SETTING = `
schema: |
  type Query {
    a: String @requiresScopes(scopes: [["x"], ["y", "z"]])
    b: String @public
    box(id: ID!): Box
  }
  type Box @requiresPermissions(permissions: ["read_box"], boundaryType: "shelf", boundary: "shelf") {
    id: ID
    shelf: ID
  }
`;
const folder = mkdtempSync(join(tmpdir(), 'ambit-cases-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function run(cases: string): Promise<CaseResult[]> {
  const parsed = await parseCaseFile(`${SETTING}cases:\n${cases}`, join(folder, 'cases.yml'));
  return Promise.all(parsed.map(runCase));
}

async function differences(one: string): Promise<readonly string[]> {
  const [result] = await run(`  - { id: one, grants: {}, ${one} }\n`);
  expect(result!.passed).toBe(result!.differences.length === 0);
  return result!.differences;
}

describe('runCase', () => {
  it('passes what comes out as written, whatever the layout and the order', async () => {
    expect(
      await differences(
        'operation: "{ b a }", expect: { outcome: filtered, operation: "query # left\\n{\\n  b, }", denied: [a], deferred: [], needs: [[z, y], [x]] }',
      ),
    ).toEqual([]);
  });

  it('does not compare what is absent', async () => {
    expect(await differences('operation: "{ b a }", expect: { denied: [a] }')).toEqual([]);
  });

  it('names each difference', async () => {
    const expected =
      '{ outcome: allowed, operation: "{ b a }", denied: ["", b], deferred: [a], needs: [[x, w], [y, z]] }';
    expect(await differences(`operation: "{ b a }", expect: ${expected}`)).toEqual([
      'outcome: expected `allowed`, got `filtered`',
      'operation: expected {b a}, got {b}',
      'denied: the operation as a whole was expected and is not denied',
      'denied: `b` was expected and is not denied',
      'denied: `a` is denied and was not expected',
      'deferred: `a` was expected and is not deferred',
      'needs: scope `x` and scope `w` was expected and would not do',
      'needs: scope `x` would do and was not expected',
    ]);
  });

  it('knows an operation of which nothing is left', async () => {
    expect(await differences('operation: "{ a }", expect: { outcome: rejected, operation: null }')).toEqual(
      [],
    );
    expect(await differences('operation: "{ b }", expect: { operation: null }')).toEqual([
      'operation: expected nothing, got {b}',
    ]);
  });

  it('counts an operation that is not valid as a difference, and under `hide` as rejected', async () => {
    const [only] = await differences('operation: "{ nope }", expect: { outcome: rejected }');
    expect(only).toContain('cannot be decided');
    expect(await differences('operation: "{ a }", effect: hide, expect: { outcome: rejected }')).toEqual([]);
  });

  it('reads permissions of needs as people write them', async () => {
    const needs = '[[{ boundaryType: shelf, permission: read_box }]]';
    expect(await differences(`operation: '{ box(id: 1) { id } }', expect: { needs: ${needs} }`)).toEqual([]);
  });
});

describe('settings', () => {
  it('come from the case before the file, inline or by path', async () => {
    writeFileSync(join(folder, 'rules.yml'), 'version: 1\nrules: { Query.a: { public: true } }\n');
    writeFileSync(join(folder, 'schema.graphql'), 'type Query { a: String }\n');
    const results = await run(`
  - { id: overlay, grants: {}, operation: "{ b }", rules: { version: 1, rules: { Query.b: { authenticated: true } } }, expect: { denied: [b] } }
  - { id: own, grants: {}, operation: "{ a }", schema: "type Query { a: String }", expect: { outcome: rejected } }
  - { id: open, grants: {}, operation: "{ a }", schema: "type Query { a: String }", coverage: open, expect: { outcome: allowed } }
  - { id: path, grants: {}, operation: "{ a }", schema: ./schema.graphql, rules: rules.yml, expect: { outcome: allowed } }
  - { id: file, grants: {}, operation: "{ a }", expect: { outcome: rejected } }
`);
    expect(results.filter(({ passed }) => !passed)).toEqual([]);
  });

  it('are shared by cases that bring none of their own', async () => {
    const text = `${SETTING}cases:\n  - &one { id: one, grants: {}, operation: "{ b }", expect: { outcome: allowed } }\n  - { <<: *one, id: two }\n`;
    await expect(parseCaseFile(text, join(folder, 'cases.yml'))).rejects.toThrow('`<<` is no known key');
    const [one, two] = await parseCaseFile(
      text.replace(
        '<<: *one, id: two',
        'id: two, grants: {}, operation: "{ a }", expect: { outcome: rejected }',
      ),
      join(folder, 'cases.yml'),
    );
    expect(one!.engine).toBe(two!.engine);
  });

  it('can be replaced by whoever runs the file', async () => {
    writeFileSync(join(folder, 'open.yml'), 'version: 1\nrules: { Query.a: { public: true } }\n');
    writeFileSync(
      join(folder, 'replaced.yml'),
      'schema: "type Query { a: String }"\ncases:\n  - { id: one, grants: {}, operation: "{ a }", expect: { outcome: allowed } }\n',
    );
    const file = join(folder, 'replaced.yml');
    expect(await runCase((await loadCaseFile(file))[0]!)).toMatchObject({ passed: false });
    expect(await runCase((await loadCaseFile(file, { rules: join(folder, 'open.yml') }))[0]!)).toMatchObject({
      passed: true,
    });
  });

  it('hand what other runners need to them', async () => {
    const text = `${SETTING}data: { Query: { b: 1 } }\ncases:\n  - { id: one, title: t, cites: M1, aim: x, doors: { gateway: refused }, grants: {}, operation: "{ b }", response: { data: { b: "1" } }, expect: {} }\n`;
    const [one] = await parseCaseFile(text, join(folder, 'cases.yml'));
    expect(one!.extras).toEqual({
      title: 't',
      cites: 'M1',
      aim: 'x',
      doors: { gateway: 'refused' },
      data: { Query: { b: 1 } },
      response: { data: { b: '1' } },
    });
    expect(one!.sdl).toContain('type Query');
  });
});

describe('a case file that is wrong', () => {
  const good = '{ id: one, grants: {}, operation: "{ b }", expect: { outcome: allowed } }';
  it.each([
    [
      'a key that nobody knows',
      `cases:\n  - ${good.replace('grants', 'grant')}`,
      '`grant` is no known key of a case',
      'grants',
      13,
    ],
    [
      'a key of the file that nobody knows',
      `case: 1\ncases:\n  - ${good}`,
      '`case` is no known key of a case file',
      'cases',
      12,
    ],
    [
      'a key of `expect` that nobody knows',
      `cases:\n  - ${good.replace('outcome', 'outcomes')}`,
      '`outcomes` is no known key',
      'outcome',
      13,
    ],
    [
      'an id that is taken',
      `cases:\n  - ${good}\n  - ${good}`,
      'the id `one` is taken by the case on line 13',
      undefined,
      14,
    ],
    ['no id', `cases:\n  - ${good.replace('id: one,', '')}`, 'needs an `id`', undefined, 13],
    ['no grants', `cases:\n  - ${good.replace('grants: {},', '')}`, 'needs `grants`', undefined, undefined],
    [
      'grants that are not understood',
      `cases:\n  - ${good.replace('grants: {}', 'grants: { scope: [x] }')}`,
      '`scope` is no known key of grants',
      'scopes',
      13,
    ],
    [
      'an outcome that does not exist',
      `cases:\n  - ${good.replace('allowed', 'allow')}`,
      'found "allow"',
      'allowed',
      13,
    ],
    [
      'nothing expected',
      `cases:\n  - ${good.replace('outcome: allowed', '')}`,
      'would pass whatever happens',
      undefined,
      13,
    ],
    [
      'an expected operation that is none',
      `cases:\n  - ${good.replace('outcome: allowed', 'operation: "{"')}`,
      'is not GraphQL',
      undefined,
      13,
    ],
    [
      'a need that is none',
      `cases:\n  - ${good.replace('outcome: allowed', 'needs: [[{ permission: x }]]')}`,
      'a need is a scope',
      undefined,
      13,
    ],
    ['no cases', 'cases: []', 'holds no cases', undefined, undefined],
    [
      'a path that leads nowhere',
      `rules: nope/rules.yml\ncases:\n  - ${good}`,
      'there is no `nope/rules.yml` beside this file',
      undefined,
      12,
    ],
    ['broken YAML', 'cases: [', 'no valid YAML', undefined, undefined],
  ])('has %s', async (_name, text, message, suggestion, line) => {
    const failure = await parseCaseFile(`${SETTING}${text}`, 'dir/cases.yml').catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: 'BAD_CASES',
      file: 'dir/cases.yml',
      message: expect.stringContaining(message),
    });
    if (suggestion !== undefined)
      expect((failure as { suggestion: string }).suggestion).toContain(suggestion);
    if (line !== undefined) expect((failure as { line: number }).line).toBe(line);
  });

  it('names the line of a rule in an inline schema', async () => {
    const text = `${SETTING.replace('@public', '@requiresScopes(scopes: [])')}cases:\n  - ${good}`;
    const failure = await parseCaseFile(text, 'dir/cases.yml').catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'BAD_RULES', file: 'dir/cases.yml', line: 5 });
  });

  it('names the file of rules that it points to', async () => {
    writeFileSync(join(folder, 'bad.yml'), 'version: 1\nrules:\n  Query.bb: { public: true }\n');
    const failure = await parseCaseFile(
      `${SETTING}rules: bad.yml\ncases:\n  - ${good}`,
      join(folder, 'cases.yml'),
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'BAD_RULES', file: join(folder, 'bad.yml'), line: 3 });
  });
});
