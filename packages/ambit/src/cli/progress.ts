import { printableLine } from './print.ts';

/** How long people are left without a word. */
const PATIENCE_MS = 1000;

/**
 * Tells on stderr what takes long, and only to people: nothing before a second has passed, nothing where stderr
 * is not a terminal. Steps that compute block timers, so each step looks at the clock as well.
 */
export class Progress {
  readonly #begun: number = performance.now();
  #timer: NodeJS.Timeout | undefined;

  /** Names what is done from now on. */
  step(text: string): void {
    this.end();
    if (!process.stderr.isTTY) return;
    const left = PATIENCE_MS - (performance.now() - this.#begun);
    const tell = (): boolean => process.stderr.write(`ambit: ${printableLine(text)} ...\n`);
    if (left <= 0) tell();
    else this.#timer = setTimeout(tell, left).unref();
  }

  /** Nothing is being done any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
