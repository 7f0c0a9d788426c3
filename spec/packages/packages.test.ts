import { rmSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  installedTypes,
  installIn,
  node,
  npm,
  type Packed,
  pack,
  snippet,
  temporaryFolder,
  tool,
} from './consumer.ts';

/** Both packages are packed, installed in an empty folder, and used there as their readers are told to. */

const minutes = 60_000;
const folder = temporaryFolder();
const consumer = join(folder, 'consumer');
const packed: Record<string, Packed> = {};

beforeAll(async () => {
  packed['ambit'] = await pack('ambit', folder);
  packed['server'] = await pack('server', folder);
  await installIn(consumer, [tarball('ambit'), tarball('server'), 'graphql@16']);
}, 5 * minutes);

afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

describe.each(['ambit', 'server'])('the tarball of packages/%s', (name) => {
  it('holds its licence and its README', () => {
    expect(filesOf(name)).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
  });

  it('holds no tests, no sources and no notes of the compiler', () => {
    const stray = filesOf(name).filter((path) => /\.test\.|(^|\/)tests?\/|^src\/|\.tsbuildinfo$/.test(path));
    expect(stray).toEqual([]);
  });

  it('passes publint', async () => {
    const { code, output } = await tool('publint/src/cli.js', ['run', '--strict', tarball(name)], folder);
    expect(code, output).toBe(0);
  });

  it('has types that every ESM reader resolves', async () => {
    const args = ['--profile', 'esm-only', '--no-definitely-typed', '--no-emoji', tarball(name)];
    const { code, output } = await tool('@arethetypeswrong/cli/dist/index.js', args, folder);
    expect(code, output).toBe(0);
  });
});

describe(
  'what is installed',
  () => {
    it('loads by every public name, with import and with require', async () => {
      const names = publicNames('ambit', 'server');
      write('names.mjs', names.map((name) => `await import('${name}');`).join('\n'));
      write('names.cjs', names.map((name) => `require('${name}');`).join('\n'));
      expect(await node(['names.mjs'], consumer)).toMatchObject({ code: 0 });
      expect(await node(['names.cjs'], consumer)).toMatchObject({ code: 0 });
    });

    it('runs the snippet of the README as an ES module', async () => {
      write('snippet.mjs', transpile(snippet('library'), ts.ModuleKind.ESNext));
      const { code, output } = await node(['snippet.mjs'], consumer);
      expect(code, output).toBe(0);
    });

    it('runs the snippet of the README through require', async () => {
      const body = transpile(snippet('library'), ts.ModuleKind.CommonJS);
      write(
        'snippet.cjs',
        `(async () => {\n${body}\n})().catch((error) => { console.error(error); process.exit(1); });`,
      );
      const { code, output } = await node(['snippet.cjs'], consumer);
      expect(code, output).toBe(0);
    });

    it.each(['nodenext', 'bundler'])('type-checks under moduleResolution %s', async (resolution) => {
      write('library.ts', reExports(publicNames('ambit')));
      write('snippet.ts', snippet('library'));
      expect(await typeCheck(browserLike(resolution), ['library.ts', 'snippet.ts'])).toEqual('');
    });

    it.each(['nodenext', 'bundler'])(
      'type-checks the program under moduleResolution %s',
      async (resolution) => {
        write('program.ts', reExports(publicNames('server')));
        expect(await typeCheck(nodeLike(resolution), ['program.ts'])).toEqual('');
      },
    );

    it.each(['ambit', 'ambit-server'])('runs %s --help', async (command) => {
      const { code, output } = await npm(['exec', '--offline', '--', command, '--help'], consumer);
      expect(code, output).toBe(0);
      expect(output).toContain(command);
    });
  },
  2 * minutes,
);

describe('beside graphql 17', () => {
  const modern = join(folder, 'modern');

  it(
    'installs without complaint, and answers the snippet of the README as beside 16',
    async () => {
      await installIn(modern, [tarball('ambit'), 'graphql@17']);
      const text = `${transpile(snippet('library'), ts.ModuleKind.ESNext)}\nconsole.log((await import('graphql')).version);`;
      const outputs: string[][] = [];
      for (const where of [consumer, modern]) {
        writeFileSync(join(where, 'both.mjs'), text);
        const { code, stdout, output } = await node(['both.mjs'], where);
        expect(code, output).toBe(0);
        outputs.push(stdout.trim().split('\n'));
      }
      const [older, newer] = outputs;
      expect(older![0]).toContain('read_deploy_key');
      expect(newer![0]).toBe(older![0]);
      expect([older![1], newer![1]]).toEqual([
        expect.stringMatching(/^16\./),
        expect.stringMatching(/^17\./),
      ]);
    },
    3 * minutes,
  );
});

const write = (name: string, text: string): void => writeFileSync(join(consumer, name), text);
const tarball = (name: string): string => packed[name]!.tarball;
const filesOf = (name: string): readonly string[] => packed[name]!.files;

/** `ambit`, `ambit/gateway`, `@ambit/server`: everything that the manifests open, but for themselves. */
function publicNames(...workspaces: string[]): string[] {
  const open = workspaces.flatMap((workspace) => {
    const { name, exports } = packed[workspace]!.manifest;
    return Object.keys(exports).map((key) => posix.join(name, key));
  });
  return open.filter((name) => !name.endsWith('/package.json'));
}

const reExports = (names: readonly string[]): string =>
  names.map((name, index) => `export * as module${index} from '${name}';`).join('\n');

function transpile(text: string, module: ts.ModuleKind): string {
  const compilerOptions = { module, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: false };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}

/** What the compiler has to say; nothing when all is well. */
async function typeCheck(settings: object, files: readonly string[]): Promise<string> {
  const compilerOptions = { target: 'es2022', strict: true, noEmit: true, ...settings };
  write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
  const { code, output } = await tool('typescript/bin/tsc', ['-p', '.'], consumer);
  return code === 0 ? '' : output;
}

const resolving = (moduleResolution: string): object => ({
  moduleResolution,
  module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext',
});

/** A project that has no types of Node and trusts no declaration file: the library has to stand that. */
const browserLike = (resolution: string): object => ({
  ...resolving(resolution),
  lib: ['es2023', 'dom', 'esnext.disposable'],
  types: [],
});

/** A project for Node, as whoever embeds the program has. */
const nodeLike = (resolution: string): object => ({
  ...resolving(resolution),
  lib: ['es2023'],
  types: ['node'],
  typeRoots: [installedTypes],
  skipLibCheck: true,
});
