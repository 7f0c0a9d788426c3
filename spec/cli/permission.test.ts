import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Workshop } from './run.ts';

const shop = new Workshop();
afterAll(() => shop.close());

for (const name of ['pair', 'several', 'refused', 'there', 'asked']) mkdirSync(join(shop.folder, name));
const read = (path: string): string => shop.read(path);
const create = (name: string, folder: string, ...args: string[]) =>
  shop.ambit(['permission', 'new', name, '--permissions', folder, ...args]);
const FACTS: readonly string[] = [
  ...['--category', 'planning', '--description', 'Move issues to another project.'],
  ...['--boundary', 'project,group'],
];

describe('ambit permission new', () => {
  it('writes a pair of files that load', async () => {
    const { exit, stdout, stderr } = await create('move_issue', 'pair', ...FACTS);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('wrote pair/permissions/issue/move.yml');
    expect(read('pair/permissions/issue/move.yml')).toBe(
      'name: move_issue\ndescription: Move issues to another project.\n',
    );
    expect(read('pair/permission_groups/planning/issue/move.yml')).toBe(
      'name: move_issue\ndescription: Move issues to another project\npermissions: [move_issue]\nboundaries: [project, group]\n',
    );
    shop.write('s.graphql', 'type Query { a: String }');
    shop.write(
      'r.yml',
      'version: 1\nboundaries: { group: {}, project: { parent: group } }\nrules:\n  Query.a:\n    permissions: [{ names: [move_issue], boundaryType: instance }]\n',
    );
    const { json } = await shop.json([
      'check',
      '--schema',
      's.graphql',
      '--rules',
      'r.yml',
      '--permissions',
      'pair',
    ]);
    expect(json).toMatchObject({
      findings: expect.arrayContaining([
        expect.objectContaining({ code: 'UNGRANTABLE', coordinate: 'Query.a' }),
      ]),
    });
  });

  it('takes an action of several words, and the category of the same resource', async () => {
    await create('move_issue', 'several', ...FACTS);
    const { exit, json } = await shop.json([
      ...['permission', 'new', 'force_delete_issue', '--permissions', 'several', '--action', 'force_delete'],
      ...['--description', 'Delete: at once', '--boundary', 'project'],
    ]);
    expect({ exit, json }).toMatchObject({
      exit: 0,
      json: {
        name: 'force_delete_issue',
        action: 'force_delete',
        resource: 'issue',
        category: 'planning',
        boundaries: ['project'],
        files: [
          'several/permissions/issue/force_delete.yml',
          'several/permission_groups/planning/issue/force_delete.yml',
        ],
      },
    });
    expect(read('several/permissions/issue/force_delete.yml')).toContain('description: "Delete: at once."');
  });

  const REFUSED: readonly (readonly [
    what: string,
    name: string,
    args: readonly string[],
    said: readonly string[],
  ])[] = [
    [
      'a name that is none',
      'readIssue',
      FACTS,
      ['`readIssue` is no name for a permission', 'action_resource'],
    ],
    ['a name of one word', 'read', FACTS, ['`read` is no name']],
    ['digits', 'read_issue2', FACTS, ['is no name']],
    ['another word for a plain verb', 'destroy_issue', FACTS, ['another word for `delete`', 'delete_issue']],
    [
      'a verb for many things',
      'manage_issue',
      FACTS,
      ['several capabilities', 'create_issue, update_issue, delete_issue'],
    ],
    [
      'a kind of boundary in front',
      'read_project_member',
      [...FACTS, '--rules', 'kinds.yml'],
      ['names the place', 'read_member'],
    ],
    ['parts that do not make the name', 'read_issue', [...FACTS, '--action', 'move'], ['is not made of']],
    ['another resource', 'read_issue', [...FACTS, '--resource', 'note'], ['is not made of']],
    ['no category', 'read_issue', FACTS.slice(2), ['`--category` is missing']],
    [
      'no description',
      'read_issue',
      [...FACTS.slice(0, 2), ...FACTS.slice(4)],
      ['`--description` is missing'],
    ],
    ['no boundary', 'read_issue', FACTS.slice(0, 4), ['`--boundary` is missing']],
    [
      'no terminal to ask in',
      'read_issue',
      [],
      ['`--category` is missing, `--description` is missing, `--boundary` is missing'],
    ],
    [
      'a category that leaves the folder',
      'read_issue',
      ['--category', '../x', ...FACTS.slice(2)],
      ['`--category` has to be'],
    ],
    [
      'a kind that the rules do not have',
      'read_issue',
      [...FACTS.slice(0, 4), '--boundary', 'planet', '--rules', 'kinds.yml'],
      ['`planet` is no kind of boundary; known are group, project, user, instance'],
    ],
  ];
  shop.write('kinds.yml', 'version: 1\nboundaries: { group: {}, project: { parent: group } }\nrules: {}\n');
  it.each(REFUSED)('refuses %s, and writes nothing', async (_, name, args, said) => {
    const { exit, stdout, stderr } = await create(name, 'refused', ...args);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    for (const text of said) expect(stderr).toContain(text);
    expect(readdirSync(join(shop.folder, 'refused'))).toEqual([]);
  });

  it('refuses what is there: a permission, a bundle that holds it, a bundle of that name', async () => {
    await create('move_issue', 'there', ...FACTS);
    expect(await create('move_issue', 'there', ...FACTS)).toMatchObject({
      exit: 2,
      stderr: expect.stringContaining(
        'there/permissions/issue/move.yml: the permission `move_issue` is there already',
      ),
    });
    shop.write(
      'there/permission_groups/planning/issue/move.yml',
      'name: label_issue\npermissions: [move_issue, copy_issue]\nboundaries: [project]\n',
    );
    expect((await create('copy_issue', 'there', ...FACTS)).stderr).toContain(
      '`copy_issue` is in the bundle `label_issue` already',
    );
    expect((await create('label_issue', 'there', ...FACTS)).stderr).toContain(
      'a bundle is called `label_issue` already',
    );
    expect(existsSync(join(shop.folder, 'there/permissions/issue/copy.yml'))).toBe(false);
  });

  it('does not make a catalogue of a mistyped folder', async () => {
    const { exit, stdout, stderr } = await create('move_issue', 'pairs', ...FACTS);
    expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' });
    expect(stderr).toContain('`pairs` is not there; nothing was written');
    expect(stderr).toMatch(/\bpair\b/);
    expect(existsSync(join(shop.folder, 'pairs'))).toBe(false);
  });

  it('says whether a rule asks for it already, and what was not checked', async () => {
    shop.write(
      'asking.yml',
      'version: 1\nboundaries: { project: {}, group: {} }\nrules:\n  Query.a:\n    permissions: [{ names: [pin_issue], boundaryType: instance }]\n',
    );
    const asked = await create('pin_issue', 'asked', ...FACTS, '--rules', 'asking.yml');
    expect(asked.stdout).toContain('Rules ask for `pin_issue` already: Query.a.');
    expect(asked.stdout).not.toContain('guards nothing');
    const other = await create('move_issue', 'asked', ...FACTS, '--rules', 'asking.yml');
    expect(other.stdout).toContain('until then it guards nothing');
    expect(other.stdout).not.toContain('not checked');
    expect((await create('copy_issue', 'asked', ...FACTS)).stdout).toContain('was not checked');
  });

  it('does not write into a catalogue that is one file', async () => {
    shop.write('one.yml', 'permissions: [read_issue]\n');
    expect((await create('move_issue', 'one.yml', ...FACTS)).stderr).toContain('is a file');
  });

  it.each([
    [['permission'], '`permission` is no command; known are permission new'],
    [['permission', 'nwe'], '`permission nwe` is no command; known are permission new'],
    [['permission', 'new', '--permissions', 'x'], 'the name of the permission is missing'],
  ])('says of %j what is missing', async (args, message) => {
    expect(await shop.ambit(args)).toMatchObject({ exit: 2, stderr: expect.stringContaining(message) });
  });

  it('has a manual, by both of its words', async () => {
    const { exit, stdout } = await shop.ambit(['permission', 'new', '--help']);
    expect(exit).toBe(0);
    expect(stdout).toContain('Usage: ambit permission new NAME --permissions DIR');
    expect((await shop.ambit(['--help'])).stdout).toContain('permission new');
  });
});
