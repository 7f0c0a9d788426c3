import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/lib/longest-first.mjs';

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
      'spec/events.test.ts',
      'spec/graphql17.test.ts',
      'spec/yoga/*.test.ts',
      'spec/testing/{access,matrix}.test.ts',
      // Minutes long: the canaries run here where the matrix asks for everything.
      ...(process.env['AMBIT_WHOLE'] ? ['spec/canaries/*.test.ts'] : []),
    ],
    // What is in process; the gateway executes through the same engine, and joins where everything is asked for.
    env: { AMBIT_DOORS: process.env['AMBIT_WHOLE'] ? 'engine,execute,yoga,gateway' : 'engine,execute,yoga' },
    // Where Node loads the library itself, it would find the graphql of the workspace.
    server: { deps: { inline: [/\/packages\/ambit\/dist\//] } },
    sequence: { sequencer: LongestFirst },
    pool: 'forks',
    // Much is made and dropped at once: with room for it, little of it is collected one by one.
    execArgv: ['--max-semi-space-size=32'],
    // A process takes one file after the other, and loads the library and graphql once: nothing here keeps state in a module.
    isolate: false,
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
