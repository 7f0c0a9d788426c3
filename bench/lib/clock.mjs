import { openSync, readSync } from 'node:fs';

/**
 * Milliseconds that go on while this thread runs or waits of its own accord, and stand still while it waits for a core
 * that another process has. On a machine with other work, that would be most of what a clock shows. Where the system
 * does not tell (it is a matter of Linux), this is the clock.
 */
export const now = clock();

function clock() {
  const file = openStatistics();
  if (file === undefined) return () => performance.now();
  const buffer = Buffer.alloc(96);
  return () => {
    const length = readSync(file, buffer, 0, buffer.length, 0);
    // Nanoseconds on a core, nanoseconds waiting for one, turns.
    const [, waited] = buffer.toString('latin1', 0, length).split(' ');
    return performance.now() - Number(waited) / 1e6;
  };
}

function openStatistics() {
  try {
    return openSync(`/proc/self/task/${process.pid}/schedstat`);
  } catch {
    return undefined;
  }
}
