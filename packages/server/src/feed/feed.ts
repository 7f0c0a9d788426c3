import { performance } from 'node:perf_hooks';

import type { Store } from '../store/store.ts';
import type { About, Heard, Watch } from './heard.ts';
import { Watches } from './watches.ts';

/** What this node hears of what was taken back or changed, by itself or by another node. */
export interface Feed {
  /** The newest change that this node has heard of. What is remembered from before another one may be untrue. */
  readonly heard: bigint;
  /** Whether everything that changed up to a moment ago is known here. Where it is not, nothing remembered may be used. */
  isFresh(): boolean;
  /** Calls `listener` for each change, in order, before `heard` moves past it. Gives what ends that. */
  listen(listener: (change: Heard) => void): () => void;
  /** A signal for what outlives its request: a subscription, a stream. Already aborted where the feed is not fresh. */
  watch(about: readonly About[]): Watch;
  /** Fulfilled once this node has heard of every change that was written before the call. */
  catchUp(): Promise<void>;
  close(): Promise<void>;
}

/** How a feed hears of what other processes write. */
export interface FeedOptions {
  /** Reads so often, whether there was word or not: word may be lost. */
  readonly pollMs: number;
  /** Counts as behind when the last successful read began longer ago than this. */
  readonly staleMs: number;
  /** Milliseconds that never go back. */
  readonly now?: (() => number) | undefined;
}

/** What several servers on one database promise: heard within 5 seconds even when word is lost, else not used. */
export const SHARED_FEED: FeedOptions = { pollMs: 2_000, staleMs: 5_000 };

/** What a feed reads; hints only where there may be any. */
export type FeedStore = Pick<Store, 'changes'> & Partial<Pick<Store, 'hints'>>;

/** A feed for a store that no other process writes to: it hears of a change when it is told to catch up, or by word. */
export async function openLocalFeed(store: FeedStore): Promise<Feed> {
  return open(store, undefined);
}

/** A feed for a store that other processes write to. Rejects where the store does not answer. */
export async function openSharedFeed(store: FeedStore, options: FeedOptions): Promise<Feed> {
  return open(store, options);
}

async function open(store: FeedStore, options: FeedOptions | undefined): Promise<Feed> {
  const reader = new Reader(store.changes, options);
  await reader.start();
  const unsubscribe = await store.hints?.subscribe(() => reader.hint());
  return {
    get heard() {
      return reader.heard;
    },
    isFresh: () => reader.isFresh(),
    listen: (listener) => reader.listen(listener),
    watch: (about) => reader.watches.add(about, reader.isFresh()),
    catchUp: () => reader.catchUp(),
    async close() {
      reader.stop();
      await unsubscribe?.();
    },
  };
}

class Reader {
  heard: bigint = 0n;
  readonly watches: Watches = new Watches();
  readonly #changes: Store['changes'];
  readonly #options: FeedOptions | undefined;
  readonly #now: () => number;
  readonly #listeners = new Set<(change: Heard) => void>();
  #running: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;
  /** They differ while there is word that was not followed to its end. */
  #asked = 0;
  #answered = 0;
  #readAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(changes: Store['changes'], options: FeedOptions | undefined) {
    this.#changes = changes;
    this.#options = options;
    this.#now = options?.now ?? (() => performance.now());
  }

  async start(): Promise<void> {
    this.#readAt = this.#now();
    this.heard = await this.#changes.newest();
    this.#poll();
  }

  isFresh(): boolean {
    // Where nobody reads any more, what is remembered is of no use.
    if (this.#stopped || this.#answered !== this.#asked) return false;
    return this.#options === undefined || this.#now() - this.#readAt <= this.#options.staleMs;
  }

  listen(listener: (change: Heard) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Until it was followed, this node is behind. */
  catchUp(): Promise<void> {
    this.#asked += 1;
    const turn = this.#asked;
    return this.#read(() => {
      this.#answered = Math.max(this.#answered, turn);
    });
  }

  hint(): void {
    this.catchUp().catch(() => undefined);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
    this.watches.endAll();
    this.#stopped = true;
  }

  // A call that comes while another is reading may be about something written after that read began; one that waits
  // for its turn stands for all that come before it begins.
  #read(done: () => void): Promise<void> {
    this.#waiting ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#waiting = undefined;
        return this.#readAll();
      });
    this.#running = this.#waiting;
    return this.#running.then(done);
  }

  async #readAll(): Promise<void> {
    for (;;) {
      const at = this.#now();
      const { changes, oldest, newest } = await this.#changes.since(this.heard);
      // Rows that this node should have seen were pruned, or the database was put back to an earlier state.
      if (this.heard < oldest - 1n || newest < this.heard) this.#tell({ kind: 'everything' });
      if (newest < this.heard) this.heard = newest;
      for (const change of changes) {
        this.#tell(change);
        this.heard = change.seq;
      }
      if (changes.length > 0 && this.heard < newest) continue;
      this.#readAt = at;
      return;
    }
  }

  #tell(change: Heard): void {
    for (const listener of this.#listeners) listener(change);
    this.watches.hear(change);
  }

  #poll(): void {
    if (this.#options === undefined) return;
    this.#timer = setTimeout(() => this.#follow(), this.#options.pollMs);
    this.#timer.unref();
  }

  async #follow(): Promise<void> {
    try {
      await this.catchUp();
    } catch {
      // The next one tries again. What outlives its request cannot be bypassed like a cache, and ends.
      if (!this.isFresh()) this.watches.endAll();
    } finally {
      if (!this.#stopped) this.#poll();
    }
  }
}
