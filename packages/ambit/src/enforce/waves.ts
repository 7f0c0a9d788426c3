import { soon } from './turns.ts';

/**
 * Positions whose answers wait for places are answered together: all that began since the last time, once each of them
 * is known. An object that is outside takes longer to decide than one that is not there; were each answered when it is
 * known, that would show in what comes first, and of two errors that take the same null along only the first is told.
 */
export class Waves {
  #gate: Promise<void> | undefined;
  #members: Promise<unknown>[] = [];

  /** Answers what `ask` answers, or rejects with what it throws, when all that began with it are known. */
  join<T>(ask: () => T | Promise<T>): Promise<T> {
    this.#gate ??= this.#open();
    const asked = new Promise<T>((resolve) => {
      resolve(ask());
    });
    this.#members.push(asked.catch(() => undefined));
    return this.#gate.then(() => asked);
  }

  /** Whatever begins before the event loop turns belongs to one wave: the data decide that, and no clock. */
  async #open(): Promise<void> {
    await new Promise<void>(soon);
    this.#gate = undefined;
    const members = this.#members;
    this.#members = [];
    await Promise.all(members);
  }
}
