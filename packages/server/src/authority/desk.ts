import type { Grants } from 'ambit';

import type { Feed } from '../feed/feed.ts';
import type { Narrow } from '../narrow.ts';
import type { RootKeys } from '../rootkey.ts';
import type { Store } from '../store/store.ts';
import type { StoredToken } from '../store/tokens.ts';
import type { VerifiedToken } from '../tokens/chain.ts';
import type { KnownTokens } from '../tokens/known.ts';
import type { TokenPolicy } from '../tokens/policy.ts';
import type { Unverified } from '../tokens/verify.ts';
import type { Held } from './held.ts';
import type { RateLimits } from './ratelimits.ts';
import type { ReadNarrowed, RevokedLinks } from './revokedlinks.ts';
import type { Uses } from './uses.ts';
import type { WithdrawnKeys } from './withdrawnkeys.ts';

/** One thing that the running API has against grants. */
export interface GrantProblem {
  readonly message: string;
  readonly suggestion?: string;
  readonly path?: readonly (string | number)[];
}

/** Why a bearer was refused: for the log alone, since all of them get one answer. */
export type Refusal =
  | Unverified
  | 'unknown'
  | 'revoked'
  | 'expired'
  | 'rotated'
  /** Made under a root key that was withdrawn. */
  | 'withdrawn'
  /** A caveat that we do not understand. */
  | 'caveat'
  /** Narrowed without an end, or with one that is too far away. */
  | 'endless'
  /** Sent from where its caveats do not let it be used. */
  | 'elsewhere';

/** What the authority tells of, for the log. Public ids only. */
export interface Tidings {
  readonly onCreated?: (token: StoredToken) => void;
  readonly onRevoked?: (id: string) => void;
  readonly onRefused?: (refusal: Refusal, id: string | undefined, address: string | undefined) => void;
  /** What could not be written, and changes no answer. */
  readonly onFailure?: (error: unknown) => void;
}

/** What all that the authority does is done with. */
export interface Desk {
  readonly store: Store;
  readonly feed: Feed;
  readonly rootKeys: RootKeys;
  readonly policy: TokenPolicy;
  readonly known: Pick<KnownTokens, 'find'>;
  /** What computing alone tells of a bearer. */
  readonly verify: (bearer: string) => VerifiedToken | Unverified;
  readonly held: Held;
  readonly uses: Uses;
  readonly limits: RateLimits;
  readonly narrow: Narrow;
  readonly readNarrowed: ReadNarrowed;
  readonly revokedLinks: Pick<RevokedLinks, 'has'>;
  readonly withdrawnKeys: Pick<WithdrawnKeys, 'has'>;
  readonly checkGrants: (grants: Grants) => readonly GrantProblem[];
  readonly tidings: Tidings;
  readonly now: () => Date;
}
