import './lib/node-version.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installIn } from './lib/install.mjs';
import { main } from './lib/main.mjs';
import { parts } from './lib/parts.mjs';
import { Problem } from './lib/problem.mjs';
import { ground, runPart, summary } from './lib/report.mjs';
import { root } from './lib/root.mjs';
import { runNode } from './lib/run.mjs';
import { say } from './lib/say.mjs';

/** `npm run test:matrix`: those parts of `npm test` that depend on the Node that runs them, on Node 24. */
async function matrix() {
  // The matrix is not run at every change, so it takes its time.
  process.env.AMBIT_WHOLE = '1';
  const results = [await runPart(ground)];
  if (results[0].failed > 0) return summary(results);
  const node = await node24();
  for (const part of parts.filter(({ dependsOnNode }) => dependsOnNode))
    results.push(await runPart(part, node));
  return summary(results);
}

/** The program that `spec/node24` installs from the registry. */
async function node24() {
  await installIn('spec/node24', 'Installing Node 24');
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const node = join(root, 'spec/node24/node_modules', `node-${system}-${process.arch}`, 'bin/node');
  const program = system === 'win' ? `${node}.exe` : node;
  if (!existsSync(program)) {
    throw new Problem(
      `there is no Node 24 to install for ${process.platform} on ${process.arch}; run \`npm test\` with a Node 24 of your own`,
    );
  }
  const { stdout } = await runNode(['--version'], { node: program });
  say(`\nEverything that follows runs on Node ${stdout.trim()}.`);
  return program;
}

const help = `npm run test:matrix

Runs on Node 24 those parts of npm test that depend on the Node that runs them, each at its full length:
${parts.flatMap(({ name, dependsOnNode }) => (dependsOnNode ? name : [])).join(', ')}. It takes no options. Node 24 is installed for it, in spec/node24.`;

await main(matrix, { interrupted: 130, help });
