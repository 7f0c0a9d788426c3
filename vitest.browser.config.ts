import { mergeConfig } from 'vitest/config';

import shared from './vitest.config.ts';

const { include: _all, exclude: _without, ...test } = shared.test ?? {};

/** The pages in a browser: `npm run test:browser`. */
export default mergeConfig({ ...shared, test }, { test: { include: ['spec/browser/**/*.test.ts'] } });
