import type { Grants, Narrowed, NarrowRequest } from 'ambit';

/**
 * Gives of a request what a parent holds, never more. Every token that comes out of another credential, and every
 * token of a client, goes through one of these.
 */
export type Narrow = (parent: Grants, request: NarrowRequest) => Narrowed;
