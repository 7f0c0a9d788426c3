/** Hands each event to everybody who listens at that moment, in the order in which they came. */
export class Feed<T> {
  readonly #listeners = new Set<(event: T) => void>();

  publish(event: T): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Events from now on. Listening begins with this call and ends with `return`. */
  listen(): AsyncIterableIterator<T> {
    const waiting: T[] = [];
    let wake: (() => void) | undefined;
    let isOver = false;
    const listener = (event: T): void => {
      waiting.push(event);
      wake?.();
    };
    this.#listeners.add(listener);
    const end = async (): Promise<IteratorResult<T, undefined>> => {
      isOver = true;
      this.#listeners.delete(listener);
      wake?.();
      return { done: true, value: undefined };
    };
    const next = async (): Promise<IteratorResult<T, undefined>> => {
      while (!isOver && waiting.length === 0) await new Promise<void>((resume) => (wake = resume));
      const event = isOver ? undefined : waiting.shift();
      return event === undefined ? { done: true, value: undefined } : { done: false, value: event };
    };
    return {
      next,
      return: end,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  /** How many listen. */
  get size(): number {
    return this.#listeners.size;
  }
}
