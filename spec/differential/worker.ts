import { pathToFileURL } from 'node:url';
import { playRound } from './round.ts';
import type { MakeEngine } from './scenario.ts';
import { shrunk } from './shrunk.ts';
import { addTally, emptyTally } from './tally.ts';

/** What a worker is told on its command line: where to begin, how far to step, how long to go on. */
interface Orders {
  readonly seed: number;
  readonly step: number;
  readonly until: number;
  readonly engine?: string;
}

const orders = JSON.parse(process.argv[2] ?? '{}') as Orders;
const { createAmbit } = (await import(orders.engine ? pathToFileURL(orders.engine).href : 'ambit')) as {
  createAmbit: MakeEngine;
};

let { seed } = orders;
let told = emptyTally();
let last = Date.now();
for (; Date.now() < orders.until; seed += orders.step) {
  const { tally, disagreement } = await playRound(createAmbit, seed);
  addTally(told, tally);
  if (disagreement) {
    process.send?.({ tally: told, seed, disagreement: await shrunk(createAmbit, disagreement) });
    told = emptyTally();
    break;
  }
  if (Date.now() - last < 1000) continue;
  process.send?.({ tally: told, seed });
  told = emptyTally();
  last = Date.now();
}
process.send?.({ tally: told, seed });
process.disconnect?.();
