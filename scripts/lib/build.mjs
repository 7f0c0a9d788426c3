import { Problem } from './problem.mjs';
import { runNode } from './run.mjs';
import { step } from './say.mjs';

/** Compiles what has changed since the last build. */
export function build() {
  return step('Building what has changed', async () => {
    const { code, output } = await runNode(['node_modules/typescript/bin/tsc', '-b']);
    if (code !== 0) throw new Problem('the build failed; the compiler said:', output);
  });
}
