import { readFileSync } from 'node:fs';
import { createAmbit } from 'ambit';
import { getIntrospectionQuery, graphqlSync } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { serve } from '../harness/http.ts';
import { LIBRARY, library, SCHEMA } from './library.ts';

const shop = library();
afterAll(() => shop.close());

shop.write('invalid.graphql', 'interface I { a: Int }\ntype T implements I { b: Int }\ntype Query { t: T }');
shop.write('mistyped.yml', 'version: 1\nrules:\n  Query.modt: { public: true }\n');
shop.write('short.yml', 'permissions: [read_shell, read_book, lend_book]');
shop.write('wrong.yml', 'scope: [x]');
shop.write('lend-wrong.json', '{"input":{"shelf":"a"}}');
shop.write(
  'wrong-cases.yml',
  'schema: schema.graphql\ncases:\n  - { id: a, grants: {}, operation: "{ motd }", expects: {} }\n',
);
// each alias stands for twenty of the one before
const twenty = (name: string): string => `[${`*${name}, `.repeat(20)}]`;
shop.write('aliases.yml', `a: &a [x]\nb: &b ${twenty('a')}\nc: &c ${twenty('b')}\nd: ${twenty('c')}\n`);

describe.concurrent('options', () => {
  it.each([
    ['a command that does not exist', ['chek'], '`chek` is no command', 'did you mean `check`?'],
    ['no command', [], 'a command is missing', 'see ambit --help'],
    [
      'an option that does not exist',
      ['check', '--schma', 'x'],
      '`--schma` is no option',
      'did you mean `--schema`?',
    ],
    [
      'an option of another command',
      ['check', ...LIBRARY, '--grants', 'none.json'],
      '`--grants` is no option of this command',
      '',
    ],
    ['a short option', ['check', '-s', 'x'], '`-s` is no option', ''],
    ['a negated option', ['check', '--no-json', ...LIBRARY], '`--no-json` is no option', ''],
    ['no schema', ['check'], '`--schema` is missing', 'see --help'],
    ['no value', ['check', '--schema'], '`--schema` needs a value', ''],
    [
      'an option in the place of a value',
      ['check', '--schema', '--rules', 'rules.yml'],
      '`--schema` needs a value',
      '',
    ],
    ['an option twice', ['check', '--schema', 'a', '--schema', 'b'], '`--schema` is given twice', ''],
    [
      'a value that is none of the known',
      ['check', ...LIBRARY, '--coverage', 'opn'],
      '`--coverage` has to be strict or open; found `opn`',
      'did you mean `open`?',
    ],
    [
      'an operand too many',
      ['decide', ...LIBRARY, '--grants', 'none.json', 'a.graphql', 'b.graphql'],
      '`b.graphql` is one too many',
      '',
    ],
    ['one catalogue of two', ['diff', 'catalog.yml'], 'two catalogues are needed, and 1 given', 'see --help'],
    [
      'an operand in the place of an option',
      ['check', 'schema.graphql'],
      '`--schema` is missing',
      '; and `schema.graphql` is one too many; this command takes options only',
    ],
    ['help about no command', ['help', 'chek'], '`chek` is no command', 'did you mean `check`?'],
    ['no operand', ['decide', ...LIBRARY, '--grants', 'none.json'], 'one operation is missing', ''],
    [
      'an instant that is none',
      ['mask', ...LIBRARY, '--grants', 'none.json', '--now', 'soon'],
      '`--now` has to be an ISO 8601 instant',
      '2027-01-31',
    ],
  ])('refuse %s', async (_name, args, message, advice) => {
    const [people, { exit, json }] = await Promise.all([shop.ambit(args), shop.json(args)]);
    expect(people).toMatchObject({ exit: 2, stdout: '' });
    expect(people.stderr).toContain(`ambit: ${message}`);
    expect(people.stderr).toContain(advice);
    expect({ exit, json }).toMatchObject({
      exit: 2,
      json: { error: { code: 'BAD_OPTION', message: expect.stringContaining(message) } },
    });
  });

  it.each(['check', 'needs', 'decide', 'mask', 'test', 'reference'])(
    'are explained by `ambit %s --help`, with examples',
    async (name) => {
      const { exit, stdout, stderr } = await shop.ambit([name, '--help']);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      expect(stdout).toContain(`Usage: ambit ${name}`);
      expect(stdout).toMatch(/Examples:\n {2}# .*\n {2}.*ambit /);
      for (const option of ['--schema', '--rules', '--permissions', '--coverage', '--json'])
        expect(stdout).toContain(option);
    },
  );

  it('tell their release on `ambit --version`', async () => {
    const manifest = new URL('../../packages/ambit/package.json', import.meta.url);
    const { version } = JSON.parse(readFileSync(manifest, 'utf8'));
    expect(await shop.ambit(['--version'])).toEqual({ exit: 0, stdout: `${version}\n`, stderr: '' });
    expect((await shop.json(['--version'])).json).toEqual({ version });
  });

  it.each([[['help', 'diff']], [['permission', '--help']], [['help', 'permission', 'new']]])(
    'are explained by %j',
    async (args) => {
      const { exit, stdout, stderr } = await shop.ambit(args);
      expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
      expect(stdout).toContain(`Usage: ambit ${args.includes('diff') ? 'diff' : 'permission new'} `);
    },
  );

  it('and names from files are no commands to a terminal or a log', async () => {
    const odd = 'x\u001b[2J\r\n::error::y';
    shop.write(odd, 'type Query { motd: String }');
    shop.write(
      'odd.graphql',
      `type Query { motd: String @requiresPermissions(permissions: [${JSON.stringify(odd)}], boundaryType: "instance") }`,
    );
    const told = await Promise.all([
      shop.ambit(['check', '--schema', odd]),
      shop.ambit(['check', '--schema', odd, '--format', 'github']),
      shop.ambit(['check', '--schema', `${odd}.gone`]),
      shop.ambit(['needs', '--schema', 'odd.graphql', '-'], '{ motd }'),
    ]);
    for (const { stdout, stderr } of told) {
      expect(`${stdout}${stderr}`).toContain('\\u001b');
      for (const one of ['\u001b', '\r', '\n::error::y']) expect(`${stdout}${stderr}`).not.toContain(one);
    }
  });

  it.each(['--help', 'help'])('show every command on `ambit %s`', async (how) => {
    const { exit, stdout } = await shop.ambit([how]);
    expect(exit).toBe(0);
    for (const name of ['check', 'needs', 'decide', 'mask', 'test', 'diff', 'reference'])
      expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });
});

describe.concurrent('input that cannot be used', () => {
  it.each([
    [
      'a schema that is not there',
      ['check', '--schema', 'nope.graphql'],
      '',
      { code: 'UNREADABLE', file: 'nope.graphql' },
    ],
    [
      'SDL that is none',
      ['check', '--schema', 'rules.yml'],
      '',
      { code: 'BAD_SCHEMA', file: 'rules.yml', line: 1 },
    ],
    [
      'a schema that is not valid',
      ['check', '--schema', 'invalid.graphql'],
      '',
      { code: 'BAD_SCHEMA', file: 'invalid.graphql', line: 2 },
    ],
    [
      'a coordinate that does not exist',
      ['check', '--schema', 'schema.graphql', '--rules', 'mistyped.yml'],
      '',
      { code: 'BAD_RULES', file: 'mistyped.yml', line: 3, suggestion: 'did you mean `Query.motd`?' },
    ],
    [
      'a permission that does not exist',
      ['check', '--schema', 'schema.graphql', '--rules', 'rules.yml', '--permissions', 'short.yml'],
      '',
      { code: 'BAD_RULES', file: 'schema.graphql', line: 15, suggestion: 'read_shell' },
    ],
    [
      'an operation that is not GraphQL',
      ['needs', ...LIBRARY, '-'],
      '{',
      { code: 'BAD_OPERATION', file: '-', line: 1 },
    ],
    [
      'an operation that the schema does not know',
      ['needs', ...LIBRARY, '-'],
      '{\n  modt\n}',
      { code: 'BAD_OPERATION', file: '-', line: 2 },
    ],
    [
      'an operation that has to be named',
      ['decide', ...LIBRARY, '--grants', 'none.json', '-'],
      'query A { motd } query B { motd }',
      { code: 'BAD_OPERATION', suggestion: 'say which one with --operation-name' },
    ],
    [
      'an operation name that is not there',
      ['decide', ...LIBRARY, '--grants', 'none.json', '-', '--operation-name', 'Raed'],
      'query Read { motd }',
      { code: 'BAD_OPERATION', suggestion: 'Read' },
    ],
    [
      'a document without an operation',
      ['needs', ...LIBRARY, '-'],
      'fragment F on Query { motd }',
      { code: 'BAD_OPERATION' },
    ],
    [
      'grants with an unknown key',
      ['mask', ...LIBRARY, '--grants', 'wrong.yml'],
      '',
      { code: 'BAD_GRANTS', file: 'wrong.yml', suggestion: 'scopes' },
    ],
    [
      'variables that do not fit',
      ['decide', ...LIBRARY, '--grants', 'none.json', '--variables', 'lend-wrong.json', 'lend.graphql'],
      '',
      { code: 'BAD_VARIABLES', file: 'lend-wrong.json' },
    ],
    [
      'variables that are missing',
      ['decide', ...LIBRARY, '--grants', 'none.json', 'lend.graphql'],
      '',
      { code: 'BAD_VARIABLES', suggestion: 'give them with --variables FILE' },
    ],
    ['nested too deeply', ['needs', ...LIBRARY, '-'], '{a'.repeat(20_000), { code: 'BAD_OPERATION' }],
    [
      'a file whose aliases stand for too much',
      ['mask', ...LIBRARY, '--grants', 'aliases.yml'],
      '',
      { code: 'BAD_GRANTS', file: 'aliases.yml' },
    ],
    [
      'a case file with an unknown key',
      ['test', 'wrong-cases.yml'],
      '',
      { code: 'BAD_CASES', file: 'wrong-cases.yml', line: 3, suggestion: 'expect' },
    ],
  ])('is %s', async (_name, args, stdin, error) => {
    const { exit, json, stderr } = await shop.json(args, stdin);
    expect({ exit, json }).toMatchObject({ exit: 2, json: { error } });
    expect(Object.keys(json as object)).toEqual(['error']);
    expect(stderr).toMatch(/^ambit: /);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
});

describe('--schema', () => {
  const { schema } = createAmbit({ schema: SCHEMA }).policy;
  const answer = graphqlSync({ schema, source: getIntrospectionQuery() });
  const rules = 'version: 1\nrest: deny\nrules: { Query.motd: { public: true } }';

  it('takes an introspection answer', async () => {
    shop.write('introspection.json', JSON.stringify(answer));
    shop.write('overlay.yml', rules);
    const args = [
      'mask',
      '--schema',
      'introspection.json',
      '--rules',
      'overlay.yml',
      '--grants',
      'none.json',
    ];
    expect(await shop.json(args)).toMatchObject({ exit: 0, json: { fields: 1 } });
  });

  it('takes the URL of an API, and says so where none answers', async () => {
    shop.write('overlay.yml', rules);
    const api = await serve(async () => Response.json(answer));
    const args = ['check', '--rules', 'overlay.yml', '--schema'];
    expect((await shop.ambit([...args, api.url])).exit).toBe(0);
    await api.close();
    expect(await shop.json([...args, api.url])).toMatchObject({
      exit: 2,
      json: { error: { code: 'UNREADABLE' } },
    });
  });
});
