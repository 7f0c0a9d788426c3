import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCaseFile } from './cases.ts';
import { createAmbit } from './create.ts';
import { AmbitError } from './errors.ts';
import { loadPermissions, loadRules, loadSchema } from './load.ts';
import { referenceMarkdown } from './reference/markdown.ts';
import { referenceOf } from './reference/reference.ts';

const root = mkdtempSync(join(tmpdir(), 'ambit-catalogue-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

let count = 0;
/** A catalogue of these files. */
function folder(files: Readonly<Record<string, string>>): string {
  count += 1;
  const path = join(root, String(count));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

const FILES = {
  'permissions/ci_variable/read.yml': 'name: read_ci_variable\ndescription: See them.\n',
  'permissions/branch/force_delete.yml': 'name: force_delete_branch\n',
  'permission_groups/ci/ci_variable/read.yml':
    'name: read_ci_variable\npermissions: [read_ci_variable]\nboundaries: [project]\navailability: [saas]\n',
  'permission_groups/code/branch/force_delete.yml':
    'name: force_delete_branch\ndescription: Delete branches that are protected\npermissions: [force_delete_branch]\nboundaries: [project]\ndeprecated: true\n',
  'permission_groups/ci/.metadata.yml': 'name: CI/CD\ndescription: Pipelines\n  and <runners>.\n',
  'permission_groups/ci/ci_variable/.metadata.yml': 'name: CI variables\n',
};

const SCHEMA = `
  type Query { variable: CiVariable }
  type Mutation { deleteBranch(force: Force = NO): Boolean @public }
  enum Force { NO YES @requiresPermissions(permissions: ["force_delete_branch"], boundaryType: "project") }
  type CiVariable @requiresPermissions(permissions: ["read_ci_variable"], boundaryType: "project", boundary: "project") { project: ID }`;

describe('a catalogue in a folder', () => {
  it('says of each file where it stands, and how folders are shown', async () => {
    const path = folder(FILES);
    const source = await loadPermissions(path);
    expect(source.permissions.map(({ name, place }) => `${name} ${place}`)).toEqual([
      'force_delete_branch branch/force_delete.yml',
      'read_ci_variable ci_variable/read.yml',
    ]);
    expect(source.assignables).toMatchObject([
      {
        name: 'read_ci_variable',
        place: 'ci/ci_variable/read.yml',
        availability: ['saas'],
        origin: { file: join(path, 'permission_groups/ci/ci_variable/read.yml'), line: 1 },
      },
      { name: 'force_delete_branch', deprecated: true },
    ]);
    expect(source.folders).toEqual([
      { path: 'ci', name: 'CI/CD', description: 'Pipelines and <runners>.' },
      { path: 'ci/ci_variable', name: 'CI variables' },
    ]);
  });

  it('is shown under the names of its folders', async () => {
    const { policy } = createAmbit({ schema: SCHEMA, permissions: await loadPermissions(folder(FILES)) });
    const page = referenceMarkdown(referenceOf(policy));
    expect(page).toContain(
      [
        '## CI/CD',
        '',
        'Pipelines and &lt;runners>.',
        '',
        '### CI variables',
        '',
        '#### Read (`read_ci_variable`)',
        '',
        'Granted in: project. Proposed for: saas.',
        '',
        '- `read_ci_variable`: See them.',
        '',
        '| permission | in | needed for |',
        '|---|---|---|',
        '| `read_ci_variable` | project | query `variable`; type `CiVariable` |',
        '',
        '## Code',
        '',
        '### Branch',
        '',
        '#### Force delete (`force_delete_branch`)',
        '',
        'Deprecated: tokens that hold it keep it, and new ones are not given it. Delete branches that are protected. Granted in: project.',
        '',
        '| permission | in | needed for |',
        '|---|---|---|',
        '| `force_delete_branch` | project | enum value `Force.YES` |',
      ].join('\n'),
    );
  });

  it.each([
    [
      'a slip in the name of its folder',
      { 'permissions/a/read.yml': 'name: read_a', 'permission-groups/x/a/read.yml': '' },
      { suggestion: 'permission_groups' },
    ],
    [
      'metadata with an unknown key',
      { ...FILES, 'permission_groups/code/.metadata.yml': 'title: Code' },
      { message: expect.stringContaining('`title`') },
    ],
    [
      'no permissions',
      { 'permission_groups/x/a/read.yml': 'name: read_a' },
      { message: 'the folder holds no permission' },
    ],
  ])('is refused with %s', async (_name, files, error) => {
    await expect(loadPermissions(folder(files))).rejects.toMatchObject({ code: 'BAD_CATALOG', ...error });
  });

  it.each([
    [
      'a bundle under a name that is no YAML',
      'permission_groups/ci/ci_variable/read.yml.txt',
      'read.yml.txt',
    ],
    ['a permission under a name that is no YAML', 'permissions/a/read.json', 'read.json'],
    ['bundles in a file of that name', 'permission_groups.yml', 'permission_groups.yml'],
  ])('is refused with %s', async (_name, file, told) => {
    const path = folder({ ...FILES, [file]: 'name: read_ci_variable' });
    await expect(loadPermissions(path)).rejects.toMatchObject({
      code: 'BAD_CATALOG',
      message: expect.stringContaining(told),
    });
  });

  it('is refused where the folder of bundles gives none', async () => {
    const path = folder({ ...FILES, 'permission_groups/README.md': '' });
    for (const one of ['ci', 'code']) rmSync(join(path, 'permission_groups', one), { recursive: true });
    await expect(loadPermissions(path)).rejects.toMatchObject({
      code: 'BAD_CATALOG',
      message: expect.stringContaining('no bundle'),
    });
  });

  it('may have hidden files and Markdown beside', async () => {
    const path = folder({ ...FILES, 'permissions/README.md': 'x', 'permission_groups/.gitkeep': '' });
    expect((await loadPermissions(path)).assignables).toHaveLength(2);
  });

  it.each([
    ['folders', ['permissions', 'permission_groups']],
    ['folders of a resource', ['permissions/branch', 'permission_groups/code']],
    [
      'files',
      ['permission_groups/ci/ci_variable/read.yml', 'permission_groups/code/branch/force_delete.yml'],
    ],
  ])('is read where its %s are links, as in a mounted volume', async (_name, links) => {
    const path = folder(FILES);
    for (const link of links) {
      const real = join(dirname(join(path, link)), '..data', basename(link));
      mkdirSync(dirname(real), { recursive: true });
      renameSync(join(path, link), real);
      symlinkSync(real, join(path, link));
    }
    const source = await loadPermissions(path);
    expect(source.assignables.map(({ place }) => place)).toEqual([
      'ci/ci_variable/read.yml',
      'code/branch/force_delete.yml',
    ]);
    expect(source.permissions).toHaveLength(2);
  });

  it.each([
    ['a bundle', 'permission_groups/ci/gone.yml'],
    ['the folder of bundles', 'permission_groups'],
  ])('is refused where %s is a link that leads nowhere', async (_name, link) => {
    const path = folder(FILES);
    rmSync(join(path, link), { recursive: true, force: true });
    symlinkSync(join(path, 'nowhere'), join(path, link));
    await expect(loadPermissions(path)).rejects.toMatchObject({ code: 'UNREADABLE', file: join(path, link) });
  });

  it('is refused where the folder of bundles is a file', async () => {
    const path = folder(FILES);
    rmSync(join(path, 'permission_groups'), { recursive: true });
    writeFileSync(join(path, 'permission_groups'), '');
    await expect(loadPermissions(path)).rejects.toMatchObject({ code: 'UNREADABLE' });
  });

  it('is refused where links lead in a circle, or to a folder with a slip in its name', async () => {
    const round = folder(FILES);
    symlinkSync(join(round, 'permission_groups'), join(round, 'permission_groups/ci/again'));
    await expect(loadPermissions(round)).rejects.toMatchObject({
      code: 'BAD_CATALOG',
      message: expect.stringContaining('again'),
    });
    const slip = folder(FILES);
    renameSync(join(slip, 'permission_groups'), join(slip, '.real'));
    symlinkSync(join(slip, '.real'), join(slip, 'permission-groups'));
    await expect(loadPermissions(slip)).rejects.toMatchObject({ suggestion: 'permission_groups' });
  });

  it('may hold other folders', async () => {
    await expect(
      loadPermissions(folder({ ...FILES, 'notes/x.yml': 'a: 1', '.git/config': '' })),
    ).resolves.toBeDefined();
  });
});

describe('a catalogue in one file', () => {
  it('says on which line what stands', async () => {
    const path = join(
      folder({
        'catalog.yml':
          'permissions:\n  - read_a\n  - name: read_b\n    description: B.\npermission_groups:\n  - name: read_a\n    permissions: [read_a]\n    boundaries: [instance]\n',
      }),
      'catalog.yml',
    );
    const { permissions, assignables } = await loadPermissions(path);
    expect([...permissions, ...assignables].map(({ name, origin }) => `${name} ${origin?.line}`)).toEqual([
      'read_a 2',
      'read_b 3',
      'read_a 6',
    ]);
  });
});

/** Everything that a failure tells anybody. */
async function toldBy(work: Promise<unknown>): Promise<{ code: string; told: string; line?: number }> {
  const failure = (await work.catch((error: unknown) => error)) as AmbitError;
  expect(failure).toBeInstanceOf(AmbitError);
  const { code, message, file, suggestion, line, cause } = failure;
  return {
    code,
    told: [message, file, suggestion, cause].join(' '),
    ...(line === undefined ? {} : { line }),
  };
}

describe('what cannot be read is told without what stands there', () => {
  const BROKEN = [
    'a: *hunter2',
    'token: "hunter2',
    'hunter2: 1\nhunter2: 2',
    '- hunter2: [',
    'a: hunter2: b',
    'a: !hunter2 b: c',
    '%hunter2\na',
  ];

  it.each(BROKEN)('YAML: %j', async (text) => {
    const path = folder({ 'file.yml': text, 'folder/permissions/a/read.yml': text });
    const file = join(path, 'file.yml');
    const schema = 'schema: "type Query { a: Int @public }"\ncases: []\n';
    const inline = (key: string): string => `${schema}${key}: |\n  ${text.replaceAll('\n', '\n  ')}\n`;
    const works = [
      () => loadPermissions(file),
      () => loadPermissions(join(path, 'folder')),
      () => loadRules(file),
      () => parseCaseFile(text, 'cases.yml'),
      () => parseCaseFile(inline('permissions').replace('[]', '[{ query: "{ a }" }]'), 'cases.yml'),
      () => parseCaseFile(inline('rules').replace('[]', '[{ query: "{ a }" }]'), 'cases.yml'),
    ];
    for (const work of works) expect((await toldBy(work())).told).not.toContain('hunter2');
  });

  it('YAML, with the line', async () => {
    const file = join(folder({ 'file.yml': 'a: 1\nb: 2\nb: 3\n' }), 'file.yml');
    expect(await toldBy(loadPermissions(file))).toMatchObject({
      code: 'BAD_CATALOG',
      line: 3,
      told: expect.stringContaining('this key is there twice'),
    });
  });

  it('an address, but for its path', async () => {
    const answers: Record<string, string> = {
      '/words': '<html>hunter2</html>',
      '/errors': '{"errors":[{"message":"hunter2"}]}',
      '/half': '{"data":{"__schema":{"types":[{"name":"hunter2"}]}}}',
    };
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '', 'http://a');
      const answer = answers[pathname];
      if (answer === undefined) request.destroy();
      else response.end(answer);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const path of [...Object.keys(answers), '/gone']) {
      const { told } = await toldBy(loadSchema(`http://${host}${path}?key=hunter2#hunter2`));
      expect(told).toContain(`http://${host}${path}`);
      expect(told).not.toContain('hunter2');
    }
    const { told } = await toldBy(loadSchema(`http://ann:hunter2@${host}/words`));
    expect(told).toContain('a user or a password');
    expect(told).not.toMatch(/ann|hunter2/);
    expect((await toldBy(loadSchema('http://ann:hunter2@:x/'))).told).not.toMatch(/ann|hunter2/);
    server.close();
  });
});
