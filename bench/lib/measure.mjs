import { now } from './clock.mjs';

const ROUND_MS = 4;
const MIN_PAIRS = 15;
/** How many times longer than asked it may take on a machine with other work. */
const PATIENCE = 4;

/**
 * Both sides in turns, one round each, until the time is over. Returns the ratio of each pair of rounds and the
 * milliseconds that one call of the first took. A side that answers at once is not awaited. Which side begins is left
 * to chance: collecting garbage has a rhythm of its own, which must not fall in with the turns.
 */
export async function inTurns(first, second, milliseconds) {
  const calls = [await callsFor(first), await callsFor(second)];
  const ratios = [];
  const times = [];
  const end = now() + milliseconds;
  const latest = performance.now() + milliseconds * PATIENCE;
  while ((now() < end && performance.now() < latest) || ratios.length < MIN_PAIRS) {
    const isFirst = Math.random() < 0.5;
    const early = isFirst ? await round(first, calls[0]) : await round(second, calls[1]);
    const late = isFirst ? await round(second, calls[1]) : await round(first, calls[0]);
    const [bare, own] = isFirst ? [early, late] : [late, early];
    ratios.push(own / bare);
    times.push(bare);
  }
  return { ratios, times };
}

/** Milliseconds of one call, over `count` of them. */
export async function round(run, count) {
  const start = now();
  for (let index = 0; index < count; index += 1) {
    const answer = run();
    if (answer instanceof Promise) await answer;
  }
  return (now() - start) / count;
}

/** How many calls fill a round. */
async function callsFor(run) {
  let calls = 1;
  for (;;) {
    const each = await round(run, calls);
    if (each * calls > ROUND_MS / 2) return Math.max(1, Math.round(ROUND_MS / each));
    calls *= 4;
  }
}

/** Every task in turn for a while, so that none is measured in code that was made for it alone. */
export async function warmUp(tasks, milliseconds) {
  const end = now() + milliseconds;
  do {
    for (const run of tasks) {
      const start = now();
      do await run();
      while (now() - start < 4);
    }
  } while (now() < end);
}

/** Median and quartiles. */
export function quartiles(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}
