import '../scripts/lib/node-version.mjs';
import { cpus } from 'node:os';
import { version } from 'graphql';
import { main, tell as tellProblem } from '../scripts/lib/main.mjs';
import { elapsed } from '../scripts/lib/say.mjs';
import { gateway } from './gateway/index.mjs';
import { readOptions } from './lib/options.mjs';
import { makeReady } from './lib/ready.mjs';
import { masks } from './masks/index.mjs';
import { ops } from './ops/index.mjs';
import { rowNames } from './ops/rows/index.mjs';
import { tokens } from './tokens/index.mjs';

const parts = [ops, masks, gateway, tokens];

/** `npm run bench`: measures, tells on stderr what it is doing, prints tables, or one JSON document with `--json`. */
async function bench() {
  try {
    const options = readOptions(process.argv.slice(2), {
      parts: parts.map(({ name }) => name),
      rows: rowNames,
    });
    await measureAll(options);
    return 0;
  } catch (error) {
    tellProblem(error);
    return 2;
  }
}

async function measureAll({ parts: names, rows, seconds, json }) {
  const start = performance.now();
  const tell = (line) => process.stderr.write(`${elapsed(start).padStart(7)}  ${line}\n`);
  const chosen = parts.filter(({ name }) => names.includes(name));
  const print = process.stdout.write.bind(process.stdout);
  // What prepares the workspace says so where it likes; stdout is for the figures.
  process.stdout.write = process.stderr.write.bind(process.stderr);
  await makeReady({ withPeers: chosen.some((part) => part.needsPeers?.(rows)) });
  const figures = {};
  for (const part of chosen) figures[part.name] = await part.measure({ rows, seconds, tell });
  tell('done');
  if (json) print(`${JSON.stringify({ machine: machine(), ...figures }, null, 2)}\n`);
  else print(`${[machine(), ...chosen.map((part) => part.print(figures[part.name]))].join('\n\n')}\n`);
}

function machine() {
  const [cpu] = cpus();
  return `${cpus().length} x ${cpu?.model.trim()}, Node ${process.versions.node}, graphql ${version}`;
}

const help = `npm run bench [-- OPTIONS]

Measures what Ambit costs, beside graphql-js without protection and beside other libraries, and prints tables.

  --only PART,PART    some of: ${parts.map(({ name }) => name).join(', ')}
  --rows ROW,ROW      some rows of ops: ${rowNames.join(', ')}
  --seconds N         how long each figure is measured; 3 if left out
  --json              one JSON document on stdout; what is being done is always told on stderr`;

await main(bench, { interrupted: 130, help });
