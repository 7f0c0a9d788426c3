import type { Feed } from '../feed/feed.ts';
import type { Store } from '../store/store.ts';

/** A link of a narrowed token, as its chain says. */
export interface NarrowedLink {
  /** The public id of the personal token that it was made from. */
  readonly parentId: string;
  /** SHA-256 of its tail, in hexadecimal. */
  readonly digest: string;
}

/** Reads a narrowed token that was made from one of ours; nothing for every other text. */
export type ReadNarrowed = (text: string) => NarrowedLink | undefined;

/**
 * Which links of narrowed tokens are revoked. All that count are kept in memory, and the feed adds to them; while it
 * may be behind, the store is asked.
 */
export class RevokedLinks {
  readonly #store: Pick<Store, 'tails'>;
  readonly #feed: Feed;
  readonly #digests: Set<string>;

  private constructor(store: Pick<Store, 'tails'>, feed: Feed, digests: readonly string[]) {
    this.#store = store;
    this.#feed = feed;
    this.#digests = new Set(digests);
  }

  static async open(store: Pick<Store, 'tails'>, feed: Feed, now: Date): Promise<RevokedLinks> {
    const heard: string[] = [];
    // Heard while the store is read, and after: a link that is told of twice is one.
    let add = (digest: string): unknown => heard.push(digest);
    feed.listen(({ kind, ref }) => {
      if (kind === 'tail') add(ref);
    });
    const links = new RevokedLinks(store, feed, await store.tails.digests(now));
    add = (digest) => links.#digests.add(digest);
    for (const digest of heard) links.#digests.add(digest);
    return links;
  }

  /** Whether this link was revoked. A rejection refuses the token that is asked about. */
  has(digest: string): boolean | Promise<boolean> {
    if (this.#digests.has(digest)) return true;
    return this.#feed.isFresh() ? false : this.#store.tails.has(digest);
  }
}
