import { hashOf } from './opaque.ts';

/** How long a device waits before it asks again (RFC 8628, section 3.2); so much longer each time that it does not. */
export const INTERVAL_SECONDS = 5;
/** Devices that are remembered: those that asked last. */
const MOST = 10_000;

interface Polled {
  readonly at: number;
  readonly seconds: number;
}

/**
 * When devices asked whether somebody has allowed them. In the memory of this process: a device that asks several nodes
 * has its interval at each of them.
 */
export class Polling {
  readonly #polled = new Map<string, Polled>();

  /**
   * Whether a device that still waits asks too soon, and has to wait longer from now on (RFC 8628, section 3.5). The code
   * has to be one of ours: each is remembered.
   */
  isTooSoon(code: string, now: Date): boolean {
    const key = hashOf(code);
    const at = now.getTime();
    const last = this.#polled.get(key) ?? { at: -Infinity, seconds: INTERVAL_SECONDS };
    const isTooSoon = at - last.at < last.seconds * 1_000;
    const seconds = isTooSoon ? last.seconds + INTERVAL_SECONDS : last.seconds;
    // Put at the end, so that what is first is what was asked for longest ago.
    this.#polled.delete(key);
    this.#polled.set(key, { at, seconds });
    const [oldest] = this.#polled.keys();
    if (this.#polled.size > MOST && oldest !== undefined) this.#polled.delete(oldest);
    return isTooSoon;
  }
}
