/**
 * The nouns. Every other file speaks in these words; the glossary explains them in prose.
 * Nothing here runs.
 */

import type { Caveat, CaveatBoundary } from './narrow/caveat.ts';

export type { Caveat, CaveatBoundary };

/** What a denial does: null the field, refuse the operation, or act as if the coordinate did not exist. */
export type Effect = 'filter' | 'reject' | 'hide';

/** Whether an unmarked coordinate is denied (`strict`) or public (`open`). */
export type Coverage = 'strict' | 'open';

/** A boundary as a grant names it: a standalone kind, or one kind with the identity of its object. */
export type GrantBoundary =
  | 'user'
  | 'instance'
  | 'all_memberships'
  | 'personal'
  | { readonly [kind: string]: string };

/** Assignable permissions held in one boundary. */
export interface GranularGrant {
  readonly permissions: readonly string[];
  readonly boundary: GrantBoundary;
}

/** Why a root field is refused whatever is held: the token was narrowed to other operations, or to reading. */
export type CaveatReason = 'operations' | 'readOnly';

/** All that one credential holds. Everything is optional: `{}` holds nothing. */
export interface Grants {
  /** The person or machine on whose behalf the credential acts. */
  readonly subject?: string;
  /** The OAuth client or application that carries the credential. */
  readonly client?: string;
  /** Absent is true only when `subject` is a non-empty string. */
  readonly authenticated?: boolean;
  readonly scopes?: readonly string[];
  readonly policies?: readonly string[];
  readonly roles?: readonly string[];
  readonly granular?: readonly GranularGrant[];
  /** ISO 8601 instant; at or after it the credential holds nothing. */
  readonly expires?: string;
  /** What narrows the credential further; all of them hold. A caveat that is not understood denies everything. */
  readonly caveats?: readonly Caveat[];
}

/** One thing that a requirement can ask for. A scope is a plain string wherever it is printed. */
export type Need =
  | string
  | { readonly permission: string; readonly boundaryType: string }
  | { readonly authenticated: true }
  | { readonly policy: string };

/** Any of these lists, and of one list everything. An empty outer list can never be met. */
export type Requirement = readonly (readonly Need[])[];

/** The strongest statement about an operation, strongest first. */
export type Outcome = 'rejected' | 'filtered' | 'deferred' | 'allowed';

/** Why something was denied: held nowhere, or held but not in the boundary asked for. */
export type DenialKind = 'missing' | 'outside';

/** One denied element of an operation. `path` holds response keys without list indices. */
export interface Denial {
  readonly path: readonly string[];
  /** The schema coordinate whose rule failed, as the client wrote it. */
  readonly coordinate: string;
  /** What that coordinate asks for by itself. */
  readonly requires: Requirement;
  /** The smallest alternative of `requires` less what is held. Empty for `outside`. */
  readonly missing: readonly Need[];
  readonly kind: DenialKind;
  /** What this denial does, where the rule that failed says so by itself. */
  readonly effect?: Effect;
  /** Set where no rule failed: a caveat keeps this root field from running. */
  readonly caveat?: CaveatReason;
}

/** One element that only an object can decide. */
export interface Deferral {
  readonly path: readonly string[];
  readonly coordinate: string;
  readonly boundaryType: string;
}

/** Where a rule was written, for messages. */
export interface Origin {
  readonly file?: string;
  readonly line?: number;
}
