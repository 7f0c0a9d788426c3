import type { Feed } from '../feed/feed.ts';
import type { Store } from '../store/store.ts';
import type { VerifiedToken } from '../tokens/chain.ts';
import type { Unverified } from '../tokens/verify.ts';

/** A link of a narrowed token, as its chain says. */
export interface NarrowedLink {
  /** The public id of the personal token that it was made from. */
  readonly parentId: string;
  /** SHA-256 of its tail, in hexadecimal. */
  readonly digest: string;
}

/** The last link of a narrowed token; nothing for every other text. */
export function linkOf(verified: VerifiedToken | Unverified): NarrowedLink | undefined {
  const digest = typeof verified === 'string' ? undefined : verified.digests.at(-1);
  return typeof verified === 'string' || digest === undefined
    ? undefined
    : { parentId: verified.parentId, digest };
}

/** Reads a narrowed token that was made from one of ours; nothing for every other text. */
export type ReadNarrowed = (text: string) => NarrowedLink | undefined;

/**
 * Which links of narrowed tokens are revoked. All that count are kept in memory, and the feed adds to them; while it
 * may be behind, or where it cannot tell what changed, the store is asked.
 */
export class RevokedLinks {
  readonly #store: Pick<Store, 'tails'>;
  readonly #feed: Pick<Feed, 'isFresh' | 'listen'>;
  readonly #now: () => Date;
  readonly #digests = new Set<string>();
  /** Whether every link that counts is in memory. */
  #isWhole = false;
  /** Grows with each time that it cannot be told what changed. */
  #losses = 0;

  private constructor(parts: Pick<RevokedLinksParts, 'store' | 'feed' | 'now'>) {
    this.#store = parts.store;
    this.#feed = parts.feed;
    this.#now = parts.now;
  }

  static async open(parts: RevokedLinksParts): Promise<RevokedLinks> {
    const links = new RevokedLinks(parts);
    // Listens before it reads: a link that is told of twice is one.
    parts.feed.listen((change) => {
      if (change.kind === 'tail') links.#digests.add(change.ref);
      if (change.kind === 'everything') links.#lose();
    });
    await links.#read();
    return links;
  }

  /** Whether this link was revoked. A rejection refuses the token that is asked about. */
  has(digest: string): boolean | Promise<boolean> {
    if (this.#digests.has(digest)) return true;
    return this.#isWhole && this.#feed.isFresh() ? false : this.#ask(digest);
  }

  // What the store said once stays, also where the feed has not told of it yet: what was refused does not pass again.
  async #ask(digest: string): Promise<boolean> {
    const isRevoked = await this.#store.tails.has(digest);
    if (isRevoked) this.#digests.add(digest);
    return isRevoked;
  }

  #lose(): void {
    this.#isWhole = false;
    this.#losses += 1;
    // Where it fails the store is asked each time, until what was lost is lost again or the server starts anew.
    this.#read().catch(() => undefined);
  }

  async #read(): Promise<void> {
    const before = this.#losses;
    for (const digest of await this.#store.tails.digests(this.#now())) this.#digests.add(digest);
    this.#isWhole = before === this.#losses;
  }
}

/** What revoked links are read and heard from. */
export interface RevokedLinksParts {
  readonly store: Pick<Store, 'tails'>;
  readonly feed: Pick<Feed, 'isFresh' | 'listen'>;
  readonly now: () => Date;
}
