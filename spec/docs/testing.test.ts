import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { assertGranularAccess, type GranularAccess } from 'ambit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Block, firstCells, readDocument, section, source } from './documents.ts';

/** The pages about the test kit show tests that run, in each framework, and name every option. */

const root = fileURLToPath(new URL('../../', import.meta.url));
mkdirSync(join(root, '.ambit'), { recursive: true });
// Below the repository, so that what is saved there finds the packages.
const folder = mkdtempSync(join(root, '.ambit', 'testing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

const page = readDocument('docs/reference/testing.md');
const js = page.blocks.filter(({ language }) => language === 'js');
const [world, nodeTest, vitest, jest, matrix] = js;
const save = (name: string, { text = '' }: Partial<Block> = {}): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

/** Runs a program; answers its exit code and all that it told. */
function run(...args: readonly string[]): Promise<{ code: number; told: string }> {
  const { NODE_TEST_CONTEXT: _, VITEST: __, FORCE_COLOR: ___, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env: { ...env, NO_COLOR: '1' } }, (error, out, err) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, told: `${out}${err}` }),
    );
  });
}

beforeAll(() => void save('world.mjs', world));

describe('docs/reference/testing.md', () => {
  it('shows tests that pass under node:test', async () => {
    const { code, told } = await run('--test', '--test-reporter=tap', save('notes.mjs', nodeTest));
    expect(told).toContain('ok 1 - a coarse token carries it');
    expect(told).toMatch(/# pass 10\n/);
    expect(code).toBe(0);
  });

  it('shows tests that pass under Vitest', async () => {
    const cli = join(root, 'node_modules/vitest/vitest.mjs');
    save('notes.test.js', vitest);
    const { code, told } = await run(
      cli,
      'run',
      '--root',
      folder,
      '--config',
      save('vitest.config.mjs', { text: 'export default {};' }),
    );
    expect(told).toMatch(/5 passed \| 6 skipped/);
    expect(code).toBe(0);
  });

  it('shows tests that pass where `describe` and `it` are global, as under Jest', async () => {
    const globals =
      "import { describe, it } from 'node:test';\nObject.assign(globalThis, { describe, it });\n";
    const prelude = pathToFileURL(save('globals.mjs', { text: globals })).href;
    const { code, told } = await run(
      '--import',
      prelude,
      '--test',
      '--test-reporter=tap',
      save('jest.mjs', jest),
    );
    expect(told).toContain('[not run: no `parent` was given] # SKIP');
    expect(told).toMatch(/# fail 0\n/);
    expect(code).toBe(0);
  });

  it('shows a matrix that passes', async () => {
    const { code, told } = await run('--test', '--test-reporter=tap', save('matrix.mjs', matrix));
    expect(told).toContain('Mutation.addNote: exactly what it needs carries it');
    expect(told).toMatch(/# pass 10\n/);
    expect(code).toBe(0);
  });

  it('shows what a failure says', async () => {
    const [said] = page.blocks.filter(({ language }) => language === 'text');
    const changed = (world?.text ?? '').replace('["create_note"]', '["write_note"]');
    const { open } = await import(pathToFileURL(save('changed.mjs', { text: changed })).href);
    const access: GranularAccess = {
      open: () => open(),
      openSwitchedOff: () => open({ granular: false }),
      document: 'mutation { addNote(project: "acme/web", text: "new") { errors note { text } } }',
      permissions: ['create_note', 'read_note'],
      boundary: { project: 'acme/web' },
      elsewhere: { project: 'acme-labs/web' },
      parent: { group: 'acme' },
    };
    const error = await assertGranularAccess(access).catch((one: Error) => one);
    expect(error).toBeInstanceOf(Error);
    expect(
      String((error as Error).message)
        .split('\n')
        .slice(0, 3)
        .join('\n'),
    ).toBe(said?.text.trimEnd());
  });

  it.each([
    [
      'What it is given',
      'subject.ts',
      'GranularAccess',
      ['document', 'variables', 'operationName', 'contextValue'],
    ],
    ['What it is given', 'world.ts', 'World', ['execute']],
    ['All root fields', 'matrix.ts', 'MatrixOperation', []],
  ])('names under "%s" every member of %s: %s', (title, file, name, more) => {
    const text = source(`packages/ambit/src/testing/${file}`);
    const body = new RegExp(`interface ${name}[^{]*\\{(.*?)\\n\\}`, 's').exec(text)?.[1] ?? '';
    const members = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, member = '']) => member);
    const named = [...firstCells(section(page, title)), ...more];
    expect(members.length).toBeGreaterThan(3);
    expect(members.filter((member) => !named.includes(member))).toEqual([]);
  });
});
