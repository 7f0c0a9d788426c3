import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

/** What `spec/graphql17` has installed takes the place of what the tests and the library import by these names. */
const { resolve } = createRequire(new URL('./spec/graphql17/package.json', import.meta.url));
const replaced = ['graphql', 'graphql-yoga', '@graphql-tools/schema'];

/** The library's own tests and everything in process; programs that tests start would load their own graphql. */
export default defineConfig({
  resolve: {
    alias: replaced.map((name) => ({ find: new RegExp(`^${name}$`), replacement: resolve(name) })),
  },
  test: {
    include: [
      'packages/ambit/src/**/*.test.ts',
      'spec/doors.test.ts',
      'spec/graphql17.test.ts',
      'spec/canaries/*.test.ts',
    ],
    // Where Node loads the library itself, it would find the graphql of the workspace.
    server: { deps: { inline: [/\/packages\/ambit\/dist\//] } },
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
