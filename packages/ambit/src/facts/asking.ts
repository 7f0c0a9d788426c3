import type { ErrorHook, SourceName } from './sources.ts';

/** Asks sources: with a limit of time, and without ever throwing. */
export class Asking {
  readonly #milliseconds: number;
  readonly #onError: ErrorHook | undefined;

  constructor(milliseconds: number, onError: ErrorHook | undefined) {
    this.#milliseconds = milliseconds;
    this.#onError = onError;
  }

  /**
   * What `ask` answers, read by `read`. Undefined where it throws, is late, or where `read` does not understand it,
   * which it says with undefined.
   */
  async for<T>(
    source: SourceName,
    ask: () => unknown,
    read: (answer: unknown) => T | undefined,
  ): Promise<T | undefined> {
    try {
      const understood = read(await this.#inTime(ask));
      if (understood === undefined) throw new Error(`the answer about ${source} is not understood`);
      return understood;
    } catch (error) {
      this.report(error, source);
      return undefined;
    }
  }

  /** Tells the host. What its hook throws changes nothing. */
  report(error: unknown, source: SourceName): void {
    const tell = async (): Promise<void> => this.#onError?.(error, source);
    // There is nobody left to tell of what goes wrong here.
    tell().catch(() => undefined);
  }

  async #inTime(ask: () => unknown): Promise<unknown> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer within ${this.#milliseconds} ms`)),
        this.#milliseconds,
      );
    });
    try {
      return await Promise.race([ask(), late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
