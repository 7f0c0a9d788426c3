import type { CaveatReason, Need, Outcome } from '../types.ts';

/**
 * Why something was denied, as far as this engine remembers what the same subject and client saw before (M28):
 * `missing`, held nowhere; `lost`, shown by an earlier mask and no more; `hidden`, never shown; `outside`, held, but not
 * in that boundary.
 */
export type AuditedKind = 'missing' | 'lost' | 'hidden' | 'outside';

/** One denial, as the audit is told of it. */
export interface AuditedDenial {
  /** Response keys, without list indices. */
  readonly path: readonly string[];
  readonly coordinate: string;
  readonly kind: AuditedKind;
  /** What would have had to be held. Empty for `outside`. */
  readonly missing: readonly Need[];
  /** Set where a caveat of the token kept a root field from running. */
  readonly caveat?: CaveatReason;
}

/**
 * One operation, after it was enforced. It names who asked, what was decided and why; no token, no values of
 * variables or arguments, and nothing of the answer.
 */
export interface AuditEvent {
  readonly subject: string | undefined;
  readonly client: string | undefined;
  /** Undefined where nothing was read: the document is not valid, or the token is not accepted. */
  readonly operation: { readonly name: string | undefined; readonly kind: OperationKind } | undefined;
  /** `invalid`: no GraphQL that this schema, or the token's mask of it, understands. `refused`: no token that is accepted. */
  readonly outcome: Outcome | 'invalid' | 'refused';
  /** What the operation was denied before it ran. What objects decide while it runs is not told one by one. */
  readonly denials: readonly AuditedDenial[];
}

/** The kinds of operation. */
export type OperationKind = 'query' | 'mutation' | 'subscription';

/** Told of every operation once, when its answer is made. What it throws or answers changes nothing. */
export type AuditHook = (event: AuditEvent) => unknown;
