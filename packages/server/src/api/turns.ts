interface Line {
  /** How many are being worked on or wait. */
  count: number;
  last: Promise<unknown>;
}

/** One piece of work at a time for each key, in the order in which they came. In the memory of this process. */
export class Turns {
  readonly #lines = new Map<string, Line>();
  readonly #mostWaiting: number;

  constructor(mostWaiting: number) {
    this.#mostWaiting = mostWaiting;
  }

  /** Whether as many wait as may wait. */
  isFull(key: string): boolean {
    return (this.#lines.get(key)?.count ?? 0) > this.#mostWaiting;
  }

  /** Does the work once all that came before it is done, well or not. Gives and throws what the work does. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { count: 0, last: Promise.resolve() };
    this.#lines.set(key, line);
    line.count += 1;
    const mine = line.last.then(work);
    line.last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      line.count -= 1;
      if (line.count === 0) this.#lines.delete(key);
    }
  }
}
