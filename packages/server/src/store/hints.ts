/** Ends a subscription. */
export type Unsubscribe = () => Promise<void>;

/**
 * Word that there may be changes. It carries nothing and may be lost; the rows of `changes` are the truth.
 */
export interface Hints {
  /** Calls `hear` after a unit with changes was done, by this process or another, and when word may have been missed. */
  subscribe(hear: () => void): Promise<Unsubscribe>;
}

/** For a database that cannot tell, or is not to. */
export const NO_HINTS: Hints = { subscribe: async () => async () => undefined };
