import { fork } from 'node:child_process';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { adopt } from './lib/children.mjs';
import { main } from './lib/main.mjs';
import { Problem } from './lib/problem.mjs';
import { root } from './lib/root.mjs';
import { runNode } from './lib/run.mjs';
import { red } from './lib/say.mjs';

/**
 * `npm run campaign -- [--minutes N] [--seed S] [--workers N] [--engine PATH] [--json]`: compares the engine with
 * the reference over random schemas, operations, grants and data, until the time is up or the two disagree.
 * With `--json` stdout carries one document and everything else goes to stderr.
 */
const OPTIONS = {
  minutes: { type: 'string', default: '1' },
  seed: { type: 'string' },
  workers: { type: 'string', default: '2' },
  engine: { type: 'string' },
  json: { type: 'boolean', default: false },
};

function options() {
  let values;
  try {
    ({ values } = parseArgs({ options: OPTIONS }));
  } catch (error) {
    throw new Problem(error.message);
  }
  const number = (name, fallback) => {
    const value = values[name] === undefined ? fallback : Number(values[name]);
    if (!Number.isFinite(value) || value < 0) throw new Problem(`--${name} has to be a number`);
    return value;
  };
  return {
    minutes: number('minutes'),
    seed: Math.floor(number('seed', Date.now() % 1_000_000_000)),
    workers: Math.max(1, Math.floor(number('workers'))),
    engine: values.engine === undefined ? undefined : resolve(values.engine),
    json: values.json,
  };
}

const help = `npm run campaign [-- OPTIONS]

Compares the engine with the reference over random schemas, operations, grants and data, until the time is up or the
two disagree. Ends with 1 if they do. How it works: docs/proof.md

  --minutes N     how long; 1 if left out
  --seed S        where the random numbers begin, to do the same again; another each time if left out
  --workers N     how many processes; 2 if left out
  --engine PATH   another build of the engine: a module that has what packages/ambit/dist/index.js has
  --json          one JSON document on stdout, everything else on stderr`;

await main(campaign, { interrupted: 130, help });

async function campaign() {
  const { minutes, seed, workers, engine, json } = options();
  const say = (line) => (json ? process.stderr : process.stdout).write(`${line}\n`);
  await build();
  say(`seed ${seed}, ${workers} workers, ${minutes} minutes${engine ? `, engine ${engine}` : ''}`);
  const total = {
    schemas: 0,
    documents: 0,
    triples: 0,
    allowed: 0,
    refused: 0,
    pairs: 0,
    steps: 0,
    features: {},
  };
  const start = performance.now();
  const until = Date.now() + minutes * 60_000;
  const found = [];
  let lastSeed = seed;
  const perSecond = () => Math.round(total.triples / ((performance.now() - start) / 1000));
  const progress = setInterval(
    () =>
      say(
        `  seed ${lastSeed}: ${total.triples} triples, ${total.pairs} pairs, ${total.steps} steps, ${perSecond()} triples/s`,
      ),
    5000,
  );
  const hear = (message) => {
    add(total, message.tally);
    lastSeed = Math.max(lastSeed, message.seed);
    if (message.disagreement) found.push(message.disagreement);
  };
  const children = Array.from({ length: workers }, (_, index) =>
    worker({ seed: seed + index, step: workers, until, engine }, hear),
  );
  const codes = await Promise.all(
    children.map(({ child, ended }) =>
      ended.then((code) => {
        if (code !== 0 || found.length > 0)
          for (const other of children) if (other.child !== child) other.child.kill();
        return code;
      }),
    ),
  );
  clearInterval(progress);
  if (found.length === 0 && codes.some((code) => code !== 0))
    throw new Problem('a worker ended before its time');
  for (const one of found) say(told(one));
  const commit = (await git('rev-parse', '--short', 'HEAD')) || 'no commit';
  const summary = {
    commit: (await git('status', '--porcelain', 'packages')) ? `${commit}+` : commit,
    seeds: [seed, lastSeed],
    ...total,
    triplesPerSecond: perSecond(),
    disagreements: found,
  };
  say(
    `commit ${summary.commit}, seeds ${seed}-${lastSeed}, ${total.triples} triples (${perSecond()}/s), ` +
      `${total.pairs} pairs of worlds, ${total.steps} warm steps, ${found.length} disagreements`,
  );
  if (json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  return found.length > 0 ? 1 : 0;
}

async function build() {
  const { code, output } = await runNode([
    'node_modules/typescript/bin/tsc',
    '-b',
    'packages/ambit',
    'spec/differential',
  ]);
  if (code !== 0) throw new Problem(`the harness does not build:\n${output}`);
}

function worker(orders, hear) {
  const file = join(root, 'spec/differential/dist/differential/worker.js');
  const child = fork(file, [JSON.stringify(orders)], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  adopt(child);
  child.on('message', hear);
  return { child, ended: new Promise((done) => child.on('close', (code) => done(code ?? 1))) };
}

function add(total, tally) {
  for (const [key, value] of Object.entries(tally)) if (typeof value === 'number') total[key] += value;
  for (const [name, value] of Object.entries(tally.features))
    total.features[name] = (total.features[name] ?? 0) + value;
}

function told({ seed, about, case: text, engine, reference }) {
  return [
    red(`they disagree at seed ${seed}: ${about}`),
    text,
    `engine:    ${JSON.stringify(engine)}`,
    `reference: ${JSON.stringify(reference)}`,
  ].join('\n');
}

async function git(...args) {
  const { spawnSync } = await import('node:child_process');
  const { stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  return (stdout ?? '').trim();
}
