import type { Feed } from '../feed/feed.ts';
import type { Store } from '../store/store.ts';
import type { VerifiedToken } from '../tokens/chain.ts';
import { isPublicId } from '../tokens/format.ts';
import { endOf } from '../tokens/life.ts';
import type { Unverified } from '../tokens/verify.ts';
import type { Desk } from './desk.ts';
import { unknownToken } from './ended.ts';

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

/**
 * Revokes a link with all that was narrowed from it, for as long as its parent can live; is fulfilled once it is refused
 * everywhere. Throws `ServerError` `TOKEN_UNKNOWN` where the parent is none of ours.
 */
export async function revokeLink(
  desk: Desk,
  { parentId, digest }: NarrowedLink,
  by: string,
  because: string,
): Promise<void> {
  if (!isPublicId(parentId)) throw unknownToken();
  const at = desk.now();
  const revoking = desk.store.write(async (unit) => {
    const parent = await unit.tokens.find(parentId);
    if (parent === undefined) throw unknownToken();
    await unit.tails.prune(at);
    const until = endOf(parent, desk.policy);
    if (until <= at || (await unit.tails.has(digest))) return;
    await unit.tails.add({ digest, tokenId: parentId, at, until });
    await unit.audit.add({
      at,
      action: 'token.narrowed.revoked',
      actor: by,
      token: parentId,
      subject: parent.grants.subject,
      details: { digest, because },
    });
    await unit.changes.add('tail', digest, at);
  });
  await revoking.finally(() => desk.feed.catchUp());
}
