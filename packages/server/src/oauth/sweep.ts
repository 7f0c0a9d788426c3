import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

const EVERY_MS = 10 * 60_000;
/** At most so many at once, so that nobody waits long for the store. */
const MOST = 500;
/** What ended is kept a while: a code or a refresh token that comes again tells of a theft. */
const KEPT_MS = 24 * 60 * 60_000;

/** Removes what ended long ago, a part at a time. Gives what stops it. */
export function startSweep(store: Store, log: Log, now: () => Date): () => void {
  const sweep = async (): Promise<void> => {
    try {
      const before = new Date(now().getTime() - KEPT_MS);
      for (let round = 0; round < 20; round += 1)
        if ((await store.write((unit) => unit.oauth.sweep(before, MOST))) < MOST) return;
    } catch (error) {
      log.warn({ reason: String(error) }, 'what ended in OAuth could not be removed; it is tried again');
    }
  };
  const timer = setInterval(() => void sweep(), EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
