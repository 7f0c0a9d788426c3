import type { Maybe } from './maybe.ts';

/** Marks an object that is as one that does not exist. */
export const ABSENT: unique symbol = Symbol('absent');

/** What became of one value: the value itself or `ABSENT`, and whether it is only passed through (M12). */
export interface Look {
  readonly value: unknown;
  readonly passing: boolean;
}

/** An object that is as one that does not exist. */
export const GONE: Look = { value: ABSENT, passing: false };

/** Whether there is anything to be decided about. */
export function isThere(value: unknown): boolean {
  return value !== null && value !== undefined && value !== ABSENT && !(value instanceof Error);
}

/** How many items are looked at ahead of the one that is waited for. */
const MOST_AHEAD = 500;

/**
 * Looks at the items of one list. As soon as one has to be waited for, those after it are begun as well, so that a
 * server which loads boundaries in batches gets them in one batch. What fails on the way is gone.
 */
export class Ahead {
  readonly #items: readonly unknown[];
  readonly #look: (item: unknown) => Maybe<Look>;
  readonly #begun = new Map<number, Maybe<Look>>();

  constructor(items: readonly unknown[], look: (item: unknown) => Maybe<Look>) {
    this.#items = items;
    this.#look = look;
  }

  /** What became of the item at `index`; items are taken in order, each once. */
  take(index: number): Maybe<Look> {
    const look = this.#begun.get(index) ?? this.#begin(index);
    this.#begun.delete(index);
    if (look instanceof Promise && this.#begun.size === 0) {
      const end = Math.min(this.#items.length, index + MOST_AHEAD);
      for (let next = index + 1; next < end; next++) this.#begun.set(next, this.#begin(next));
    }
    return look;
  }

  /** The item at `index` was decided without a look at it. */
  skip(index: number): void {
    this.#begun.delete(index);
  }

  #begin(index: number): Maybe<Look> {
    const look = this.#look(this.#items[index]);
    return look instanceof Promise ? look.catch(() => GONE) : look;
  }
}
