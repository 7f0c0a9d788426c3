import { BaseSequencer } from 'vitest/node';

/** Files that take longest, begun first: one that begins last keeps everybody waiting. Vitest would go by their size. */
const LONGEST = [
  'spec/doors.test.ts',
  'spec/canaries/canaries.test.ts',
  'spec/server/keys.test.ts',
  'spec/docs/walks-rules.test.ts',
  'spec/differential/differential.test.ts',
  'spec/docs/walks-tokens.test.ts',
  'scripts/campaign-tokens.test.mjs',
  'spec/docs/walks-people.test.ts',
  'spec/docs/leaks-page.test.ts',
  'spec/server/postgres.test.ts',
  'spec/server/program.test.ts',
  'spec/canaries/mutations.test.ts',
  'spec/browser/pages.test.ts',
];

export class LongestFirst extends BaseSequencer {
  async sort(files) {
    const sorted = await super.sort(files);
    const named = LONGEST.flatMap((name) => sorted.filter(({ moduleId }) => moduleId.endsWith(`/${name}`)));
    return [...named, ...sorted.filter((file) => !named.includes(file))];
  }
}
