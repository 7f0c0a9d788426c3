import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ListedToken } from '@ambit/server';
import type { GranularGrant } from 'ambit';
import { afterAll, describe, expect, it } from 'vitest';
import { CATALOG, LIBRARY, library, SCHEMA } from './library.ts';

/** What keeps a catalogue in order from one version to the next: lists, baselines, comparisons, a page. */

const shop = library();
afterAll(() => shop.close());

const text = (name: string): string => readFileSync(join(shop.folder, name), 'utf8');
const options = (changed: Readonly<Record<string, string>>): string[] =>
  LIBRARY.map((value) => changed[value] ?? value);
const codesOf = (json: unknown): string[] =>
  (json as { findings: { code: string; coordinate: string }[] }).findings.map(
    ({ code, coordinate }) => `${code} ${coordinate}`,
  );

describe.concurrent('ambit check --todo', () => {
  const bare = SCHEMA.replace(/type Book @.*\{/, 'type Book {').replace(
    'motd: String @public',
    'motd: String',
  );
  shop.write('bare.graphql', bare);
  shop.write('bare.yml', 'permissions: [read_shelf, lend_book]\n');
  const args = ['check', ...options({ 'schema.graphql': 'bare.graphql', 'catalog.yml': 'bare.yml' })];

  it('puts off what it names, says how many, and passes', async () => {
    const people = await shop.ambit([...args, '--write-todo', 'written.todo']);
    expect(people.exit).toBe(0);
    expect(people.stdout.trimEnd().split('\n')).toEqual([
      'wrote written.todo',
      '5 of 7 object types and root fields are spoken for (71%)',
      '2 on the to-do list written.todo: denied to granular tokens until they are marked',
      '0 errors, 0 warnings',
    ]);
    const lines = text('written.todo')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toEqual(['Book', 'Query.motd']);
    expect(await shop.json([...args, '--todo', 'written.todo'])).toMatchObject({
      exit: 0,
      json: { findings: [], coverage: { covered: 5, total: 7 }, todo: { file: 'written.todo', listed: 2 } },
    });
  });

  it('fails on what is not marked and not on it', async () => {
    shop.write('short.todo', '# begun in spring\n\nBook # the catalogue team\n');
    const { exit, json } = await shop.json([...args, '--todo', 'short.todo']);
    expect({ exit, codes: codesOf(json) }).toEqual({ exit: 1, codes: ['UNCOVERED_FIELD Query.motd'] });
  });

  it('fails on a line that puts nothing off, and says why', async () => {
    shop.write('stale.todo', 'Book\nQuery.motd\nShelf\nBok\nBook\nShelf.name\n');
    const { exit, json } = await shop.json([...args, '--todo', 'stale.todo']);
    expect(exit).toBe(1);
    expect(json).toMatchObject({
      findings: [
        {
          code: 'STALE_TODO',
          coordinate: 'Shelf',
          file: 'stale.todo',
          line: 3,
          message: expect.stringContaining('marked by now'),
        },
        {
          code: 'STALE_TODO',
          coordinate: 'Bok',
          line: 4,
          message: expect.stringContaining('nothing in this schema'),
          fix: expect.stringContaining('`Book`'),
        },
        { code: 'STALE_TODO', coordinate: 'Book', line: 5, message: expect.stringContaining('twice') },
        { code: 'STALE_TODO', coordinate: 'Shelf.name', line: 6 },
      ],
      todo: { listed: 2 },
    });
  });

  it('is no way to leave open what is listed', async () => {
    shop.write('all.todo', 'Book\nQuery.motd\n');
    const open = await shop.json([...args, '--todo', 'all.todo', '--coverage', 'open']);
    expect(open).toMatchObject({
      exit: 1,
      json: { findings: [{ message: expect.stringContaining('coverage: open') }, {}] },
    });
    shop.write(
      'deny.yml',
      'version: 1\nrest: deny\nboundaries: { floor: { parent: floor }, shelf: { parent: floor } }\nrules: {}\n',
    );
    const deny = await shop.json([
      ...args.map((arg) => (arg === 'rules.yml' ? 'deny.yml' : arg)),
      '--todo',
      'all.todo',
    ]);
    expect(deny).toMatchObject({
      exit: 1,
      json: { findings: [{ message: expect.stringContaining('rest: deny') }, {}] },
    });
    shop.write(
      'reads.yml',
      'subject: ada\ngranular:\n  - { permissions: [read_shelf, lend_book], boundary: { shelf: ground/poetry } }\n',
    );
    const decided = await shop.json(['decide', ...args.slice(1), '--grants', 'reads.yml', '-'], '{ motd }');
    expect(decided).toMatchObject({ exit: 3, json: { outcome: 'rejected' } });
  });

  it('needs a file that is there, and is not written and read at once', async () => {
    expect(await shop.json([...args, '--todo', 'nope.todo'])).toMatchObject({
      exit: 2,
      json: { error: { code: 'UNREADABLE', file: 'nope.todo' } },
    });
    expect(await shop.json([...args, '--todo', 'a', '--write-todo', 'b'])).toMatchObject({
      exit: 2,
      json: { error: { code: 'BAD_OPTION' } },
    });
    expect(await shop.json([...args, '--write-todo', 'no/such/folder'])).toMatchObject({
      exit: 2,
      json: { error: { code: 'UNREADABLE' } },
    });
  });
});

describe('ambit check --baseline', () => {
  const check = (catalog: string, ...more: string[]) => {
    shop.write('proposed.yml', catalog);
    return shop.json(['check', ...options({ 'catalog.yml': 'proposed.yml' }), ...more]);
  };
  const against = (catalog: string) => check(catalog, '--baseline', 'baseline.yml');
  const widened = CATALOG.replace('permissions: [lend_book]', 'permissions: [lend_book, read_book]').replace(
    'permissions: [read_book]',
    'deprecated: true, permissions: [read_book]',
  );

  it('passes while bundles give what was agreed, and is written the same each time', async () => {
    expect(await check(CATALOG, '--write-baseline', 'baseline.yml')).toMatchObject({
      exit: 0,
      json: { written: ['baseline.yml'] },
    });
    const once = text('baseline.yml');
    expect(once).toContain(
      '\nversion: 1\nbundles:\n  lend_book: { permissions: [lend_book], boundaries: [shelf] }\n  read_book: ',
    );
    const shuffled = CATALOG.replace('[shelf, floor]', '[floor, shelf]').replace(
      '[read_shelf, read_book, lend_book]',
      '[lend_book, read_book, read_shelf]',
    );
    expect(await against(shuffled)).toMatchObject({
      exit: 0,
      json: { findings: [], baseline: { changes: [] } },
    });
    await check(shuffled, '--write-baseline', 'baseline.yml');
    expect(text('baseline.yml')).toBe(once);
  });

  it.each([
    ['gains a permission', widened, ['WIDENED_BUNDLE lend_book']],
    [
      'gains a kind of boundary',
      CATALOG.replace('boundaries: [shelf] }', 'boundaries: [shelf, floor] }'),
      ['WIDENED_BUNDLE lend_book'],
    ],
    [
      'loses a kind of boundary',
      CATALOG.replace('[shelf, floor]', '[shelf]'),
      ['NARROWED_BUNDLE read_shelf'],
    ],
    [
      'gains and loses',
      CATALOG.replace('boundaries: [shelf] }', 'boundaries: [floor] }'),
      ['WIDENED_BUNDLE lend_book', 'NARROWED_BUNDLE lend_book'],
    ],
  ])('fails where a bundle %s', async (_name, catalog, codes) => {
    const { exit, json } = await against(catalog);
    expect({ exit, codes: codesOf(json) }).toEqual({ exit: 1, codes });
    const [first] = (json as { findings: unknown[] }).findings;
    expect(first).toMatchObject({
      file: 'proposed.yml',
      line: expect.any(Number),
      message: expect.stringContaining('every token that holds it'),
    });
  });

  it('fails where a deprecated bundle widens: tokens still hold it', async () => {
    const retired = `${CATALOG}  - { name: keep_book, permissions: [lend_book], boundaries: [shelf], deprecated: true }\n`;
    await check(retired, '--write-baseline', 'baseline.yml');
    const { exit, json } = await against(
      retired.replace(
        '[lend_book], boundaries: [shelf], dep',
        '[lend_book, read_book], boundaries: [shelf], dep',
      ),
    );
    expect({ exit, codes: codesOf(json) }).toEqual({ exit: 1, codes: ['WIDENED_BUNDLE keep_book'] });
    await check(CATALOG, '--write-baseline', 'baseline.yml');
  });

  it('fails where a bundle is gone, and tells of a new one without failing', async () => {
    const renamed = CATALOG.replace('name: lend_book', 'name: borrow_book');
    const { exit, json } = await against(renamed);
    expect({ exit, codes: codesOf(json) }).toEqual({
      exit: 1,
      codes: ['REMOVED_BUNDLE lend_book', 'NEW_BUNDLE borrow_book'],
    });
    expect(json).toMatchObject({
      findings: [{ file: 'baseline.yml' }, { severity: 'warning', file: 'proposed.yml' }],
    });
    const more = CATALOG.replace('lend_book]\n', 'lend_book, open_book]\n');
    expect(
      (await against(`${more}  - { name: open_book, permissions: [open_book], boundaries: [shelf] }\n`)).exit,
    ).toBe(0);
  });

  it('is read strictly, and needs a catalogue', async () => {
    shop.write(
      'wrong.baseline',
      'version: 1\nbundles: { lend_book: { permission: [lend_book], boundaries: [shelf] } }',
    );
    const wrong = await check(CATALOG, '--baseline', 'wrong.baseline');
    expect(wrong).toMatchObject({
      exit: 2,
      json: { error: { code: 'BAD_CATALOG', file: 'wrong.baseline' } },
    });
    const none = await shop.json(['check', ...LIBRARY.slice(0, 4), '--baseline', 'baseline.yml']);
    expect(none).toMatchObject({ exit: 2, json: { error: { code: 'BAD_OPTION' } } });
  });
});

describe.concurrent('ambit check --format', () => {
  shop.write(
    'odd, 100%.graphql',
    SCHEMA.replace(/type Book @.*\{/, 'type Book {').replace(
      'motd: String @public',
      'motd: String!\n  @authenticated',
    ),
  );
  const args = ['check', '--schema', 'odd, 100%.graphql', '--rules', 'rules.yml'];

  it('sarif gives rules, levels and places', async () => {
    const { exit, stdout } = await shop.ambit([...args, '--format', 'sarif']);
    expect(exit).toBe(1);
    const log = JSON.parse(stdout);
    expect(log).toMatchObject({
      version: '2.1.0',
      $schema: expect.stringContaining('sarif-2.1.0'),
      runs: [{ tool: { driver: { name: 'ambit check' } } }],
    });
    const [{ tool, results }] = log.runs;
    expect(tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual([
      'UNCOVERED_TYPE',
      'NON_NULL_DENIABLE',
    ]);
    expect(results).toMatchObject([
      {
        ruleId: 'UNCOVERED_TYPE',
        ruleIndex: 0,
        level: 'error',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'odd%2C%20100%25.graphql' },
              region: { startLine: 21 },
            },
            logicalLocations: [{ fullyQualifiedName: 'Book' }],
          },
        ],
      },
      { ruleId: 'NON_NULL_DENIABLE', ruleIndex: 1, level: 'warning' },
    ]);
    for (const { message } of results) expect(message.text).toMatch(/\S/);
  });

  it('sarif is a whole answer where nothing is found', async () => {
    const { exit, stdout } = await shop.ambit(['check', ...LIBRARY, '--format', 'sarif']);
    expect(exit).toBe(0);
    expect(JSON.parse(stdout).runs).toMatchObject([{ tool: { driver: { rules: [] } }, results: [] }]);
  });

  it('github gives annotations that hold what they say, and the sum', async () => {
    const { exit, stdout } = await shop.ambit([...args, '--format', 'github']);
    expect(exit).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^::error file=odd%2C 100%25\.graphql,line=21,title=UNCOVERED_TYPE::nothing says who may see `Book`.*%0Agive `Book` a rule/,
    );
    expect(lines[1]).toMatch(/^::warning file=odd%2C 100%25\.graphql,line=\d+,title=NON_NULL_DENIABLE::/);
    expect(lines.slice(2)).toEqual([
      '6 of 7 object types and root fields are spoken for (85%)',
      '1 error, 1 warning',
    ]);
  });

  it('is one form, and `--json` is another', async () => {
    expect(await shop.json([...args, '--format', 'sarif'])).toMatchObject({
      exit: 2,
      json: { error: { code: 'BAD_OPTION' } },
    });
  });
});

describe.concurrent('ambit diff', () => {
  shop.write(
    'new.yml',
    CATALOG.replace('permissions: [lend_book]', 'permissions: [lend_book, read_book]')
      .replace('permissions: [read_book]', 'deprecated: true, permissions: [read_book]')
      .replace('[shelf, floor]', '[shelf]'),
  );
  const token = (
    id: string,
    status: ListedToken['status'],
    ...granular: readonly GranularGrant[]
  ): Pick<ListedToken, 'id' | 'name' | 'status' | 'grants' | 'createdAt' | 'createdBy' | 'expiresAt'> => ({
    id,
    name: `${id}\u001b[2J`,
    status,
    grants: { granular },
    createdAt: '',
    createdBy: 'ada',
    expiresAt: '',
  });
  shop.write(
    'tokens.json',
    JSON.stringify({
      tokens: [
        token('lender', 'active', { permissions: ['lend_book'], boundary: { shelf: 'ground/poetry' } }),
        token('both', 'active', {
          permissions: ['lend_book', 'read_book'],
          boundary: { shelf: 'ground/poetry' },
        }),
        token('floor', 'active', { permissions: ['read_shelf'], boundary: { floor: 'ground' } }),
        token('gone', 'revoked', { permissions: ['lend_book'], boundary: { shelf: 'ground/poetry' } }),
        token('old', 'expired', { permissions: ['lend_book'], boundary: { shelf: 'ground/poetry' } }),
      ],
    }),
  );

  it('finds nothing between a catalogue and itself, or its baseline', async () => {
    await shop.ambit(['check', ...LIBRARY, '--write-baseline', 'agreed.yml']);
    for (const old of ['catalog.yml', 'agreed.yml']) {
      const { exit, json } = await shop.json(['diff', '--tokens', 'tokens.json', old, 'catalog.yml']);
      expect({ exit, json }).toEqual({
        exit: 0,
        json: {
          bundles: [],
          tokens: [],
          summary: { bundles: { new: 0, changed: 0, removed: 0 }, tokens: { active: 3, changed: 0 } },
        },
      });
    }
  });

  it('tells which bundles and which active tokens gain or lose what, and where', async () => {
    const { exit, json } = await shop.json(['diff', '--tokens', 'tokens.json', 'catalog.yml', 'new.yml']);
    expect(exit).toBe(1);
    const none = { gained: [], lost: [] };
    const poetry = { shelf: 'ground/poetry' };
    expect(json).toMatchObject({
      bundles: [
        {
          name: 'lend_book',
          change: 'changed',
          permissions: { gained: ['read_book'], lost: [] },
          boundaries: none,
        },
        {
          name: 'read_shelf',
          change: 'changed',
          permissions: none,
          boundaries: { gained: [], lost: ['floor'] },
        },
      ],
      tokens: [
        {
          id: 'lender',
          gained: [{ permission: 'read_book', boundary: poetry, boundaryType: 'shelf' }],
          lost: [],
        },
        {
          id: 'floor',
          gained: [],
          lost: [{ permission: 'read_shelf', boundary: { floor: 'ground' }, boundaryType: 'floor' }],
        },
      ],
      summary: { bundles: { new: 0, changed: 2, removed: 0 }, tokens: { active: 3, changed: 2 } },
    });
    const people = await shop.ambit(['diff', '--tokens', 'tokens.json', 'catalog.yml', 'new.yml']);
    expect(people.exit).toBe(1);
    expect(people.stdout).toContain('lend_book: changed\n  gains read_book\n');
    expect(people.stdout).toContain(
      'token lender (lender\\u{1b}[2J)\n  gains read_book in shelf ground/poetry\n',
    );
    expect(people.stdout).toContain('tokens: 2 of 3 active gain or lose something');
  });

  it('tells with a schema where bundles count, also where only the rules changed', async () => {
    const args = ['--schema', 'schema.graphql', '--rules', 'rules.yml'];
    const { json } = await shop.json(['diff', ...args, 'catalog.yml', 'new.yml']);
    expect(json).toMatchObject({
      bundles: [{ name: 'lend_book', coordinates: { gained: ['Book'], lost: [] } }, { name: 'read_shelf' }],
    });
    shop.write('looser.graphql', SCHEMA.replace(/type Book @.*\{/, 'type Book @public {'));
    const { exit, json: rules } = await shop.json([
      'diff',
      '--schema',
      'looser.graphql',
      '--rules',
      'rules.yml',
      '--old-schema',
      'schema.graphql',
      'catalog.yml',
      'catalog.yml',
    ]);
    expect({ exit, rules }).toMatchObject({
      exit: 1,
      rules: {
        bundles: [{ name: 'read_book', change: 'changed', coordinates: { gained: [], lost: ['Book'] } }],
      },
    });
  });

  it('tells what a rule that is taken away opens, and which kinds came to stand in others', async () => {
    shop.write(
      'kinds.graphql',
      'type Query { patient: Patient plan: String @requiresPermissions(permissions: ["read_plan"], boundaryType: "instance") }\ntype Patient { clinic: ID }',
    );
    const rule =
      'Patient: { permissions: [{ names: [read_patient], boundaryType: clinic, boundary: clinic }] }';
    const rules = (clinic: string, rule: string): string =>
      `version: 1\nboundaries: { organization: {}, clinic: { ${clinic} } }\nrules: { ${rule} }\n`;
    shop.write('flat.yml', rules('', rule));
    shop.write('nested.yml', rules('parent: organization', rule));
    shop.write('gone.yml', rules('', 'Patient: { public: true }'));
    shop.write(
      'patients.yml',
      'permissions: [read_patient, read_plan]\npermission_groups:\n  - { name: read_patient, permissions: [read_patient], boundaries: [organization, clinic] }\n  - { name: read_plan, permissions: [read_plan], boundaries: [instance] }\n',
    );
    const acme = token('acme', 'active', {
      permissions: ['read_patient'],
      boundary: { organization: 'acme' },
    });
    shop.write('acme.json', JSON.stringify([acme]));
    const between = (now: string): string[] => [
      ...['diff', '--tokens', 'acme.json', '--schema', 'kinds.graphql', '--old-rules', 'flat.yml'],
      ...['--rules', now, 'patients.yml', 'patients.yml'],
    ];
    const nested = await shop.json(between('nested.yml'));
    expect(nested).toMatchObject({
      exit: 1,
      json: {
        bundles: [],
        kinds: [{ name: 'clinic', change: 'changed', now: { parent: 'organization' } }],
        opened: [],
        tokens: [{ id: 'acme', gained: [{ below: 'clinic' }], lost: [] }],
      },
    });
    const { stdout } = await shop.ambit(between('nested.yml'));
    expect(stdout).toContain('kind clinic: changed\n  parent: none, now organization\n');
    expect(stdout).toContain('  in organization acme: now counts in every clinic below it\n');
    const gone = await shop.ambit(between('gone.yml'));
    expect(gone.exit).toBe(1);
    expect(gone.stdout).toContain(
      'Patient no longer asks for `read_patient`: whoever reaches it otherwise gains it\n',
    );
    expect((await shop.json(between('flat.yml'))).exit).toBe(0);
  });

  it.each([
    ['a catalogue that is not there', ['catalog.yml', 'nope'], 'UNREADABLE'],
    ['one catalogue', ['catalog.yml'], 'BAD_OPTION'],
    ['a file that is no catalogue', ['rules.yml', 'catalog.yml'], 'BAD_CATALOG'],
    ['tokens that are none', ['--tokens', 'none.json', 'catalog.yml', 'catalog.yml'], 'BAD_GRANTS'],
    ['rules without a schema', ['--rules', 'rules.yml', 'catalog.yml', 'catalog.yml'], 'BAD_OPTION'],
  ])('refuses %s', async (_name, args, code) => {
    expect(await shop.json(['diff', ...args])).toMatchObject({ exit: 2, json: { error: { code } } });
  });
});

describe('ambit reference', () => {
  it('tells by category and resource what needs each permission', async () => {
    const { exit, stdout } = await shop.ambit(['reference', ...LIBRARY]);
    expect(exit).toBe(0);
    expect(stdout).toContain(
      '\n## Permissions\n\n### Book\n\n#### Lend (`lend_book`)\n\nGranted in: shelf.\n\n| permission | in | needed for |\n|---|---|---|\n| `lend_book` | shelf | mutation `lend` |\n',
    );
    expect(stdout).toContain('| `read_shelf` | shelf | query `shelf`; type `Shelf` |');
    const { json } = await shop.json(['reference', ...LIBRARY]);
    expect(json).toMatchObject({
      categories: [
        {
          name: 'Permissions',
          resources: [
            {
              name: 'Book',
              assignables: [
                {
                  name: 'lend_book',
                  boundaries: ['shelf'],
                  permissions: [
                    {
                      name: 'lend_book',
                      neededBy: [
                        { needer: 'mutation', boundaryTypes: ['shelf'], coordinates: ['Mutation.lend'] },
                      ],
                    },
                  ],
                },
                { name: 'read_book' },
              ],
            },
            { name: 'Shelf' },
          ],
        },
      ],
      unassignable: [],
    });
  });

  it('is held against a page by `check --docs`', async () => {
    const page = (await shop.ambit(['reference', ...LIBRARY])).stdout;
    shop.write('PERMISSIONS.md', page);
    expect((await shop.ambit(['check', ...LIBRARY, '--docs', 'PERMISSIONS.md'])).exit).toBe(0);
    shop.write('PERMISSIONS.md', page.replaceAll('\n', '\r\n'));
    expect((await shop.ambit(['check', ...LIBRARY, '--docs', 'PERMISSIONS.md'])).exit).toBe(0);
    shop.write('PERMISSIONS.md', page.replace('mutation `lend`', 'nothing'));
    const stale = await shop.json(['check', ...LIBRARY, '--docs', 'PERMISSIONS.md']);
    const line = page.split('\n').findIndex((one) => one.includes('mutation `lend`')) + 1;
    expect(stale).toMatchObject({
      exit: 1,
      json: { findings: [{ code: 'STALE_DOCS', severity: 'error', file: 'PERMISSIONS.md', line }] },
    });
  });
});
