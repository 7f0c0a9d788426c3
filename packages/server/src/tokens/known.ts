import type { Feed } from '../feed/feed.ts';
import { Remembered } from '../feed/remembered.ts';
import type { Store } from '../store/store.ts';
import type { StoredToken } from '../store/tokens.ts';

/** How many tokens are remembered: those that were used last. */
const MOST = 10_000;

/** Tokens that were used lately, so that the store is asked once for each. */
export class KnownTokens {
  readonly #tokens: Store['tokens'];
  readonly #kept: Remembered<StoredToken>;

  constructor(store: Pick<Store, 'tokens'>, feed: Pick<Feed, 'isFresh' | 'listen'>) {
    this.#tokens = store.tokens;
    this.#kept = new Remembered(feed, {
      most: MOST,
      about: ({ id }) => [{ kind: 'token', ref: id }],
      broad: ['subject'],
    });
  }

  /** The token with this hash of its id, as it is now. */
  find(idHash: string): Promise<StoredToken | undefined> {
    return this.#kept.get(idHash, () => this.#tokens.findByIdHash(idHash));
  }
}
