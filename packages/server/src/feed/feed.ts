import type { Change } from '../store/changes.ts';
import type { Store } from '../store/store.ts';

/** What this node hears of what was taken back or changed, by itself or by another node. */
export interface Feed {
  /** The newest change that this node has heard of. What is remembered from before another one may be untrue. */
  readonly heard: bigint;
  /** Whether everything that changed up to a moment ago is known here. Where it is not, nothing remembered may be used. */
  isFresh(): boolean;
  /** Calls `listener` for each change, in order, before `heard` moves past it. Gives what ends that. */
  listen(listener: (change: Change) => void): () => void;
  /** Fulfilled once this node has heard of every change that was written before the call. */
  catchUp(): Promise<void>;
  close(): Promise<void>;
}

/** A feed for a store that no other process writes to: it hears of a change when it is told to catch up. */
export async function openLocalFeed(store: Pick<Store, 'changes'>): Promise<Feed> {
  const listeners = new Set<(change: Change) => void>();
  let heard = await store.changes.newest();
  let running: Promise<void> = Promise.resolve();
  let isFresh = true;

  async function readChanges(): Promise<void> {
    isFresh = false;
    for (const change of await store.changes.after(heard)) {
      for (const listener of listeners) listener(change);
      heard = change.seq;
    }
    isFresh = true;
  }

  return {
    get heard() {
      return heard;
    },
    isFresh: () => isFresh,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    catchUp() {
      // A call that comes while another is reading may be about something written after that read began.
      running = running.catch(() => undefined).then(readChanges);
      return running;
    },
    close: async () => listeners.clear(),
  };
}
