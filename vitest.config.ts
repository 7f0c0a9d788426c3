import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/lib/longest-first.mjs';

const { resolve } = createRequire(import.meta.url);

export default defineConfig({
  // Vitest would load graphql's ESM build for our sources and its CommonJS build for packages that it leaves alone:
  // two copies, whose types do not know each other.
  resolve: { alias: [{ find: /^graphql$/, replacement: resolve('graphql') }] },
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'spec/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      'scripts/**/*.test.mjs',
    ],
    // Another graphql: `vitest.graphql17.config.ts` runs it. A browser: `vitest.browser.config.ts` does.
    exclude: ['**/node_modules/**', 'spec/graphql17.test.ts', 'spec/browser/**'],
    globalSetup: ['scripts/lib/postgres-for-tests.mjs', 'scripts/lib/folder-for-tests.mjs'],
    sequence: { sequencer: LongestFirst },
    pool: 'forks',
    // Much is made and dropped at once: with room for it, little of it is collected one by one.
    execArgv: ['--max-semi-space-size=32'],
    // A process takes one file after the other, and loads the library and graphql once: nothing here keeps state in a module.
    isolate: false,
    // One more than the smallest machine has cores: whoever waits for a server needs none.
    maxWorkers: 3,
    testTimeout: 30_000,
    // The first start of a server makes a database; several at once on a small machine take their time.
    hookTimeout: 90_000,
  },
});
