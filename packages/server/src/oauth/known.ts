import type { Feed } from '../feed/feed.ts';
import { Remembered } from '../feed/remembered.ts';
import type { Store } from '../store/store.ts';
import { type Live, type LiveParts, liveOf } from './live.ts';

/** How many tokens are remembered: those that were used last. */
const MOST = 10_000;
const ACCESS: readonly string[] = ['AccessToken', 'ClientCredentials'];

/** Access tokens that were used lately, so that the store is asked once for each. */
export class KnownAccess {
  readonly #store: Pick<Store, 'oauth'>;
  readonly #parts: LiveParts;
  readonly #kept: Remembered<Live>;

  constructor(store: Pick<Store, 'oauth'>, feed: Pick<Feed, 'isFresh' | 'listen'>, parts: LiveParts) {
    this.#store = store;
    this.#parts = parts;
    this.#kept = new Remembered(feed, { most: MOST, about: ({ refs }) => refs });
  }

  /** What the access token with this hash is worth now; nothing where it is unknown, or has ended. */
  async find(idHash: string): Promise<Live | undefined> {
    const live = await this.#kept.get(idHash, () => this.#read(idHash));
    return live !== undefined && live.expiresAt > this.#parts.now() ? live : undefined;
  }

  /** The same of a refresh token, which is too rarely asked about to be remembered. */
  async findRefresh(idHash: string): Promise<Live | undefined> {
    const record = await this.#store.oauth.find(['RefreshToken'], 'idHash', idHash);
    return record === undefined ? undefined : liveOf(record, this.#parts);
  }

  async #read(idHash: string): Promise<Live | undefined> {
    const record = await this.#store.oauth.find(ACCESS, 'idHash', idHash);
    return record === undefined ? undefined : liveOf(record, this.#parts);
  }
}
