/** A deliberate defect of the engine: what it is, and how the built library is changed to have it. */
export interface Fault {
  readonly id: string;
  /** The class of defect, in plain words. */
  readonly about: string;
  readonly patches: readonly Patch[];
}

/** One change of one built file: `find` occurs in it exactly once. */
export interface Patch {
  /** Below the folder of the built library. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}
