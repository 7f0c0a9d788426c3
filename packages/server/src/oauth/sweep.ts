import type { Log } from '../log.ts';
import type { Sweepable } from '../store/oauth.ts';
import type { Store } from '../store/store.ts';

const EVERY_MS = 60_000;
/** At most so many at once, so that nobody waits long for the store. */
const MOST = 500;
/** What ended is kept a while: a code or a refresh token that comes again tells of a theft. */
const KEPT_MS = 24 * 60 * 60_000;
/** What tells nothing once it is over, and what anybody can have us keep without a credential. */
const BRIEF: readonly string[] = [
  'Interaction',
  'Proof',
  'ReplayDetection',
  'PushedAuthorizationRequest',
  'Session',
];
/** The same of it that came to no grant: nobody allowed it. */
const BRIEF_UNGRANTED: readonly string[] = ['DeviceCode'];
const BRIEFLY_KEPT_MS = 2 * 60_000;

/** Removes what is over, a part at a time until nothing of it is left. */
export async function sweepOnce(store: Store, now: Date): Promise<void> {
  const all = async (keptMs: number, which?: Sweepable): Promise<void> => {
    const before = new Date(now.getTime() - keptMs);
    while ((await store.write((unit) => unit.oauth.sweep(before, MOST, which))) === MOST);
  };
  await all(BRIEFLY_KEPT_MS, { models: BRIEF });
  await all(BRIEFLY_KEPT_MS, { models: BRIEF_UNGRANTED, isUngranted: true });
  await all(KEPT_MS);
}

/** Sweeps every minute. Gives what stops it. */
export function startSweep(store: Store, log: Log, now: () => Date): () => void {
  let isSweeping = false;
  let isStopped = false;
  const sweep = async (): Promise<void> => {
    if (isSweeping || isStopped) return;
    isSweeping = true;
    try {
      await sweepOnce(store, now());
    } catch (error) {
      log.warn({ reason: String(error) }, 'what ended in OAuth could not be removed; it is tried again');
    } finally {
      isSweeping = false;
    }
  };
  const timer = setInterval(() => void sweep(), EVERY_MS);
  timer.unref();
  return () => {
    isStopped = true;
    clearInterval(timer);
  };
}
