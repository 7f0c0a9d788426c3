import './lib/node-version.mjs';
import { build } from './lib/build.mjs';
import { install } from './lib/install.mjs';
import { main, tell } from './lib/main.mjs';
import { parts } from './lib/parts.mjs';
import { Problem } from './lib/problem.mjs';
import { bold, elapsed, green, red, say } from './lib/say.mjs';

/** `npm test`: installs and builds what is needed, then runs every part, or those of `--only lint,vitest`. */
async function test() {
  const chosen = choose(process.argv.slice(2));
  const results = [await runPart(ground)];
  if (results[0].failed > 0) return summary(results);
  for (const part of chosen) results.push(await runPart(part));
  return summary(results);
}

/** What all parts stand on. */
const ground = {
  name: 'build',
  about: 'dependencies are installed and everything compiles',
  run: async () => {
    try {
      await install();
      await build();
      return { passed: 1, failed: 0, skipped: 0 };
    } catch (error) {
      tell(error);
      return { passed: 0, failed: 1, skipped: 0 };
    }
  },
};

function choose(args) {
  if (args.length === 0) return parts;
  const [name, value] = args[0].split('=', 2);
  const names = (value ?? args[1] ?? '').split(',');
  const unknown = names.filter((it) => !parts.some((part) => part.name === it));
  if (name === '--only' && unknown.length === 0) return parts.filter((part) => names.includes(part.name));
  const known = parts.map((part) => part.name).join(', ');
  throw new Problem(
    `\`${args.join(' ')}\` is not understood; write \`npm test -- --only PART,PART\` with parts of: ${known}`,
  );
}

async function runPart(part) {
  const start = performance.now();
  say(`\n${bold(part.name)}: ${part.about}`);
  const result = await part.run();
  const verdict = result.failed === 0 ? green('ok') : red('failed');
  say(`${verdict} ${part.name} ${elapsed(start)}`);
  return { name: part.name, time: elapsed(start), ...result };
}

function summary(results) {
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

await main(test, { interrupted: 130 });
