import type { About, Heard, Watch } from './heard.ts';

/** Signals of what outlives its request, by what they are about. */
export class Watches {
  readonly #waiting = new Map<string, Set<AbortController>>();

  /** A signal about several things; aborted at once where nobody could say whether they still hold. */
  add(about: readonly About[], isFresh: boolean): Watch {
    const controller = new AbortController();
    const keys = about.map(keyOf);
    const stop = (): void => {
      for (const key of keys) this.#remove(key, controller);
    };
    for (const key of keys) {
      const waiting = this.#waiting.get(key) ?? new Set();
      this.#waiting.set(key, waiting.add(controller));
    }
    controller.signal.addEventListener('abort', stop, { once: true });
    if (!isFresh) controller.abort();
    return { signal: controller.signal, stop };
  }

  hear(change: Heard): void {
    if (change.kind === 'everything') this.endAll();
    else for (const controller of [...(this.#waiting.get(keyOf(change)) ?? [])]) controller.abort();
  }

  endAll(): void {
    for (const waiting of [...this.#waiting.values()])
      for (const controller of [...waiting]) controller.abort();
  }

  #remove(key: string, controller: AbortController): void {
    const waiting = this.#waiting.get(key);
    waiting?.delete(controller);
    if (waiting?.size === 0) this.#waiting.delete(key);
  }
}

// A kind holds no space.
function keyOf({ kind, ref }: About): string {
  return `${kind} ${ref}`;
}
