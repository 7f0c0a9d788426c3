import type { Grants } from 'ambit';

import type { Feed } from '../feed/feed.ts';
import type { RootKeys } from '../rootkey.ts';
import type { Store } from '../store/store.ts';
import type { StoredToken } from '../store/tokens.ts';
import type { KnownTokens } from '../tokens/known.ts';
import type { TokenPolicy } from '../tokens/policy.ts';
import type { Narrow } from './narrow.ts';
import type { RateLimits } from './ratelimits.ts';
import type { ReadNarrowed, RevokedLinks } from './revokedlinks.ts';
import type { Uses } from './uses.ts';

/** One thing that the running API has against grants. */
export interface GrantProblem {
  readonly message: string;
  readonly suggestion?: string;
}

/** Why a bearer was refused: for the log alone, since all of them get one answer. */
export type Refusal = 'malformed' | 'forged' | 'unknown' | 'revoked' | 'expired' | 'rotated';

/** What the authority tells of, for the log. Public ids only. */
export interface Tidings {
  readonly onCreated?: (token: StoredToken) => void;
  readonly onRevoked?: (id: string) => void;
  readonly onRefused?: (refusal: Refusal, id: string | undefined) => void;
  /** What could not be written, and changes no answer. */
  readonly onFailure?: (error: unknown) => void;
}

/** What all that the authority does is done with. */
export interface Desk {
  readonly store: Store;
  readonly feed: Feed;
  readonly rootKeys: RootKeys;
  readonly policy: TokenPolicy;
  readonly known: KnownTokens;
  readonly uses: Uses;
  readonly limits: RateLimits;
  readonly narrow: Narrow;
  readonly readNarrowed: ReadNarrowed;
  readonly revokedLinks: RevokedLinks;
  readonly checkGrants: (grants: Grants) => readonly GrantProblem[];
  readonly tidings: Tidings;
  readonly now: () => Date;
}
