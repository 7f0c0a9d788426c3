import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { source } from '../docs/documents.ts';
import { Workshop } from './run.ts';

const shop = new Workshop();
afterAll(() => shop.close());

const NOTES = `type Query { workspace(slug: ID!): Workspace note(id: ID!): Note search(text: String!): [Hit] }
type Mutation { createNote(workspaceSlug: ID!, text: String!): Note deleteNote(workspaceSlug: ID!, number: Int!): Boolean }
union Hit = Note | Workspace
type Workspace { slug: ID name: String inviteToken: String }
type Note { id: ID! text: String workspace: Workspace }
`;
shop.write('notes.graphql', NOTES);
const INIT: readonly string[] = ['init', '--schema', 'notes.graphql'];
const read = (path: string): string => shop.read(path);
const below = (path: string): string[] =>
  readdirSync(join(shop.folder, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(shop.folder.length + 1))
    .sort();

const SHOP = `type Query { me: User order(id: ID!): Order products: [Product!]! apiVersion: String! settings: Settings! page: Page }
type Mutation { placeOrder(productIds: [ID!]!): Order! login(email: String!, password: String!): Session! logout: Boolean }
type Subscription { orderChanged(orderId: ID!): Order }
type User { id: ID! email: String orders: [Order!]! passwordHash: String }
type Order { id: ID! user: User! items: [Item!]! total: Money }
type Item { product: Product! qty: Int }
type Product { id: ID! price: Money }
type Money { amount: Int currency: String }
type Page { items: [Product] of: Money }
type Session { token: String! user: User }
type Settings { theme: String smtpPassword: String }
`;

async function stripped(): Promise<(sdl: string) => string> {
  return (await import(new URL('../../bench/init/compare.mjs', import.meta.url).href)).stripped;
}

describe('ambit init', () => {
  it('asks nobody where there is no terminal, and writes rules, catalogue and what is left to decide', async () => {
    const { exit, stdout, stderr } = await shop.ambit([...INIT, '--out', 'policy']);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain('kinds of boundary: workspace\n');
    expect(stdout.trimEnd().split('\n').at(-1)).toBe(
      '  ambit check --schema notes.graphql --rules policy/rules.yml --permissions policy/catalog',
    );
    expect(
      read('policy/rules.yml'),
    ).toBe(`# Proposed by \`ambit init\` for notes.graphql. TODO.md says of what it was not sure.
# Relay's connections, edges and payloads inherit without being named here.
version: 1

boundaries:
  workspace: {}

rules:
  # Objects, by whichever door they are reached.
  Workspace:
    permissions:
      - { names: [read_workspace], boundaryType: workspace, boundary: slug }
  Note:
    permissions:
      - { names: [read_note], boundaryType: workspace, boundary: "workspace { slug }" }

  # Fields that tell more than their object.
  Workspace.inviteToken:
    permissions:
      - { names: [read_invite_token], boundaryType: workspace, boundary: slug }

  # Root fields that the type they return does not cover.
  Query.search:
    permissions:
      - { names: [read_search], boundaryType: instance }

  # Mutations.
  Mutation.createNote:
    permissions:
      - { names: [create_note], boundaryType: workspace, boundaryArgument: workspaceSlug }
  Mutation.deleteNote:
    permissions:
      - { names: [delete_note], boundaryType: workspace, boundaryArgument: workspaceSlug }
`);
    expect(below('policy').filter((path) => path.includes('note'))).toEqual([
      'policy/catalog/permission_groups/workspace/note/create.yml',
      'policy/catalog/permission_groups/workspace/note/delete.yml',
      'policy/catalog/permission_groups/workspace/note/read.yml',
      'policy/catalog/permissions/note/create.yml',
      'policy/catalog/permissions/note/delete.yml',
      'policy/catalog/permissions/note/read.yml',
    ]);
    expect(read('policy/catalog/permission_groups/workspace/note/create.yml')).toBe(
      'name: create_note\ndescription: Create notes\npermissions: [create_note]\nboundaries: [workspace]\n',
    );
    expect(read('policy/TODO.md')).toContain('- [ ] `Query.search`');
  });

  it('leaves what `ambit check` is content with', async () => {
    await shop.ambit([...INIT, '--out', 'checked', '--yes']);
    const { exit, json } = await shop.json([
      'check',
      ...['--schema', 'notes.graphql', '--rules', 'checked/rules.yml', '--permissions', 'checked/catalog'],
    ]);
    expect({ exit, json }).toMatchObject({ exit: 0, json: { coverage: { covered: 7, total: 7 } } });
  });

  it('tells programs what it did', async () => {
    const { exit, json, stderr } = await shop.json([...INIT, '--out', 'told']);
    expect({ exit, json, stderr }).toMatchObject({
      exit: 0,
      stderr: '',
      json: {
        out: 'told',
        kinds: [{ name: 'workspace' }],
        rules: 6,
        permissions: 6,
        annotated: [],
        errors: 0,
        coverage: { covered: 7, total: 7 },
        next: 'ambit check --schema notes.graphql --rules told/rules.yml --permissions told/catalog',
      },
    });
    expect((json as { files: string[] }).files.sort()).toEqual(below('told').map((path) => path.slice(5)));
    expect((json as { questions: object[] }).questions).toContainEqual({
      topic: 'root fields',
      coordinate: 'Query.search',
    });
  });

  const SCHEMAS: readonly (readonly [name: string, sdl: () => Promise<string>])[] = [
    [
      'the forge without its directives',
      async () => (await stripped())(source('examples/forge/schema.graphql')),
    ],
    ["GitHub's schema", async () => source('node_modules/@octokit/graphql-schema/schema.graphql')],
    ['a shop without anything of Relay', async () => SHOP],
  ];
  it.each(SCHEMAS)('leaves no error in %s', async (name, sdl) => {
    const out = name.replaceAll(/\W/g, '-');
    shop.write(`${out}.graphql`, await sdl());
    const { json } = await shop.json(['init', '--schema', `${out}.graphql`, '--out', out]);
    const [program, ...next] = (json as { next: string }).next.split(' ');
    expect(program).toBe('ambit');
    const { exit, json: report } = await shop.json(next);
    const { coverage, findings } = report as {
      coverage: { covered: number; total: number };
      findings: { severity: string }[];
    };
    expect({ exit, errors: findings.filter(({ severity }) => severity === 'error') }).toEqual({
      exit: 0,
      errors: [],
    });
    expect(coverage.covered).toBe(coverage.total);
  });

  it('writes the same again, byte for byte', async () => {
    await shop.ambit([...INIT, '--out', 'first']);
    await shop.ambit([...INIT, '--out', 'second']);
    expect(below('first').map((path) => read(path))).toEqual(below('second').map((path) => read(path)));
  });

  it.each(['rules.yml', 'TODO.md', 'catalog/permissions/mine.yml'])(
    'does not touch %s that is there',
    async (path) => {
      const out = `kept-${path.length}`;
      mkdirSync(join(shop.folder, out, 'catalog', 'permissions'), { recursive: true });
      if (!path.startsWith('catalog')) writeFileSync(join(shop.folder, out, path), 'mine\n');
      const before = below(out);
      const refused = await shop.ambit([...INIT, '--out', out]);
      expect(refused).toMatchObject({
        exit: 2,
        stdout: '',
        stderr: expect.stringContaining('is there already; nothing was written'),
      });
      expect(refused.stderr).toContain('--force');
      expect(below(out)).toEqual(before);
      expect((await shop.ambit([...INIT, '--out', out, '--force'])).exit).toBe(0);
      expect(existsSync(join(shop.folder, out, 'rules.yml'))).toBe(true);
      expect(read(`${out}/rules.yml`)).not.toBe('mine\n');
    },
  );

  it('takes kinds that a person names', async () => {
    const args = ['--out', 'said', '--kind', 'workspace=Workspace.name,shelf=Note.id'];
    const { exit, json } = await shop.json([...INIT, ...args]);
    expect({ exit, json }).toMatchObject({
      exit: 0,
      json: { kinds: [{ name: 'workspace' }, { name: 'shelf' }] },
    });
    expect(read('said/rules.yml')).toContain('boundaryType: shelf, boundary: id');
    expect(read('said/TODO.md')).toContain('`workspaceSlug` names `Workspace` by `slug`');
  });

  it.each([
    ['workspace', 'has to be NAME=Type.field'],
    ['user=Note.id', '`user` is a kind of its own'],
    ['a=Notes.id', '`Notes` is no object type'],
    ['a=Workspace.slugs', '`Workspace.slugs` is no leaf'],
    ['a=Note.workspace', '`Note.workspace` is no leaf'],
    ['a=Note.id,a=Workspace.slug', 'twice'],
  ])('refuses --kind %s', async (kind, message) => {
    const refused = await shop.ambit([...INIT, '--out', 'unsaid', '--kind', kind]);
    expect(refused).toMatchObject({ exit: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(existsSync(join(shop.folder, 'unsaid'))).toBe(false);
  });

  it('looks before it replaces: what would be left over and does not fit is named, and nothing is written', async () => {
    await shop.ambit([...INIT, '--out', 'again']);
    const before = below('again').map((path) => read(path));
    const other = [...INIT, '--out', 'again', '--force', '--kind', 'shelf=Workspace.slug'];
    const refused = await shop.ambit(other);
    expect(refused).toMatchObject({ exit: 2, stdout: '' });
    expect(refused.stderr).toContain('`again/catalog/permission_groups/workspace/note/create.yml`');
    expect(refused.stderr).toContain('nothing was written');
    expect(below('again').map((path) => read(path))).toEqual(before);
    rmSync(join(shop.folder, 'again', 'catalog', 'permission_groups', 'workspace'), { recursive: true });
    mkdirSync(join(shop.folder, 'again/catalog/permission_groups/shelf/note'), { recursive: true });
    shop.write('again/catalog/permissions/note/pin.yml', 'name: pin_note\ndescription: Pin notes.\n');
    shop.write(
      'again/catalog/permission_groups/shelf/note/pin.yml',
      'name: pin_note\ndescription: Pin notes\npermissions: [pin_note]\nboundaries: [shelf]\n',
    );
    const { exit, json } = await shop.json(other);
    expect({ exit, json }).toMatchObject({
      exit: 0,
      json: {
        left: ['catalog/permission_groups/shelf/note/pin.yml', 'catalog/permissions/note/pin.yml'],
      },
    });
  });

  it('proposes open coverage for a schema that says already who may see what', async () => {
    shop.write(
      'router.graphql',
      'type Query { open: String staff: String @requiresScopes(scopes: [["staff"]]) }',
    );
    const { exit, stdout } = await shop.ambit(['init', '--schema', 'router.graphql', '--out', 'router']);
    expect(exit).toBe(0);
    expect(stdout).toContain('ambit check --schema router.graphql --rules router/rules.yml --coverage open');
    expect(below('router')).toEqual(['router/rules.yml']);
    const next = ['check', '--schema', 'router.graphql', '--rules', 'router/rules.yml', '--coverage', 'open'];
    expect((await shop.ambit(next)).exit).toBe(0);
  });

  it.each([
    ['no folder', ['init', '--schema', 'notes.graphql'], '`--out` is missing'],
    ['no schema', ['init', '--out', 'x'], '`--schema` is missing'],
    [
      'a schema that cannot be read',
      ['init', '--schema', 'none.graphql', '--out', 'x'],
      'cannot read none.graphql',
    ],
    ['a folder that is a file', [...INIT, '--out', 'notes.graphql'], 'cannot write notes.graphql/'],
  ])('exits with 2 for %s', async (_, args, message) => {
    expect(await shop.ambit(args)).toMatchObject({
      exit: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
    expect(existsSync(join(shop.folder, 'x'))).toBe(false);
  });
});
