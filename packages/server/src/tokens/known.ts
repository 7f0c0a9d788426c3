import type { Feed } from '../feed/feed.ts';
import { Remembered } from '../feed/remembered.ts';
import { mayAct } from '../people/mayact.ts';
import type { PersonReads } from '../store/people.ts';
import type { StoredToken, TokenReads } from '../store/tokens.ts';

/** How many tokens are remembered: those that were used last. */
const MOST = 10_000;

/** What is asked of the store about a token. */
export interface KnownTokensStore {
  readonly tokens: Pick<TokenReads, 'findByIdHash'>;
  readonly people: Pick<PersonReads, 'findBySubject'>;
}

/** Tokens that were used lately, so that the store is asked once for each. Those of a disabled person are unknown. */
export class KnownTokens {
  readonly #store: KnownTokensStore;
  readonly #kept: Remembered<StoredToken>;

  constructor(store: KnownTokensStore, feed: Pick<Feed, 'isFresh' | 'listen'>) {
    this.#store = store;
    this.#kept = new Remembered(feed, {
      most: MOST,
      about: ({ id }) => [{ kind: 'token', ref: id }],
      broad: ['subject'],
    });
  }

  /** The token with this hash of its id, as it is now. */
  find(idHash: string): Promise<StoredToken | undefined> {
    return this.#kept.get(idHash, () => this.#read(idHash));
  }

  async #read(idHash: string): Promise<StoredToken | undefined> {
    const { tokens, people } = this.#store;
    const token = await tokens.findByIdHash(idHash);
    return token !== undefined && (await mayAct(people, token.grants.subject)) ? token : undefined;
  }
}
