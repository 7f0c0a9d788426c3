import { AsyncLocalStorage } from 'node:async_hooks';

import type { Store, Unit } from '../store/store.ts';

/**
 * A step of a unit of work. What it gives, if anything, is why nothing is done after it; what it did itself stays, and
 * that is thrown once the unit is on disk. What it throws undoes everything.
 */
export type Step = (unit: Unit) => Promise<Error | undefined>;

/**
 * Makes one unit of work out of what the library writes one after the other: so that a code is used up only where there
 * are tokens for it.
 */
export class Together {
  readonly #store: Pick<Store, 'write'>;
  readonly #settled: () => Promise<void>;
  readonly #gathered = new AsyncLocalStorage<Step[]>();

  /** `settled` is called after a unit that a step ended. */
  constructor(store: Pick<Store, 'write'>, settled: () => Promise<void>) {
    this.#store = store;
    this.#settled = settled;
  }

  /** Gathers the steps that `work` takes, none of which is done. */
  async gather<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly steps: readonly Step[] }> {
    const steps: Step[] = [];
    const value = await this.#gathered.run(steps, work);
    return { value, steps };
  }

  /** Takes a step: with others where they are gathered, otherwise now. */
  async take(step: Step): Promise<void> {
    const gathered = this.#gathered.getStore();
    if (gathered === undefined) await this.all([step]);
    else gathered.push(step);
  }

  /** The same, before all that is gathered: what uses up decides whether anything else is done. */
  async takeFirst(step: Step): Promise<void> {
    const gathered = this.#gathered.getStore();
    if (gathered === undefined) await this.all([step]);
    else gathered.unshift(step);
  }

  /** Takes steps in one unit of work. Throws what one of them gives. */
  async all(steps: readonly Step[]): Promise<void> {
    if (steps.length === 0) return;
    const ended = await this.#store.write((unit) => inOrder(steps, unit));
    if (ended === undefined) return;
    await this.#settled();
    throw ended;
  }
}

/** Takes steps in a unit of work that has begun; gives why one of them was the last. */
export async function inOrder(steps: readonly Step[], unit: Unit): Promise<Error | undefined> {
  for (const step of steps) {
    const ended = await step(unit);
    if (ended !== undefined) return ended;
  }
  return undefined;
}
