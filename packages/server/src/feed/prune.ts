import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long a change is kept: a node that heard nothing for longer forgets everything when it hears again. */
const KEPT_MS = 24 * HOUR_MS;

/** Removes old changes every hour. Gives what ends that, fulfilled when nothing of it runs any more. */
export function keepPruned(store: Pick<Store, 'write'>, log: Pick<Log, 'warn'>): { stop(): Promise<void> } {
  const prune = (): Promise<void> =>
    store
      .write((unit) => unit.changes.prune(new Date(Date.now() - KEPT_MS)))
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        log.warn({ reason }, 'old changes could not be removed; the next hour tries again');
      });
  let running = Promise.resolve();
  const turn = (): void => {
    running = prune();
    timer = setTimeout(turn, HOUR_MS);
    timer.unref();
  };
  // Not at once: commands open a store for a moment only.
  let timer = setTimeout(turn, MINUTE_MS);
  timer.unref();
  return {
    async stop() {
      clearTimeout(timer);
      await running;
    },
  };
}
