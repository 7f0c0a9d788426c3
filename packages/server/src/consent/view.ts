import type { GrantBoundary } from 'ambit';

/** What one box stands for: a scope, or one assignable permission in one boundary. */
export type Asked =
  | { readonly scope: string }
  | { readonly permission: string; readonly boundary: GrantBoundary };

/** One thing that is asked for: a box that can be unticked. */
export interface ConsentItem {
  /** What the form sends for it; no two items of a view have the same. */
  readonly value: string;
  /** What it allows, in words. */
  readonly label: string;
  readonly description?: string | undefined;
  /** What it is called by programs, shown beside the words: `createNote`, `create_note`. */
  readonly name: string;
  /** Whether it will also allow what the API gets later. */
  readonly grows: boolean;
  readonly asked: Asked;
}

/** What is asked for in one boundary. */
export interface ConsentGroup {
  /** Where, in words. */
  readonly heading: string;
  /** The boundary; no two groups of a view have the same. */
  readonly key: string;
  readonly items: readonly ConsentItem[];
}

/** Everything that the consent page shows, as plain data. No text of it has to be escaped or cleaned by the caller. */
export interface ConsentView {
  readonly client: {
    /** The name that the client gave itself: anything at all. */
    readonly name: string;
    /** The verified host to which the answer goes; absent for a device, which has none. */
    readonly host?: string | undefined;
  };
  readonly person: { readonly name: string; readonly subject: string };
  readonly groups: readonly ConsentGroup[];
  /** After how many seconds all of it ends, renewals included. */
  readonly expiresIn: number;
  /** Whether the client gets new tokens by itself until then (a refresh token). */
  readonly renews: boolean;
  /** The path to which the form is posted. */
  readonly formAction: string;
  readonly csrf: string;
  /** Where "not you?" leads back to after signing out and in again: a path of this server. */
  readonly returnTo: string;
  /** What was wrong with the form that was sent, in a sentence. */
  readonly error?: string | undefined;
  /** The values that are ticked; all of them where absent. */
  readonly ticked?: readonly string[] | undefined;
}

/** What a person decided. `values` are some of those that were shown, at least one, in their order on the page. */
export type ConsentDecision =
  | { readonly decision: 'allow'; readonly values: readonly string[] }
  | { readonly decision: 'deny' }
  | { readonly decision: 'again'; readonly error: string; readonly ticked: readonly string[] };

/** What came of the ticked boxes: exactly what a grant may hold. */
export interface Consented {
  readonly scopes: readonly string[];
  readonly granular: readonly { readonly permissions: readonly string[]; readonly boundary: GrantBoundary }[];
}
