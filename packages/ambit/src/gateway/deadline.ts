/** An end to one call of the API behind the gateway: the call is told by a signal, and is not waited for longer. */
export class Deadline {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  readonly #ms: number;

  constructor(ms: number) {
    this.#ms = ms;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** What the call answers; rejects once the time is over. */
  race<Value>(call: Promise<Value>): Promise<Value> {
    const over = new Promise<never>((_, reject) => {
      this.#timer = setTimeout(() => {
        this.#controller.abort();
        reject(new Error('the time is over'));
      }, this.#ms);
    });
    return Promise.race([call, over]);
  }

  /** Lets the clock go; call it once there is an answer. */
  clear(): void {
    clearTimeout(this.#timer);
  }
}
