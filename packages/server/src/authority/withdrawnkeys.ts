import { ServerError } from '../errors.ts';
import type { Feed } from '../feed/feed.ts';
import type { Store, Unit } from '../store/store.ts';

/** What withdrawn root keys are read and heard from. */
export interface WithdrawnKeysParts {
  readonly store: Pick<Store, 'keys'>;
  readonly feed: Pick<Feed, 'isFresh' | 'listen'>;
}

/**
 * Which root keys are withdrawn, also of those that this server has. They are few and kept in memory; the feed adds to
 * them, and while it may be behind the store is asked. One that was withdrawn once stays so.
 */
export class WithdrawnKeys {
  readonly #parts: WithdrawnKeysParts;
  readonly #ids = new Set<number>();
  /** Whether every one that counts is in memory. */
  #isWhole = false;
  /** Grows with each time that it cannot be told what changed. */
  #losses = 0;

  private constructor(parts: WithdrawnKeysParts) {
    this.#parts = parts;
  }

  static async open(parts: WithdrawnKeysParts): Promise<WithdrawnKeys> {
    const keys = new WithdrawnKeys(parts);
    // Listens before it reads: a key that is told of twice is one.
    parts.feed.listen((change) => {
      if (change.kind === 'key') keys.#ids.add(Number(change.ref));
      if (change.kind === 'everything') keys.#lose();
    });
    await keys.#read();
    return keys;
  }

  /** Whether this root key was withdrawn. A rejection refuses the token that is asked about. */
  has(keyId: number): boolean | Promise<boolean> {
    if (this.#ids.has(keyId)) return true;
    return this.#isWhole && this.#parts.feed.isFresh() ? false : this.#ask(keyId);
  }

  async #ask(keyId: number): Promise<boolean> {
    for (const id of (await this.#parts.store.keys.withdrawn()).keys()) this.#ids.add(id);
    return this.#ids.has(keyId);
  }

  #lose(): void {
    this.#isWhole = false;
    this.#losses += 1;
    // Where it fails the store is asked each time.
    this.#read().catch(() => undefined);
  }

  async #read(): Promise<void> {
    const before = this.#losses;
    for (const id of (await this.#parts.store.keys.withdrawn()).keys()) this.#ids.add(id);
    this.#isWhole = before === this.#losses;
  }
}

/**
 * Makes sure that a token may be made under a root key, until the unit of work has ended. Throws `ServerError`
 * `ROOT_KEY_WITHDRAWN`: this server was started before it was, and has no other yet.
 */
export async function refuseWithdrawn(unit: Unit, keyId: number): Promise<void> {
  if (await unit.keys.isWithdrawn(keyId)) {
    throw new ServerError(
      'ROOT_KEY_WITHDRAWN',
      `The root key ${keyId}, under which this server makes tokens, was withdrawn.`,
      'Start the server again with the key that took its place.',
    );
  }
}
