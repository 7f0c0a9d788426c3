import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { adopt } from './lib/children.mjs';
import { main } from './lib/main.mjs';
import { Problem } from './lib/problem.mjs';
import { root } from './lib/root.mjs';
import { runNode } from './lib/run.mjs';
import { red } from './lib/say.mjs';

/**
 * `npm run faults -- [--only ID,...] [--triples N] [--seeds N] [--seed S] [--write] [--json]`: puts one deliberate
 * fault after another into a copy of the engine, and counts the triples until the comparison with the reference
 * finds it. With `--write` the table goes to spec/faults/found.md; with `--json` stdout carries one document and
 * everything else goes to stderr. Ends with 1 if a fault is not found.
 */
const OPTIONS = {
  only: { type: 'string' },
  triples: { type: 'string', default: '100000' },
  seeds: { type: 'string', default: '3' },
  seed: { type: 'string' },
  write: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
};

const BUILT = 'spec/differential/dist';
const PROCESSES = 2;
/** Far enough apart that no two searches play the same round. */
const APART = 10_000_000;

const help = `npm run faults [-- OPTIONS]

Puts one deliberate fault after another into a copy of the engine, and counts the random questions (triples of
operation, grants and data) until the comparison with the reference finds it. Ends with 1 if a fault is not found.

  --only ID,ID     some faults; all if left out. They are listed in spec/faults/found.md
  --triples N      when a search is given up; 100000 if left out
  --seeds N        how many searches for each fault; 3 if left out
  --seed S         where the random numbers begin, to do the same again; another each time if left out
  --write          put the table into spec/faults/found.md
  --json           one JSON document on stdout, everything else on stderr`;

await main(faults, { interrupted: 130, help });

async function faults() {
  const { most, seeds, only, write, json } = options();
  const say = (line) => (json ? process.stderr : process.stdout).write(`${line}\n`);
  await build();
  const { FAULTS } = await import(pathToFileURL(join(root, BUILT, 'faults/faults.js')).href);
  const { makeFaulty } = await import(pathToFileURL(join(root, BUILT, 'faults/faulty.js')).href);
  const chosen = chosenOf(FAULTS, only);
  const dist = join(root, 'packages/ambit/dist');
  const place = (name) => join(root, '.ambit/faults', name);
  const sound = makeFaulty(dist, place('sound'), undefined);
  say(`${chosen.length} faults, seeds ${seeds.join(', ')}, at most ${most} triples each`);
  const rows = chosen.map(({ id, about }) => ({ id, about, runs: [] }));
  const jobs = chosen.flatMap((fault, index) => {
    const file = makeFaulty(dist, place(fault.id), fault);
    return seeds.map((seed) => ({ row: rows[index], orders: { faulty: file, sound, seed, most } }));
  });
  await inTurn(jobs, seeds.length, say);
  const summary = summaryOf(rows, most);
  say(summary.line);
  if (write) writeFileSync(join(root, 'spec/faults/found.md'), pageOf(await commit(), rows, summary));
  const { commit: at, ...rest } = { commit: await commit(), seeds, most, ...summary, faults: rows };
  if (json) process.stdout.write(`${JSON.stringify({ commit: at, ...rest }, null, 2)}\n`);
  return summary.found === rows.length ? 0 : 1;
}

function options() {
  let values;
  try {
    ({ values } = parseArgs({ options: OPTIONS }));
  } catch (error) {
    throw new Problem(error.message);
  }
  const number = (name, fallback, least) => {
    const value = values[name] === undefined ? fallback : Number(values[name]);
    if (!Number.isInteger(value) || value < least)
      throw new Problem(`--${name} has to be a whole number from ${least}`);
    return value;
  };
  if (values.write && values.only !== undefined)
    throw new Problem('--write keeps all faults, so it goes without --only');
  const first = number('seed', Date.now() % 1_000_000_000, 0);
  return {
    most: number('triples', undefined, 1),
    seeds: Array.from({ length: number('seeds', undefined, 1) }, (_, index) => first + index * APART),
    only: values.only?.split(','),
    write: values.write,
    json: values.json,
  };
}

function chosenOf(all, only) {
  const unknown = only?.filter((id) => !all.some((fault) => fault.id === id)) ?? [];
  if (unknown.length > 0)
    throw new Problem(
      `no fault is called ${unknown.join(', ')}; known are ${all.map(({ id }) => id).join(', ')}`,
    );
  return only ? all.filter(({ id }) => only.includes(id)) : all;
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

/** Two searches at a time; a line for each fault once all its seeds are through, and one every ten seconds. */
async function inTurn(jobs, seeds, say) {
  const running = new Map();
  const left = [...jobs];
  const progress = setInterval(() => {
    const told = [...running].map(([{ row }, triples]) => `${row.id} at ${triples}`);
    say(`  ${jobs.length - left.length} of ${jobs.length} searches begun; ${told.join(', ')} triples`);
  }, 10_000);
  const work = async () => {
    const hunter = startHunter();
    for (let job = left.shift(); job; job = left.shift()) {
      running.set(job, 0);
      const hunted = await hunter.search(job.orders, (triples) => running.set(job, triples));
      running.delete(job);
      job.row.runs.push({ seed: job.orders.seed, ...hunted });
      if (job.row.runs.length === seeds) say(lineOf(job.row));
    }
    hunter.stop();
  };
  await Promise.all(Array.from({ length: Math.min(PROCESSES, jobs.length) }, work));
  clearInterval(progress);
}

/** A process that searches for one fault after another. */
function startHunter() {
  const child = fork(join(root, BUILT, 'faults/hunter.js'), [], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  adopt(child);
  return {
    search: (orders, tell) =>
      new Promise((resolve, reject) => {
        const hear = (message) => {
          if (message.hunted) settle(() => resolve(message.hunted));
          else tell(message.triples);
        };
        const gone = (code) =>
          settle(() => reject(new Problem(`the search with ${orders.faulty} ended with code ${code}`)));
        const settle = (done) => {
          child.off('message', hear).off('close', gone);
          done();
        };
        child.on('message', hear).on('close', gone);
        child.send(orders);
      }),
    stop: () => child.disconnect(),
  };
}

function lineOf({ id, about, runs }) {
  const line = `${id}: ${about}: ${inOrder(runs).map(countOf).join(', ')}`;
  return runs.every(({ found }) => found) ? line : red(line);
}

function inOrder(runs) {
  return runs.toSorted((a, b) => a.seed - b.seed);
}

function countOf({ found, triples, thrown }) {
  return found ? String(triples) : thrown ? `threw: ${thrown}` : 'not found';
}

/** A fault counts as found where every seed found it. */
function summaryOf(rows, most) {
  const found = rows.filter(({ runs }) => runs.every((run) => run.found)).length;
  const counts = rows.flatMap(({ runs }) => runs.map((run) => (run.found ? run.triples : Infinity)));
  counts.sort((a, b) => a - b);
  const median = counts[Math.floor((counts.length - 1) / 2)];
  const worst = counts.at(-1);
  const shown = (count) => (count === Infinity ? `over ${most}` : String(count));
  return {
    found,
    of: rows.length,
    median: Number.isFinite(median) ? median : null,
    worst: Number.isFinite(worst) ? worst : null,
    line: `${found} of ${rows.length} faults found; median ${shown(median)}, worst ${shown(worst)} triples`,
  };
}

function pageOf(commit, rows, { line }) {
  const seeds = inOrder(rows[0]?.runs ?? []).map(({ seed }) => seed);
  const lines = rows.map(
    ({ id, about, runs }) => `| ${id} | ${about} | ${inOrder(runs).map(countOf).join(' | ')} |`,
  );
  return [
    '# Seeded faults',
    '',
    'Triples until the comparison of the engine with the reference found each deliberate defect of the engine.',
    '`npm run faults -- --write` writes this page; [docs/proof.md](../../docs/proof.md) says how it is done.',
    '',
    `Commit ${commit}. ${line}.`,
    '',
    `| fault | what is wrong | ${seeds.map((seed) => `seed ${seed}`).join(' | ')} |`,
    `|---|---|${seeds.map(() => '---|').join('')}`,
    ...lines,
    '',
  ].join('\n');
}

async function commit() {
  const { spawnSync } = await import('node:child_process');
  const git = (...args) => (spawnSync('git', args, { cwd: root, encoding: 'utf8' }).stdout ?? '').trim();
  return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', 'packages') ? '+' : ''}`;
}
