import type { ChangeKind } from '../store/changes.ts';
import type { Feed } from './feed.ts';
import type { About, Heard } from './heard.ts';

export interface RememberedOptions<Value> {
  /** How many are kept: those that were used last. */
  readonly most: number;
  /** What a value is about: a change to any of it, and the value is forgotten. */
  readonly about: (value: Value) => readonly About[];
  /** Kinds of change that forget everything, whatever they are about. */
  readonly broad?: readonly ChangeKind[] | undefined;
}

/**
 * Answers of the store that were asked for lately. One is used only while the feed is fresh, is forgotten when the feed
 * tells of a change to what it is about, and is not kept if anything changed while it was read. What the store said once
 * is never taken back by what was read before: a token that was refused does not pass again.
 */
export class Remembered<Value extends NonNullable<unknown>> {
  readonly #feed: Pick<Feed, 'isFresh'>;
  readonly #options: RememberedOptions<Value>;
  readonly #kept = new Map<string, Value>();
  /** Keys by what their values are about. */
  readonly #keys = new Map<string, Set<string>>();
  /** Goes up with every change, whatever it is about: what was read before may be from before it. */
  #epoch = 0;
  /** Reads under way, with the epoch in which they began. */
  readonly #reading = new Map<
    string,
    { readonly epoch: number; readonly found: Promise<Value | undefined> }
  >();

  constructor(feed: Pick<Feed, 'isFresh' | 'listen'>, options: RememberedOptions<Value>) {
    this.#feed = feed;
    this.#options = options;
    feed.listen((change) => this.#hear(change));
  }

  /** What is remembered under a key, or else what `read` gives; nothing is not remembered. Rejects where `read` does. */
  async get(key: string, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    if (!this.#feed.isFresh()) return this.#readAround(key, read);
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const epoch = this.#epoch;
    const running = this.#reading.get(key);
    // Of two reads the one that ends last may be the one that saw less.
    if (running?.epoch === epoch) return running.found;
    const found = this.#readAndKeep(key, read, epoch);
    const mine = { epoch, found };
    this.#reading.set(key, mine);
    const done = (): void => {
      if (this.#reading.get(key) === mine) this.#reading.delete(key);
    };
    found.then(done, done);
    return found;
  }

  async #readAndKeep(
    key: string,
    read: () => Promise<Value | undefined>,
    epoch: number,
  ): Promise<Value | undefined> {
    const found = await read();
    if (found !== undefined && epoch === this.#epoch && this.#feed.isFresh()) this.#keep(key, found);
    return found;
  }

  // The store may know of a change that is not heard of yet: what is kept, and what is being read, is older.
  async #readAround(key: string, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const found = await read();
    this.#epoch += 1;
    this.#forget(key);
    return found;
  }

  #keep(key: string, value: Value): void {
    this.#forget(key);
    this.#kept.set(key, value);
    for (const about of this.#options.about(value)) {
      const ref = refOf(about);
      this.#keys.set(ref, (this.#keys.get(ref) ?? new Set()).add(key));
    }
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > this.#options.most && oldest !== undefined) this.#forget(oldest);
  }

  #hear(change: Heard): void {
    this.#epoch += 1;
    if (change.kind === 'everything' || this.#options.broad?.includes(change.kind)) {
      this.#kept.clear();
      this.#keys.clear();
      return;
    }
    for (const key of [...(this.#keys.get(refOf(change)) ?? [])]) this.#forget(key);
  }

  #forget(key: string): void {
    const value = this.#kept.get(key);
    if (value === undefined) return;
    this.#kept.delete(key);
    for (const about of this.#options.about(value)) {
      const keys = this.#keys.get(refOf(about));
      keys?.delete(key);
      if (keys?.size === 0) this.#keys.delete(refOf(about));
    }
  }
}

// A kind holds no space.
function refOf({ kind, ref }: About): string {
  return `${kind} ${ref}`;
}
