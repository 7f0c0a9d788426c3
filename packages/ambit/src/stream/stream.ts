import type { ExecutionResult } from 'graphql';
import { credentialEnded, subscriptionFailed } from '../errors.ts';
import type { Standing } from './credential.ts';
import { closeSource } from './source.ts';

/**
 * The answer to a subscription: one result for each event that this credential may see. Nothing is read from the
 * API before it is asked for, and calls of `next` are answered in their order.
 */
export interface EventStream {
  /** A stream has none of these, so that an answer can be asked for them before it is known to be one. */
  readonly data?: never;
  readonly errors?: never;
  readonly extensions?: never;
  next(): Promise<IteratorResult<ExecutionResult, undefined>>;
  /** Ends the stream and lets the API's own stream go; waits for that, unless it is still waiting for an event. */
  return(): Promise<IteratorResult<ExecutionResult, undefined>>;
  /** Ends the stream as `return` does. @throws `error` */
  throw(error: unknown): Promise<IteratorResult<ExecutionResult, undefined>>;
  [Symbol.asyncIterator](): EventStream;
}

/** What an operation answers: a result, or for a subscription that was started, a stream of them. */
export type Executed = ExecutionResult | EventStream;

/** What becomes of one event. */
export type Answered =
  | { readonly kind: 'deliver'; readonly result: ExecutionResult }
  | { readonly kind: 'withhold' }
  | { readonly kind: 'end'; readonly last: ExecutionResult };

/** Events withheld one after another before others get a turn, and with them timers and signals. */
const EVENTS_PER_TURN = 100;

type Result = IteratorResult<ExecutionResult, undefined>;

/** Hands out what `answer` makes of each event of `source`, until either ends or the credential does. */
export class Stream implements EventStream {
  readonly #source: AsyncIterator<unknown>;
  readonly #answer: (event: unknown) => Promise<Answered>;
  readonly #standing: Standing;
  #calls: Promise<unknown> = Promise.resolve();
  /** Who waits for the event that is being read or executed. */
  #waiting: ((result: Result) => void) | undefined;
  #isReading = false;
  #isOver = false;
  #last: ExecutionResult | undefined;
  #closed: Promise<void> = Promise.resolve();

  constructor(
    source: AsyncIterator<unknown>,
    answer: (event: unknown) => Promise<Answered>,
    standing: Standing,
  ) {
    this.#source = source;
    this.#answer = answer;
    this.#standing = standing;
    standing.watch(() => this.#end(endedResult()));
  }

  next(): Promise<Result> {
    const call = this.#calls.then(() => this.#one());
    this.#calls = call;
    return call;
  }

  async return(): Promise<Result> {
    this.#end(undefined);
    this.#last = undefined;
    if (!this.#isReading) await this.#closed;
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<Result> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): EventStream {
    return this;
  }

  #one(): Promise<Result> {
    if (!this.#isOver && this.#standing.hasEnded) this.#end(endedResult());
    if (this.#isOver) return Promise.resolve(this.#final());
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#produce().catch(() => this.#end(failedResult()));
    });
  }

  async #produce(): Promise<void> {
    for (let withheld = 1; !this.#isOver; withheld++) {
      const event = await this.#read();
      if (this.#isOver) return;
      if (event.done) return this.#end(undefined, false);
      const answered = await this.#answer(event.value);
      if (this.#isOver) return;
      if (this.#standing.hasEnded) return this.#end(endedResult());
      if (answered.kind === 'end') return this.#end(answered.last);
      if (answered.kind === 'deliver') return this.#settle({ done: false, value: answered.result });
      if (withheld % EVENTS_PER_TURN === 0) await new Promise((resume) => setTimeout(resume, 0));
    }
  }

  async #read(): Promise<IteratorResult<unknown>> {
    this.#isReading = true;
    try {
      return await this.#source.next();
    } finally {
      this.#isReading = false;
    }
  }

  #settle(result: Result): void {
    this.#waiting?.(result);
    this.#waiting = undefined;
  }

  /** Ends it once; `last` is what is still told. A source that has ended by itself has nothing to be let go of. */
  #end(last: ExecutionResult | undefined, isOpen = true): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#last = last;
    this.#standing.dispose();
    if (isOpen) this.#closed = closeSource(this.#source);
    if (this.#waiting) this.#settle(this.#final());
  }

  #final(): Result {
    const value = this.#last;
    this.#last = undefined;
    return value ? { done: false, value } : { done: true, value: undefined };
  }
}

/** The last event of a stream whose credential has ended. */
export function endedResult(): ExecutionResult {
  return { errors: [credentialEnded()] };
}

/** The last event of a stream that broke. */
export function failedResult(): ExecutionResult {
  return { errors: [subscriptionFailed()] };
}
