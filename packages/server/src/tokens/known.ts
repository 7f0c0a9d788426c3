import type { Store, StoredToken } from '../store/store.ts';

/** How many tokens are remembered: those that were used last. */
const MOST = 10_000;

/**
 * Tokens that were used lately, so that the store is asked once for each. Sound only because nobody else writes to the
 * store while it is open (its folder is locked): a revocation goes through here, and is known here when it returns.
 */
export class KnownTokens {
  readonly #store: Store;
  readonly #kept = new Map<string, StoredToken>();
  #revocations = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The token with this hash of its id, as it is now. */
  async find(idHash: string): Promise<StoredToken | undefined> {
    const kept = this.#kept.get(idHash);
    if (kept) {
      this.#kept.delete(idHash);
      this.#kept.set(idHash, kept);
      return kept;
    }
    const before = this.#revocations;
    const found = await this.#store.findByIdHash(idHash);
    // What was read before a revocation may be from before it.
    if (found && before === this.#revocations) this.#keep(found);
    return found;
  }

  /** Revokes a token; when it is fulfilled, whoever asks is told so. */
  async revoke(id: string, at: Date): Promise<StoredToken | undefined> {
    try {
      return await this.#store.revokeToken(id, at);
    } finally {
      // Also where the store failed: then nobody knows what it has done.
      this.#revocations += 1;
      this.#kept.clear();
    }
  }

  #keep(token: StoredToken): void {
    this.#kept.set(token.idHash, token);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#kept.delete(oldest);
  }
}
