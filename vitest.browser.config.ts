import { mergeConfig } from 'vitest/config';

import shared from './vitest.config.ts';

const { include: _all, exclude: _without, ...test } = shared.test ?? {};

/** The pages in a browser: `npm run test:browser`. One file at a time, since each has a browser. */
export default mergeConfig(
  { ...shared, test },
  { test: { include: ['spec/browser/**/*.test.ts'], fileParallelism: false } },
);
