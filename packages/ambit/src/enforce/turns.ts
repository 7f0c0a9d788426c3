/** Objects looked at before others get a turn. */
const ITEMS_PER_TURN = 500;

/**
 * Lets others have their turn now and then: a large answer must not stop the whole process. While a turn is given,
 * every list of the execution waits for it; else the rest would run on at once.
 */
export class Turns {
  #visited = 0;
  #pause: Promise<void> | undefined;

  /** Counts one object; what has to be waited for before it is looked at, if anything. */
  next(): Promise<void> | undefined {
    if (this.#pause) return this.#pause;
    this.#visited += 1;
    if (this.#visited % ITEMS_PER_TURN !== 0) return undefined;
    this.#pause = new Promise<void>(soon).then(() => {
      this.#pause = undefined;
    });
    return this.#pause;
  }
}

/** Resumes once everything that can go on at once has. A timer of 0 ms takes more than one where there is something better. */
export function soon(resume: () => void): void {
  if (typeof setImmediate === 'function') setImmediate(resume);
  else setTimeout(resume, 0);
}
