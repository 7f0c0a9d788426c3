import type { Feed } from '../feed/feed.ts';
import type { Store } from '../store/store.ts';
import { type Live, type LiveParts, liveOf } from './live.ts';

/** How many tokens are remembered: those that were used last. */
const MOST = 10_000;
const ACCESS: readonly string[] = ['AccessToken', 'ClientCredentials'];

/**
 * Access tokens that were used lately. What is remembered is forgotten when the feed tells of an end or a change of
 * anything that it came of, and is not used at all while the feed may be behind.
 */
export class KnownAccess {
  readonly #store: Pick<Store, 'oauth'>;
  readonly #feed: Feed;
  readonly #parts: LiveParts;
  readonly #kept = new Map<string, Live>();
  readonly #byRef = new Map<string, Set<string>>();

  constructor(store: Pick<Store, 'oauth'>, feed: Feed, parts: LiveParts) {
    this.#store = store;
    this.#feed = feed;
    this.#parts = parts;
    feed.listen((change) => {
      // Where it cannot be told what changed, everything may have.
      const hashes = 'ref' in change ? (this.#byRef.get(change.ref) ?? []) : this.#kept.keys();
      for (const idHash of [...hashes]) this.#forget(idHash);
    });
  }

  /** What the access token with this hash is worth now; nothing where it is unknown, or has ended. */
  async find(idHash: string): Promise<Live | undefined> {
    const isFresh = this.#feed.isFresh();
    const kept = isFresh ? this.#kept.get(idHash) : undefined;
    if (kept !== undefined) return kept.expiresAt > this.#parts.now() ? kept : undefined;
    const before = this.#feed.heard;
    const record = await this.#store.oauth.find(ACCESS, 'idHash', idHash);
    const live = record === undefined ? undefined : await liveOf(record, this.#parts);
    // What was read before a change may be from before it.
    if (live !== undefined && isFresh && before === this.#feed.heard) this.#keep(idHash, live);
    return live;
  }

  #keep(idHash: string, live: Live): void {
    this.#kept.set(idHash, live);
    for (const ref of live.refs) {
      const hashes = this.#byRef.get(ref) ?? new Set();
      this.#byRef.set(ref, hashes.add(idHash));
    }
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST && oldest !== undefined) this.#forget(oldest);
  }

  #forget(idHash: string): void {
    const live = this.#kept.get(idHash);
    this.#kept.delete(idHash);
    for (const ref of live?.refs ?? []) {
      const hashes = this.#byRef.get(ref);
      hashes?.delete(idHash);
      if (hashes?.size === 0) this.#byRef.delete(ref);
    }
  }
}
