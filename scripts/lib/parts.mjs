import { existsSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installIn } from './install.mjs';
import { runNode } from './run.mjs';
import { complain, say } from './say.mjs';

/**
 * The parts of `npm test`, in the order in which they run. Each resolves to `{ passed, failed, skipped }`.
 * A checker counts as one test; its output is shown only when it finds something. A part that depends on the Node
 * that runs it takes another one as `node`.
 */
export const parts = [
  {
    name: 'lint',
    about: 'Biome: style and suspicious code',
    run: () => check('@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'),
  },
  {
    name: 'types',
    about: 'every source and test type-checks',
    run: () => check('typescript/bin/tsc', '-p', 'tsconfig.check.json'),
  },
  {
    name: 'knip',
    about: 'nothing unused, nothing undeclared',
    run: () => check('knip/bin/knip.js', '--no-progress'),
  },
  {
    name: 'vitest',
    about: 'the tests',
    dependsOnNode: true,
    run: (node) => vitest(node, '--exclude', 'spec/packages/**'),
  },
  {
    name: 'graphql17',
    about: 'cases and the tests of the library on graphql 17',
    dependsOnNode: true,
    run: async (node) => {
      await installIn('spec/graphql17', 'Installing graphql 17');
      const types = await check('typescript/bin/tsc', '-p', 'spec/graphql17');
      return sum(types, await vitest(node, '--config', 'vitest.graphql17.config.ts'));
    },
  },
  {
    name: 'jest',
    about: 'the test kit under Jest',
    dependsOnNode: true,
    run: async (node) => {
      await installIn('spec/jest', 'Installing Jest');
      return jest(node);
    },
  },
  {
    name: 'browser',
    about: 'the pages in Chromium, by mouse, by keyboard and by axe-core',
    dependsOnNode: true,
    run: (node) => {
      if (existsSync(chromium())) return vitest(node, '--config', 'vitest.browser.config.ts');
      say(
        `Not run: the pages in a browser. There is no Chromium at ${chromium()}; install one (apt-get install chromium), or name yours in AMBIT_CHROMIUM.`,
      );
      return { passed: 0, failed: 0, skipped: 1 };
    },
  },
  {
    name: 'packages',
    about: 'what is packed installs and works',
    dependsOnNode: true,
    run: (node) => vitest(node, 'spec/packages'),
  },
];

/** Vitest would colour a log file as well. */
const colours = process.stdout.isTTY ? {} : { NO_COLOR: '1', FORCE_COLOR: undefined };

/** The same one as in `spec/browser/browser.ts`. */
function chromium() {
  return process.env['AMBIT_CHROMIUM'] || '/usr/bin/chromium';
}

async function check(program, ...args) {
  const { code, output } = await runNode([`node_modules/${program}`, ...args]);
  if (code === 0) return { passed: 1, failed: 0, skipped: 0 };
  say(output.trimEnd());
  return { passed: 0, failed: 1, skipped: 0 };
}

function sum(one, other) {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
  };
}

async function vitest(node, ...args) {
  const file = join(tmpdir(), `ambit-vitest-${process.pid}.json`);
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const program = ['node_modules/vitest/vitest.mjs', 'run', ...reporters, ...args];
  const { code } = await runNode(program, { show: true, env: colours, ...(node ? { node } : {}) });
  const counts = count(file);
  rmSync(file, { force: true });
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1 };
  return counts;
}

/** Jest writes the same report. It loads ES modules only where Node is told to give it that power. */
async function jest(node) {
  const file = join(tmpdir(), `ambit-jest-${process.pid}.json`);
  rmSync(file, { force: true });
  const program = ['--experimental-vm-modules', 'spec/jest/node_modules/jest/bin/jest.js'];
  const args = ['--rootDir', 'spec/jest', '--config', 'spec/jest/jest.config.json', '--json'];
  const { code, output } = await runNode([...program, ...args, `--outputFile=${file}`], {
    env: colours,
    ...(node ? { node } : {}),
  });
  const counts = count(file);
  rmSync(file, { force: true });
  if (code !== 0) say(output.trimEnd());
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/** A file that could not even be loaded has no tests in it and counts as one that failed. */
function count(file) {
  const report = read(file);
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const unloaded = report.testResults.filter(
    (it) => it.status === 'failed' && it.assertionResults.length === 0,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    complain('The tests ended without a report.');
    return undefined;
  }
}
