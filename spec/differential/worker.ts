import { pathToFileURL } from 'node:url';
import { caseFile } from './casefile.ts';
import { playRound } from './round.ts';
import { compare, type MakeEngine } from './scenario.ts';
import { shrink } from './shrink.ts';
import { addTally, emptyTally } from './tally.ts';

/** What a worker is told on its command line: where to begin, how far to step, how long to go on. */
interface Orders {
  readonly seed: number;
  readonly step: number;
  readonly until: number;
  readonly engine: string | undefined;
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
    const { about, scenario } = disagreement;
    const isSame = async (one: typeof scenario): Promise<boolean> =>
      (await compare(createAmbit, one))?.differences.join('+') === about;
    const small = (await isSame(scenario)) ? await shrink(scenario, isSame) : scenario;
    const both = await compare(createAmbit, small);
    process.send?.({
      tally: told,
      seed,
      disagreement: {
        seed,
        about,
        case: caseFile(`differential-${seed}`, small, both?.reference ?? { refused: true, data: null, denied: [], hasErrors: true }),
        engine: both?.engine,
        reference: both?.reference,
      },
    });
    told = emptyTally();
    break;
  }
  if (Date.now() - last < 1000) continue;
  process.send?.({ tally: told, seed });
  told = emptyTally();
  last = Date.now();
}
process.send?.({ tally: told, seed, isDone: true });
process.disconnect?.();
