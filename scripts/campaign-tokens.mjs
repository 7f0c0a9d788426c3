import { parseArgs } from 'node:util';
import { main } from './lib/main.mjs';
import { Problem } from './lib/problem.mjs';
import { runNode } from './lib/run.mjs';
import { red } from './lib/say.mjs';
import { kill } from './tokens/kill.mjs';
import { reach } from './tokens/reach.mjs';
import { widening } from './tokens/widening.mjs';

/**
 * `npm run campaign:tokens -- [--only PART,PART] [--revocations N] [--kills N] [--sequences N] [--seed S]
 * [--json]`: what the tests of the token authority do, at length. A part gives `{ results, failures }`. With `--json` stdout carries one document.
 */
const PARTS = {
  reach: ({ revocations, say }) => reach({ revocations, say }),
  kill: ({ kills, say }) => kill({ kills, say }),
  widening: ({ sequences, seed, say }) => widening({ sequences, seed, say }),
};

const OPTIONS = {
  only: { type: 'string', default: Object.keys(PARTS).join(',') },
  revocations: { type: 'string', default: '1000' },
  kills: { type: 'string', default: '1000' },
  sequences: { type: 'string', default: '1000' },
  seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
  json: { type: 'boolean', default: false },
};

function options() {
  let values;
  try {
    ({ values } = parseArgs({ options: OPTIONS }));
  } catch (error) {
    throw new Problem(error.message);
  }
  const parts = values.only.split(',');
  const unknown = parts.find((part) => !Object.hasOwn(PARTS, part));
  if (unknown !== undefined)
    throw new Problem(`there is no part \`${unknown}\`; there are: ${Object.keys(PARTS).join(', ')}`);
  const count = (name) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1) throw new Problem(`--${name} has to be a number from 1`);
    return value;
  };
  const [revocations, kills, sequences, seed] = ['revocations', 'kills', 'sequences', 'seed'].map(count);
  return { parts, revocations, kills, sequences, seed, json: values.json };
}

const help = `npm run campaign:tokens [-- OPTIONS]

Does at length what the tests of the token authority do. Ends with 1 if anything is found.

  reach      revokes tokens on three servers with one PostgreSQL, and measures how soon each refuses them
  kill       kills a server in the middle of writes, and looks for what was acknowledged and is lost
  widening   makes tokens out of tokens, in random sequences, and looks for one that may do more than its parent

  --only PART,PART    some of these; all if left out
  --revocations N     of reach; 1000 if left out
  --kills N           of kill; 1000 if left out
  --sequences N       of widening; 1000 if left out
  --seed S            where the random numbers begin, to do the same again; another each time if left out
  --json              one JSON document on stdout, everything else on stderr`;

await main(campaign, { interrupted: 130, help });

async function campaign() {
  const { parts, json, ...given } = options();
  const say = (line) => (json ? process.stderr : process.stdout).write(`${line}\n`);
  const { code, output } = await runNode(['node_modules/typescript/bin/tsc', '-b']);
  if (code !== 0) throw new Problem(`it does not build:\n${output}`);
  const summary = {};
  for (const part of parts) summary[part] = await PARTS[part]({ ...given, say });
  const failures = Object.entries(summary).flatMap(([part, found]) =>
    found.failures.map((what) => `${part}: ${what}`),
  );
  for (const what of failures) say(red(what));
  if (failures.length === 0) say(`${parts.join(', ')}: nothing found`);
  if (json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  return failures.length > 0 ? 1 : 0;
}
