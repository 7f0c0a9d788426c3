// Time of an enforced execution relative to graphql-js alone on the same operation, in one run on one machine.
// node bench/ops.mjs [--seconds N]
import { execute, parse } from 'graphql';
import { createAmbit } from '../packages/ambit/dist/index.js';
import { plainSchema, root, sdl, workloads } from './workloads.mjs';

const flag = process.argv.indexOf('--seconds');
const seconds = flag < 0 ? 2 : Number(process.argv[flag + 1]);
const schema = plainSchema();
const ambit = createAmbit({ schema: sdl, boundaries: { project: {} } });

for (const workload of workloads) {
  const document = parse(workload.document);
  const tokens = workload.tokens ?? [workload.grants];
  let turn = 0;
  const bare = async () => execute({ schema, document, rootValue: root });
  const enforced = async () => {
    turn = (turn + 1) % tokens.length;
    return ambit.execute({ document, rootValue: root, grants: tokens[turn] });
  };
  const ratios = await measure(bare, enforced, seconds);
  console.log(
    `${workload.name.padEnd(42)} ${ratios.median.toFixed(2)} (${ratios.low.toFixed(2)}-${ratios.high.toFixed(2)})  bare ${ratios.bare.toFixed(1)} us`,
  );
}

/** Rounds of both in turns; each round is long enough for the clock. Quartiles of the ratios of rounds. */
async function measure(bare, enforced, limit) {
  const count = await calibrate(bare);
  await timed(enforced, count);
  const ratios = [];
  const bares = [];
  const end = performance.now() + limit * 1000;
  while (performance.now() < end || ratios.length < 9) {
    const first = await timed(bare, count);
    ratios.push((await timed(enforced, count)) / first);
    bares.push((first / count) * 1000);
  }
  ratios.sort((a, b) => a - b);
  bares.sort((a, b) => a - b);
  const at = (share) => ratios[Math.floor(ratios.length * share)];
  return { median: at(0.5), low: at(0.25), high: at(0.75), bare: bares[Math.floor(bares.length / 2)] };
}

async function calibrate(run) {
  for (let count = 1; ; count *= 2) if ((await timed(run, count)) > 20) return count;
}

async function timed(run, count) {
  const start = performance.now();
  for (let index = 0; index < count; index++) await run();
  return performance.now() - start;
}
