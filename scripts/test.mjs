import './lib/node-version.mjs';
import { main } from './lib/main.mjs';
import { parts } from './lib/parts.mjs';
import { Problem } from './lib/problem.mjs';
import { ground, runPart, summary } from './lib/report.mjs';

/** `npm test`: installs and builds what is needed, then runs every part, or those of `--only lint,vitest`. */
async function test() {
  const chosen = choose(process.argv.slice(2));
  const results = [await runPart(ground)];
  if (results[0].failed > 0) return summary(results);
  for (const part of chosen) results.push(await runPart(part));
  return summary(results);
}

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

const help = `npm test [-- --only PART,PART]

Installs and builds what is missing, then runs everything that has to hold, and ends with "N passed, N failed".

${parts.map(({ name, about }) => `  ${name.padEnd(11)}${about}`).join('\n')}

One test file: npm run build && npx vitest run FILE`;

await main(test, { interrupted: 130, help });
