import { type CryptoKey, createLocalJWKSet, type JSONWebKeySet, type JWSHeaderParameters } from 'jose';

/** How long keys are used as they are, looked at again in the background from half of it on. */
const LIFE_MS = 10 * 60_000;
/** How long keys are used while they cannot be fetched again. */
const STALE_MS = 60 * 60_000;
/** Between two fetches because of a key that is not among those that are known. */
const UNKNOWN_MS = 30_000;
/** Between two fetches after one that failed. */
const RETRY_MS = 5_000;
const MOST_KEYS = 100;

type FindKey = (header: JWSHeaderParameters) => Promise<CryptoKey>;

interface FetchedKeys {
  readonly find: FindKey;
  readonly text: string;
  readonly at: number;
}

export interface KeysParts {
  /** The JSON of the key set (RFC 7517, 5). May reject, and may take its time. */
  readonly fetch: () => Promise<unknown>;
  readonly now: () => number;
  readonly onFailure: (reason: string) => void;
}

/**
 * The public keys of one issuer. Fetched when first needed, by one fetch at a time; looked at again at half their
 * life without anybody waiting; kept for an hour while the issuer does not answer; an unknown `kid` fetches them
 * again at most every 30 seconds.
 */
export class IssuerKeys {
  readonly #parts: KeysParts;
  #keys: FetchedKeys | undefined;
  #running: Promise<void> | undefined;
  #attemptedAt = Number.NEGATIVE_INFINITY;
  #failing = false;
  #generation = 0;

  constructor(parts: KeysParts) {
    this.#parts = parts;
  }

  /** Another number whenever the keys are others than before: what was verified under the old ones has to be asked again. */
  get generation(): number {
    return this.#generation;
  }

  /** The one key that a header names; nothing when there is none, several fit, or there are no keys that may be used. */
  async find(header: JWSHeaderParameters): Promise<CryptoKey | undefined> {
    await this.#refreshIfDue();
    const found = await this.#lookUp(header);
    if (found !== undefined) return found;
    if (this.#running === undefined && this.#sinceAttempt() < UNKNOWN_MS) return undefined;
    await this.#refresh();
    return this.#lookUp(header);
  }

  async #refreshIfDue(): Promise<void> {
    const age = this.#age();
    if (age < LIFE_MS / 2) return;
    const mayAsk = !this.#failing || this.#sinceAttempt() >= RETRY_MS;
    if (!mayAsk) return;
    const refreshed = this.#refresh();
    // Past their life keys are asked for before they are used; but nobody waits twice for an issuer that is away.
    if (age >= LIFE_MS && !this.#failing) await refreshed;
  }

  async #lookUp(header: JWSHeaderParameters): Promise<CryptoKey | undefined> {
    if (this.#keys === undefined || this.#age() >= STALE_MS) return undefined;
    try {
      return await this.#keys.find(header);
    } catch {
      // No key fits, several do, or the set holds one that is none: jose and the platform throw many things.
      return undefined;
    }
  }

  #refresh(): Promise<void> {
    this.#running ??= this.#fetch().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #fetch(): Promise<void> {
    this.#attemptedAt = this.#parts.now();
    try {
      const keys = usableKeys(await this.#parts.fetch());
      const text = JSON.stringify(keys);
      const find = text === this.#keys?.text ? this.#keys.find : createLocalJWKSet(keys);
      if (text !== this.#keys?.text) this.#generation += 1;
      this.#keys = { find, text, at: this.#parts.now() };
      this.#failing = false;
    } catch (error) {
      this.#failing = true;
      this.#parts.onFailure(error instanceof Error ? error.message : String(error));
    }
  }

  #age(): number {
    return this.#keys === undefined ? Number.POSITIVE_INFINITY : this.#since(this.#keys.at);
  }

  #sinceAttempt(): number {
    return this.#since(this.#attemptedAt);
  }

  // After a clock was set back nobody knows how long ago something was.
  #since(instant: number): number {
    const passed = this.#parts.now() - instant;
    return passed < 0 ? LIFE_MS : passed;
  }
}

// What is no public key is left out by itself: one odd key must not take the others away.
function usableKeys(answer: unknown): JSONWebKeySet {
  const keys: unknown = isObject(answer) ? answer['keys'] : undefined;
  if (!Array.isArray(keys)) throw new Error('the answer is no set of keys');
  if (keys.length > MOST_KEYS) throw new Error(`the set has more than ${MOST_KEYS} keys`);
  const usable = keys.filter(
    (key: unknown) =>
      isObject(key) && typeof key['kty'] === 'string' && key['kty'] !== 'oct' && !Object.hasOwn(key, 'd'),
  );
  return { keys: usable };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
