import type { Grants, GranularGrant } from 'ambit';

/** What somebody asks to be left of what a credential holds. What is not named of a kind is not asked for. */
export interface NarrowRequest {
  readonly scopes?: readonly string[];
  readonly granular?: readonly GranularGrant[];
}

/** What was given of a request, and a sentence for each part that was not. */
export interface Narrowed {
  readonly grants: Grants;
  readonly refused: readonly { readonly message: string }[];
}

/**
 * Gives of a request what a parent holds, never more. Every token that comes out of another credential, and every
 * token of a client, goes through one of these.
 */
export type Narrow = (parent: Grants, request: NarrowRequest) => Narrowed;
