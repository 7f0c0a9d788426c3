import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

const HOUR_MS = 3_600_000;

/** How long a change is kept: a node that heard nothing for longer forgets everything when it hears again. */
const KEPT_MS = 24 * HOUR_MS;

/** Removes old changes, now and every hour. Gives what ends that, fulfilled when nothing of it runs any more. */
export function keepPruned(store: Pick<Store, 'write'>, log: Pick<Log, 'warn'>): { stop(): Promise<void> } {
  const prune = (): Promise<void> =>
    store
      .write((unit) => unit.changes.prune(new Date(Date.now() - KEPT_MS)))
      .catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        log.warn({ reason }, 'old changes could not be removed; the next hour tries again');
      });
  let running = prune();
  const timer = setInterval(() => {
    running = prune();
  }, HOUR_MS);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
