import { buildSchema } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import { LIBRARY, library, SCHEMA } from './library.ts';

const shop = library();
afterAll(() => shop.close());

const readBook = { permission: 'read_book', boundaryType: 'shelf' };
const readShelf = { permission: 'read_shelf', boundaryType: 'shelf' };
const lendBook = { permission: 'lend_book', boundaryType: 'shelf' };

describe('ambit check', () => {
  it('is content with what is spoken for', async () => {
    const { exit, json, stderr } = await shop.json(['check', ...LIBRARY]);
    expect({ exit, json, stderr }).toEqual({
      exit: 0,
      json: { findings: [], coverage: { covered: 7, total: 7 } },
      stderr: '',
    });
    const people = await shop.ambit(['check', ...LIBRARY]);
    expect(people.stdout.trimEnd().split('\n').at(-1)).toBe('0 errors, 0 warnings');
  });

  it('names file, line and coordinate of what is not, and fails', async () => {
    shop.write('bare.graphql', SCHEMA.replace(/type Book @.*\{/, 'type Book {'));
    const args = ['check', '--schema', 'bare.graphql', '--rules', 'rules.yml'];
    const { exit, json } = await shop.json(args);
    expect(exit).toBe(1);
    expect(json).toMatchObject({
      findings: [
        {
          code: 'UNCOVERED_TYPE',
          severity: 'error',
          coordinate: 'Book',
          file: 'bare.graphql',
          line: 20,
          fix: expect.any(String),
        },
      ],
      coverage: { covered: 6, total: 7 },
    });
    const people = await shop.ambit(args);
    expect(people.exit).toBe(1);
    expect(people.stdout).toContain('bare.graphql:20: error: nothing says who may see `Book`');
    expect((await shop.ambit([...args, '--coverage', 'open'])).exit).toBe(0);
  });
});

const CLINIC = `type Query {
  visit(clinic: ID!): Visit
    @requiresPermissions(permissions: ["read_patient", "read_appointment"], boundaryType: "clinic", boundaryArgument: "clinic")
  bill(clinic: ID!): String @requiresPermissions(permissions: ["read_bill"], boundaryType: "clinic", boundaryArgument: "clinic")
  motd: String
}
type Visit @inherits { at: String }
`;

describe('ambit needs', () => {
  it('tells what an operation needs, why, and the narrowest grants', async () => {
    const { exit, json } = await shop.json(['needs', ...LIBRARY, 'read.graphql']);
    expect(exit).toBe(0);
    expect(json).toMatchObject({
      operations: [
        { file: 'read.graphql', name: 'Read', needs: [expect.arrayContaining([readBook, readShelf])] },
      ],
    });
    expect(json).not.toHaveProperty('missing');
    const [{ because, grants }] = (
      json as { operations: [{ because: { line: number; coordinate: string }[]; grants: object }] }
    ).operations;
    expect(because.map(({ coordinate, line }) => `${coordinate} ${line}`).sort()).toEqual([
      'Book 4',
      'Shelf 2',
    ]);
    shop.write('narrowest.json', JSON.stringify(grants).replaceAll('<shelf>', 'ground/poetry'));
    const decided = await shop.ambit(['decide', ...LIBRARY, '--grants', 'narrowest.json', 'read.graphql']);
    expect([0, 4]).toContain(decided.exit);
  });

  it('takes several files, and all operations of one', async () => {
    shop.write('two.graphql', 'query A { motd }\nquery B { staff }');
    const { json } = await shop.json(['needs', ...LIBRARY, 'two.graphql', 'lend.graphql']);
    expect(json).toMatchObject({
      operations: [{ name: 'A', needs: [[]] }, { name: 'B', needs: [['staff']] }, { name: 'Lend' }],
    });
    const one = await shop.json(['needs', ...LIBRARY, 'two.graphql', '--operation-name', 'B']);
    expect(one.json).toMatchObject({ operations: [{ name: 'B' }] });
  });

  it('compares with grants: what they lack, and what they hold for nothing', async () => {
    shop.write(
      'spare.yml',
      'scopes: [staff]\ngranular:\n  - { permissions: [read_book, lend_book], boundary: { shelf: ground/poetry } }\n',
    );
    const { exit, json } = await shop.json(['needs', ...LIBRARY, '--against', 'spare.yml', 'read.graphql']);
    expect(exit).toBe(3);
    expect(json).toMatchObject({
      missing: [readShelf],
      excess: ['staff', { permission: 'lend_book', boundary: { shelf: 'ground/poetry' } }],
      operations: [{ missing: [readShelf] }],
    });
    const people = await shop.ambit(['needs', ...LIBRARY, '--against', 'spare.yml', 'read.graphql']);
    expect(people.stdout).toContain('grant `read_shelf` in the shelf or in a floor above it');
  });

  it('knows what a scope for one field carries, also while variables are unknown', async () => {
    const { exit, json } = await shop.json(['needs', ...LIBRARY, '--against', 'lender.json', 'lend.graphql']);
    expect({ exit, json }).toMatchObject({ exit: 0, json: { missing: [], excess: [] } });
    const none = await shop.json(['needs', ...LIBRARY, '--against', 'none.json', 'lend.graphql']);
    expect(none).toMatchObject({ exit: 3, json: { missing: [lendBook], excess: [] } });
  });

  it('calls a coarse scope more than is needed', async () => {
    shop.write('coarse.json', '{"scopes":["api"]}');
    const { exit, json } = await shop.json(['needs', ...LIBRARY, '--against', 'coarse.json', 'lend.graphql']);
    expect({ exit, json }).toMatchObject({ exit: 0, json: { missing: [], excess: ['api'] } });
  });

  it('proposes no coarse scope where something is unmarked, and says what', async () => {
    shop.write('clinic.graphql', CLINIC);
    const args = ['needs', '--schema', 'clinic.graphql', '--rules', 'clinic.yml', '-'];
    shop.write('clinic.yml', 'version: 1\nboundaries: { clinic: {} }\nrules: {}\n');
    const query = '{ visit(clinic: "north") { at } motd }';
    expect(await shop.json(args, query)).toMatchObject({
      exit: 0,
      json: {
        operations: [
          {
            needs: [['read_api'], ['api']],
            unmarked: ['Query.motd'],
            grants: {
              granular: [
                { permissions: ['read_appointment', 'read_patient'], boundary: { clinic: 'north' } },
              ],
            },
          },
        ],
      },
    });
    const people = await shop.ambit(args, query);
    expect(people.stdout).toContain(
      'no granular token carries it, because `Query.motd` is unmarked; give it a rule, or mark as public',
    );
    expect(people.stdout).toContain('grants that carry the rest:');
    expect(people.stdout).not.toContain('narrowest');
  });

  it('calls nothing held in excess that a combined need asks for, though another part is lacking', async () => {
    shop.write('clinic.graphql', CLINIC);
    shop.write('clinic.yml', 'version: 1\nboundaries: { clinic: {} }\nrules: {}\n');
    shop.write(
      'patients.json',
      '{"granular":[{"permissions":["read_patient","read_bill"],"boundary":{"clinic":"north"}}]}',
    );
    const args = [
      'needs',
      '--schema',
      'clinic.graphql',
      '--rules',
      'clinic.yml',
      '--against',
      'patients.json',
      '-',
    ];
    expect(await shop.json(args, '{ visit(clinic: "north") { at } }')).toMatchObject({
      exit: 3,
      json: {
        missing: [{ permission: 'read_appointment', boundaryType: 'clinic' }],
        excess: [{ permission: 'read_bill', boundary: { clinic: 'north' } }],
      },
    });
  });

  it('says that a rule is missing where nothing could be granted', async () => {
    shop.write('rest.yml', 'version: 1\nrest: deny\nrules: { Query.motd: { public: true } }');
    shop.write('bare2.graphql', 'type Query { motd: String other: String }');
    const args = ['needs', '--schema', 'bare2.graphql', '--rules', 'rest.yml', '--against', 'none.json', '-'];
    expect(await shop.json(args, '{ motd }')).toMatchObject({ exit: 0, json: { missing: [] } });
    expect(await shop.json(args, '{ other }')).toMatchObject({
      exit: 3,
      json: { missing: [{ rule: 'Query.other' }] },
    });
  });
});

describe('ambit decide', () => {
  it('answers 0 and the whole operation where all of it is allowed', async () => {
    const { exit, json } = await shop.json(['decide', ...LIBRARY, '--grants', 'none.json', '-'], '{ motd }');
    expect({ exit, json }).toEqual({
      exit: 0,
      json: { outcome: 'allowed', operation: '{\n  motd\n}', denied: [], deferred: [] },
    });
  });

  it('answers 3 with what is left, each denial and each deferral', async () => {
    shop.write('staff.graphql', '{\n  motd\n  boss: staff\n  shelf(name: "x") { books { title } }\n}');
    const args = ['decide', ...LIBRARY, '--grants', 'reader.yml', 'staff.graphql'];
    const { exit, json } = await shop.json(args);
    expect(exit).toBe(3);
    expect(json).toMatchObject({
      outcome: 'filtered',
      operation: '{\n  motd\n  shelf(name: "x") {\n    books {\n      title\n    }\n  }\n}',
      denied: [{ path: ['boss'], coordinate: 'Query.staff', requires: [['staff']], missing: ['staff'] }],
    });
    expect((json as { deferred: unknown[] }).deferred).toContainEqual({
      path: ['shelf', 'books'],
      coordinate: 'Book',
      boundaryType: 'shelf',
    });
    const people = await shop.ambit(args);
    expect(people.stdout).toContain('boss: not permitted: `Query.staff` needs scope `staff`');
    expect(people.stdout).toContain('grant the scope `staff`');
  });

  it('answers 3 and null for a mutation that is refused, and says which scope would do', async () => {
    const args = ['decide', ...LIBRARY, '--grants', 'none.json', '--variables', 'lend.json', 'lend.graphql'];
    const { exit, json } = await shop.json(args);
    expect({ exit, json }).toMatchObject({
      exit: 3,
      json: {
        outcome: 'rejected',
        operation: null,
        denied: [{ path: ['lend'], requires: [[lendBook]], missing: [lendBook] }],
      },
    });
    const people = await shop.ambit(args);
    expect(people.stdout).toContain('grant `lend_book` in the shelf');
    expect(people.stdout).toContain('or grant the scope `api:graphql:mutate:lend`');
  });

  it('answers 4 where only objects can tell', async () => {
    const { exit, json } = await shop.json(
      ['decide', ...LIBRARY, '--grants', 'reader.yml', '-'],
      '{ shelf(name: "x") { books { title } } }',
    );
    expect({ exit, json }).toMatchObject({ exit: 4, json: { outcome: 'deferred', denied: [] } });
  });

  it('takes effects: `reject` leaves nothing, `hide` knows no hidden name', async () => {
    const args = ['decide', ...LIBRARY, '--grants', 'none.json', '-', '--effect'];
    expect(await shop.json([...args, 'reject'], '{ motd staff }')).toMatchObject({
      exit: 3,
      json: { outcome: 'rejected', operation: null },
    });
    const hidden = await shop.json([...args, 'hide'], '{ motd staff }');
    expect(hidden).toMatchObject({
      exit: 3,
      json: { outcome: 'rejected', operation: null, errors: [{ message: expect.stringContaining('staff') }] },
    });
    expect(JSON.stringify(hidden.json)).not.toContain('scope');
    expect(await shop.json([...args, 'filter'], '{ nope }')).toMatchObject({
      exit: 2,
      json: { error: { code: 'BAD_OPERATION', file: '-', line: 1 } },
    });
  });

  it('looks at expiry as at the instant given, and says why grants hold nothing', async () => {
    shop.write('expiring.json', '{"scopes":["staff"],"expires":"2030-01-01T00:00:00Z"}');
    const args = ['decide', ...LIBRARY, '--grants', 'expiring.json', '-', '--now'];
    expect(await shop.json([...args, '2029-12-31T23:59:59Z'], '{ staff }')).toMatchObject({
      exit: 0,
      stderr: '',
    });
    const late = await shop.json([...args, '2030-01-01T00:00:00Z'], '{ staff }');
    expect(late.exit).toBe(3);
    expect(late.stderr).toContain('expired at 2030-01-01T00:00:00.000Z');
  });

  it('tells on stderr which names in the grants grant nothing', async () => {
    shop.write('typo.yml', 'granular: [{ permissions: [read_bok], boundary: { shelf: a } }]');
    const { exit, stderr } = await shop.json(['decide', ...LIBRARY, '--grants', 'typo.yml', '-'], '{ motd }');
    expect(exit).toBe(0);
    expect(stderr).toContain('there is no permission `read_bok` to grant; did you mean `read_book`?');
  });
});

describe('ambit mask', () => {
  it('prints a schema, and counts it', async () => {
    const { exit, json, stderr } = await shop.json(['mask', ...LIBRARY, '--grants', 'none.json']);
    const { sdl, types, fields } = json as { sdl: string; types: number; fields: number };
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(Object.keys(buildSchema(sdl).getQueryType()!.getFields())).toEqual(['motd']);
    expect(fields).toBe(1);
    expect(types).toBe(
      Object.keys(buildSchema(sdl).getTypeMap()).filter((name) => !name.startsWith('__')).length,
    );
    const people = await shop.ambit(['mask', ...LIBRARY, '--grants', 'none.json']);
    expect(people.stdout.trimEnd()).toBe(sdl.trimEnd());
  });
});

describe('ambit test', () => {
  const cases = (outcome: string): string =>
    `schema: schema.graphql\nrules: rules.yml\npermissions: catalog.yml\ncases:\n  - id: motd-is-public\n    grants: {}\n    operation: "{ motd }"\n    expect: { outcome: ${outcome} }\n`;

  it('ends with the count alone on the last line', async () => {
    shop.write('good.yml', cases('allowed'));
    const { exit, stdout } = await shop.ambit(['test', 'good.yml']);
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: '1 passed, 0 failed\n' });
    expect(await shop.json(['test', 'good.yml'])).toMatchObject({
      exit: 0,
      json: { cases: [{ id: 'motd-is-public', passed: true, differences: [] }], passed: 1, failed: 0 },
    });
  });

  it('names each failure and each difference', async () => {
    shop.write('bad.yml', cases('rejected'));
    const { exit, stdout } = await shop.ambit(['test', 'bad.yml']);
    expect(exit).toBe(1);
    expect(stdout).toBe(
      'bad.yml:5: `motd-is-public` failed\n  - outcome: expected `rejected`, got `allowed`\n\n0 passed, 1 failed\n',
    );
    expect(await shop.json(['test', 'bad.yml'])).toMatchObject({
      exit: 1,
      json: { passed: 0, failed: 1, cases: [{ passed: false }] },
    });
  });

  it('lets options stand in for what the files name', async () => {
    shop.write('closed.yml', 'version: 1\nrules: { Query.motd: { authenticated: true } }');
    shop.write('good.yml', cases('allowed'));
    expect((await shop.ambit(['test', '--rules', 'closed.yml', 'good.yml'])).exit).toBe(2);
    shop.write('lone.yml', cases('allowed').replace(/permissions.*\n/, ''));
    expect((await shop.ambit(['test', 'lone.yml'])).exit).toBe(0);
    expect((await shop.ambit(['test', '--rules', 'closed.yml', 'lone.yml'])).exit).toBe(1);
  });

  it('refuses an id that two files use', async () => {
    shop.write('good.yml', cases('allowed'));
    shop.write('again.yml', cases('allowed'));
    const { exit, json } = await shop.json(['test', 'good.yml', 'again.yml']);
    expect({ exit, json }).toMatchObject({
      exit: 2,
      json: { error: { code: 'BAD_CASES', file: 'again.yml', line: 5 } },
    });
  });
});
