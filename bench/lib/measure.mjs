const ROUND_MS = 3;
const MIN_PAIRS = 15;
/** How much longer than asked it may take to find enough undisturbed pairs. */
const PATIENCE = 3;

/**
 * Both sides in turns, one round each, until the time is over. Returns the ratio of each pair of rounds and the
 * milliseconds that one call of the first took. A side that answers at once is not awaited.
 *
 * Pairs in which the process had to give its core to another one are left out as long as enough others are there: what
 * they show is the other one. Waiting of its own accord does count.
 */
export async function inTurns(first, second, milliseconds) {
  const calls = [await callsFor(first), await callsFor(second)];
  const pairs = [];
  const start = performance.now();
  let calm = 0;
  for (;;) {
    const spent = performance.now() - start;
    const isEnough = calm >= MIN_PAIRS || spent > milliseconds * PATIENCE;
    if (spent > milliseconds && isEnough && pairs.length >= MIN_PAIRS) break;
    const before = process.resourceUsage().involuntaryContextSwitches;
    const bare = await round(first, calls[0]);
    const own = await round(second, calls[1]);
    const disturbed = process.resourceUsage().involuntaryContextSwitches - before;
    if (disturbed === 0) calm += 1;
    pairs.push({ ratio: own / bare, time: bare, disturbed });
  }
  const kept = calmest(pairs);
  return { ratios: kept.map(({ ratio }) => ratio), times: kept.map(({ time }) => time) };
}

function calmest(pairs) {
  const calm = pairs.filter(({ disturbed }) => disturbed === 0);
  if (calm.length >= MIN_PAIRS) return calm;
  return pairs.toSorted((one, other) => one.disturbed - other.disturbed).slice(0, MIN_PAIRS);
}

/** Milliseconds of one call, over `count` of them. */
export async function round(run, count) {
  const start = performance.now();
  for (let index = 0; index < count; index += 1) {
    const answer = run();
    if (answer instanceof Promise) await answer;
  }
  return (performance.now() - start) / count;
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
  const end = performance.now() + milliseconds;
  do {
    for (const run of tasks) {
      const start = performance.now();
      do await run();
      while (performance.now() - start < 4);
    }
  } while (performance.now() < end);
}

/** Median and quartiles. */
export function quartiles(values) {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { low: at(0.25), median: at(0.5), high: at(0.75) };
}
