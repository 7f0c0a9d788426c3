import { endOf } from '../grants/caveats.ts';
import { parseGrants } from '../grants/grants.ts';
import type { Grants } from '../types.ts';

/**
 * How a credential lives on after the request that brought it. Whatever turns a request into grants can answer one
 * of these beside them; a subscription looks at it again for each event (M25).
 */
export interface Credential {
  /**
   * The grants as they are now, asked before each event; null where the credential is gone. That, anything else that
   * is no grants, an exception, and no answer within `timeoutMs` end the stream. Without it the first grants stay.
   */
  readonly grants?: (() => Grants | null | undefined | Promise<Grants | null | undefined>) | undefined;
  /** Aborted when the credential is revoked. From then on nothing is delivered. */
  readonly signal?: AbortSignal | undefined;
  /** When it ends: ISO 8601, or milliseconds since the epoch. What `grants` say counts too, and the earliest one ends. */
  readonly expires?: string | number | undefined;
  /** How long `grants` may take. Default 5,000. */
  readonly timeoutMs?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** What fits a timer; a longer wait is waited for in parts. */
const MAX_TIMER_MS = 2 ** 31 - 1;

type Timer = ReturnType<typeof setTimeout>;

/** Whether a credential has ended by itself. A signal or an instant that is not understood has. */
export function hasEnded(credential: Credential | undefined, now: number): boolean {
  if (!credential) return false;
  const isAborted = credential.signal !== undefined && credential.signal.aborted !== false;
  return isAborted || !(instantOf(credential.expires) > now);
}

/** Who waits for which signal. One listener for each signal: many streams of one credential are no leak. */
export class Revocations {
  readonly #waiting = new WeakMap<AbortSignal, Set<() => void>>();

  add(signal: AbortSignal, call: () => void): void {
    const known = this.#waiting.get(signal);
    if (known) return void known.add(call);
    const calls = new Set([call]);
    this.#waiting.set(signal, calls);
    signal.addEventListener('abort', () => [...calls].forEach((one) => void one()), { once: true });
  }

  remove(signal: AbortSignal, call: () => void): void {
    this.#waiting.get(signal)?.delete(call);
  }
}

/** One credential while a stream is open: its grants as last heard, and whether it has ended. Once ended, it stays so. */
export class Standing {
  readonly #credential: Credential;
  readonly #now: () => number;
  readonly #revocations: Revocations;
  #grants: Grants;
  #isOver = false;
  #timer: Timer | undefined;
  #onEnd: (() => void) | undefined;

  constructor(
    grants: Grants,
    credential: Credential | undefined,
    now: () => number,
    revocations: Revocations,
  ) {
    this.#grants = grants;
    this.#credential = credential ?? {};
    this.#now = () => timeOf(now);
    this.#revocations = revocations;
  }

  /** Whether it has ended, by revocation or by the clock. */
  get hasEnded(): boolean {
    const now = this.#now();
    this.#isOver ||= hasEnded(this.#credential, now) || !(endOf(this.#grants) > now);
    return this.#isOver;
  }

  /** The grants to decide with now; undefined where the credential has ended or could not be confirmed. */
  async current(): Promise<Grants | undefined> {
    const { grants, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#credential;
    if (grants !== undefined) {
      try {
        this.#grants = parseGrants(await inTime(() => this.#credential.grants?.(), timeoutMs));
      } catch {
        this.#isOver = true;
      }
      this.#arm();
    }
    return this.hasEnded ? undefined : this.#grants;
  }

  /** Calls `onEnd` once when the credential ends, also when nothing else happens. Replaces who was called before. */
  watch(onEnd: () => void): void {
    const { signal } = this.#credential;
    if (signal) this.#revocations.add(signal, this.#check);
    this.#onEnd = onEnd;
    this.#arm();
  }

  /** Lets go of timer and signal. */
  dispose(): void {
    clearTimeout(this.#timer);
    this.#onEnd = undefined;
    const { signal } = this.#credential;
    if (signal) this.#revocations.remove(signal, this.#check);
  }

  readonly #check = (): void => {
    if (this.hasEnded) this.#onEnd?.();
    else this.#arm();
  };

  /** The timer keeps no process alive: a stream that nobody else waits for is no reason to run on. */
  #arm(): void {
    clearTimeout(this.#timer);
    const end = Math.min(instantOf(this.#credential.expires), endOf(this.#grants));
    if (!this.#onEnd || end === Number.POSITIVE_INFINITY) return;
    const wait = Math.min(Math.max(end - this.#now(), 1), MAX_TIMER_MS);
    this.#timer = setTimeout(this.#check, wait);
    this.#timer.unref?.();
  }
}

/** What a clock says; a clock that fails says nothing that anything could be later than. */
function timeOf(now: () => number): number {
  try {
    return now();
  } catch {
    return Number.NaN;
  }
}

/** Milliseconds since the epoch: never where nothing is said, always past where it is not understood. */
function instantOf(written: unknown): number {
  if (written === undefined) return Number.POSITIVE_INFINITY;
  const instant = typeof written === 'string' ? Date.parse(written) : written;
  return typeof instant === 'number' && Number.isFinite(instant) ? instant : Number.NEGATIVE_INFINITY;
}

/** What `ask` answers. @throws where it throws, or is too late */
async function inTime(ask: () => unknown, ms: number): Promise<unknown> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('too late')), Math.min(ms, MAX_TIMER_MS));
  });
  try {
    return await Promise.race([ask(), late]);
  } finally {
    clearTimeout(timer);
  }
}
