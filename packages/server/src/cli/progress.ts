import type { Io } from './command.ts';

const EVERY_MS = 1_000;

/** Tells on stderr how far something is, once a second: what is done sooner says nothing. */
export function createProgress(io: Io, what: string): (done: number, total: number) => void {
  let last = performance.now();
  return (done, total) => {
    const now = performance.now();
    if (now - last < EVERY_MS) return;
    last = now;
    io.err(`ambit-server: ${what} ${done} of ${total} rows`);
  };
}
