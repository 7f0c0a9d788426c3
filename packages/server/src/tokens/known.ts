import type { Feed } from '../feed/feed.ts';
import type { Store } from '../store/store.ts';
import type { StoredToken } from '../store/tokens.ts';

/** How many tokens are remembered: those that were used last. */
const MOST = 10_000;

/**
 * Tokens that were used lately, so that the store is asked once for each. What is remembered is forgotten when the feed
 * tells of a change to it, and is not used at all while the feed may be behind.
 */
export class KnownTokens {
  readonly #tokens: Store['tokens'];
  readonly #feed: Feed;
  readonly #kept = new Map<string, StoredToken>();
  readonly #hashes = new Map<string, string>();

  constructor(store: Pick<Store, 'tokens'>, feed: Feed) {
    this.#tokens = store.tokens;
    this.#feed = feed;
    feed.listen(({ kind, ref }) => {
      if (kind === 'token') this.#forget(ref);
      else if (kind === 'subject') this.#forgetAll();
    });
  }

  /** The token with this hash of its id, as it is now. */
  async find(idHash: string): Promise<StoredToken | undefined> {
    if (!this.#feed.isFresh()) return this.#tokens.findByIdHash(idHash);
    const kept = this.#kept.get(idHash);
    if (kept) {
      this.#kept.delete(idHash);
      this.#kept.set(idHash, kept);
      return kept;
    }
    const before = this.#feed.heard;
    const found = await this.#tokens.findByIdHash(idHash);
    // What was read before a change may be from before it.
    if (found && before === this.#feed.heard) this.#keep(found);
    return found;
  }

  #keep(token: StoredToken): void {
    this.#kept.set(token.idHash, token);
    this.#hashes.set(token.id, token.idHash);
    const [oldest] = this.#kept.values();
    if (this.#kept.size > MOST && oldest !== undefined) this.#forget(oldest.id);
  }

  #forget(id: string): void {
    const idHash = this.#hashes.get(id);
    if (idHash !== undefined) this.#kept.delete(idHash);
    this.#hashes.delete(id);
  }

  #forgetAll(): void {
    this.#kept.clear();
    this.#hashes.clear();
  }
}
