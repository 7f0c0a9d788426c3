import { build } from './build.mjs';
import { install } from './install.mjs';
import { tell } from './main.mjs';
import { bold, elapsed, green, red, say } from './say.mjs';

/** What all parts stand on. */
export const ground = {
  name: 'build',
  about: 'dependencies are installed and everything compiles',
  run: async () => {
    await install();
    await build();
    return { passed: 1, failed: 0, skipped: 0 };
  },
};

/** Runs one part and says how it went; `node` is another Node for those that depend on it. */
export async function runPart(part, node) {
  const start = performance.now();
  say(`\n${bold(part.name)}: ${part.about}`);
  const result = await part.run(node).catch((error) => {
    tell(error);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  const verdict = result.failed === 0 ? green('ok') : red('failed');
  say(`${verdict} ${part.name} ${elapsed(start)}`);
  return { name: part.name, time: elapsed(start), ...result };
}

/** Says what came out of all parts, and answers the exit code. */
export function summary(results) {
  const total = { passed: 0, failed: 0 };
  say(
    `\n${'part'.padEnd(10)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'skipped'.padStart(9)}${'time'.padStart(9)}`,
  );
  for (const { name, passed, failed, skipped, time } of results) {
    const cells = [
      String(passed).padStart(8),
      String(failed).padStart(8),
      String(skipped).padStart(9),
      time.padStart(9),
    ];
    say(name.padEnd(10) + cells.join(''));
    total.passed += passed;
    total.failed += failed;
  }
  say(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0 ? 0 : 1;
}
