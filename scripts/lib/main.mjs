import { stopChildren } from './children.mjs';
import { Problem } from './problem.mjs';
import { complain, say } from './say.mjs';

let finishing = false;

/** Ends the script and everything it started, once; later calls change nothing. */
async function finish(code) {
  if (finishing) return;
  finishing = true;
  await stopChildren();
  process.exit(code);
}

/**
 * Runs a script. A problem is told in a sentence; Ctrl-C stops everything and ends with `interrupted`.
 * Work that returns a number ends the script with it; work that returns nothing leaves it running. Asked for `--help`,
 * it says what there is to say and does nothing else.
 */
export async function main(work, { interrupted, help }) {
  if (help !== undefined && process.argv.slice(2).some((word) => word === '--help' || word === '-h'))
    return say(help);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(interrupted));
  followNpm(() => stop(interrupted));
  try {
    const code = await work();
    if (code !== undefined) await finish(code);
  } catch (error) {
    if (finishing) return;
    tell(error);
    await finish(1);
  }
}

/** npm passes a signal on to the shell between us and it, which ends without telling us. */
function followNpm(gone) {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  setInterval(() => process.ppid !== parent && gone(), 500).unref();
}

function stop(code) {
  if (!finishing) say('\nStopping ...');
  return finish(code);
}

/** A problem in its sentence, anything else with its stack. */
export function tell(error) {
  if (!(error instanceof Problem)) return complain(error.stack ?? String(error));
  complain(error.message);
  if (error.output) process.stderr.write(`${error.output}\n`);
}
