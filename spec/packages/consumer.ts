import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What somebody has who installed the packed packages: an empty folder, npm, and Node. */

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Where the repository has the types of Node. */
export const installedTypes: string = join(root, 'node_modules', '@types');

export interface Result {
  readonly code: number;
  /** Both streams, for messages. */
  readonly output: string;
  readonly stdout: string;
}

export interface Packed {
  readonly tarball: string;
  /** Paths inside the tarball. */
  readonly files: readonly string[];
  readonly manifest: Manifest;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/** A temporary folder; its real path, since macOS hands out a link. */
export function temporaryFolder(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'ambit-packages-')));
}

/** Packs one workspace into the folder, as a release does. */
export async function pack(workspace: string, folder: string): Promise<Packed> {
  const source = join(root, 'packages', workspace);
  const { code, stdout, output } = await npm(['pack', '--json', '--pack-destination', folder], source);
  if (code !== 0) throw new Error(`npm pack failed in ${source}:\n${output}`);
  const [report] = JSON.parse(stdout) as { filename: string; files: { path: string }[] }[];
  if (!report) throw new Error(`npm pack told nothing about ${source}`);
  const manifest = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as Manifest;
  return { tarball: join(folder, report.filename), files: report.files.map((it) => it.path), manifest };
}

/** Makes a folder that depends on these packages and nothing else. */
export async function installIn(folder: string, packages: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline'];
  const { code, output } = await npm(['install', ...quiet, ...packages], folder);
  if (code !== 0) throw new Error(`npm install failed in the empty folder:\n${output}`);
}

/** Runs npm as it runs by itself, without what an `npm test` around it has put into the environment. */
export function npm(args: readonly string[], cwd: string): Promise<Result> {
  const cli = process.env['npm_execpath'];
  if (cli?.endsWith('.js')) return run(process.execPath, [cli, ...args], cwd);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, cwd);
}

export function node(args: readonly string[], cwd: string): Promise<Result> {
  return run(process.execPath, args, cwd);
}

/** A program of the repository's own tools, such as the compiler. */
export function tool(path: string, args: readonly string[], cwd: string): Promise<Result> {
  return node([join(root, 'node_modules', path), ...args], cwd);
}

function run(command: string, args: readonly string[], cwd: string): Promise<Result> {
  const options = { cwd, env: ownEnvironment(), shell: command.endsWith('.cmd'), maxBuffer: 2 ** 26 };
  return new Promise((resolve) => {
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0;
      resolve({ code, stdout, output: `${stdout}${stderr}` });
    });
  });
}

function ownEnvironment(): NodeJS.ProcessEnv {
  const foreign =
    /^(npm_(package|lifecycle|command|node|config_local_prefix|config_prefix)|INIT_CWD|VITEST|NODE_ENV|NODE_OPTIONS)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

/** The code of a snippet of the README, between `<!-- snippet:NAME -->` and `<!-- /snippet -->`. */
export function snippet(name: string): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const marked = new RegExp(
    `<!-- snippet:${name} -->\\s*\`\`\`ts\\n(.*?)\`\`\`\\s*<!-- /snippet -->`,
    's',
  ).exec(readme);
  if (!marked?.[1])
    throw new Error(`README.md has no code between <!-- snippet:${name} --> and <!-- /snippet -->`);
  return marked[1];
}
