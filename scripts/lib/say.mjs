/** What the scripts print. Colours appear only on a terminal, and never when NO_COLOR is set. */

const colourful = Boolean(process.stdout.isTTY) && !process.env.NO_COLOR;
const paint = (code) => (text) => (colourful ? `\u001b[${code}m${text}\u001b[0m` : String(text));

export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);
export const cyan = paint(36);

export const say = (line = '') => process.stdout.write(`${line}\n`);
export const complain = (line) => process.stderr.write(`${red(line)}\n`);

/** Seconds since `start`, as a person reads them. */
export function elapsed(start) {
  const seconds = (performance.now() - start) / 1000;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds)} s`;
}

/** Says what is happening, every ten seconds that it still is, and how long it took. */
export async function step(title, work) {
  const start = performance.now();
  say(`${cyan('>')} ${title} ...`);
  const still = setInterval(() => say(dim(`  still at it, ${elapsed(start)}`)), 10_000);
  try {
    const result = await work();
    say(`${green('ok')} ${title} ${dim(elapsed(start))}`);
    return result;
  } finally {
    clearInterval(still);
  }
}
