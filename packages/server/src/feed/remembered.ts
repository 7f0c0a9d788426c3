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
 * tells of a change to what it is about, and is not kept if anything changed while it was read.
 */
export class Remembered<Value extends NonNullable<unknown>> {
  readonly #feed: Pick<Feed, 'isFresh'>;
  readonly #options: RememberedOptions<Value>;
  readonly #kept = new Map<string, Value>();
  /** Keys by what their values are about. */
  readonly #keys = new Map<string, Set<string>>();
  /** Goes up with every change, whatever it is about: what was read before may be from before it. */
  #epoch = 0;

  constructor(feed: Pick<Feed, 'isFresh' | 'listen'>, options: RememberedOptions<Value>) {
    this.#feed = feed;
    this.#options = options;
    feed.listen((change) => this.#hear(change));
  }

  /** What is remembered under a key, or else what `read` gives; nothing is not remembered. Rejects where `read` does. */
  async get(key: string, read: () => Promise<Value | undefined>): Promise<Value | undefined> {
    if (!this.#feed.isFresh()) return read();
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    const epoch = this.#epoch;
    const found = await read();
    if (found !== undefined && epoch === this.#epoch && this.#feed.isFresh()) this.#keep(key, found);
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
