/** Places in which the subject is at home, by kind of boundary: `{ namespace: ['alice'] }`. */
export type PersonalPlaces = Readonly<Record<string, readonly string[]>>;

/**
 * Boundaries of which a subject is a member, by kind: `{ project: ['acme/web'], group: ['acme'] }`. Under the key
 * `personal` stands the subject's own place, by kind again: `personal: { group: ['alice'] }`.
 */
export type Memberships = Readonly<Record<string, readonly string[] | PersonalPlaces>>;

/**
 * What is known from outside when one request is decided. What is absent is not known, and denies what depends
 * on it. Made for one credential and one request; never hand it to another.
 */
export interface RequestFacts {
  /** Boundaries of which the subject is a member; null where nobody knows of any (M18). */
  readonly memberships?: Memberships | null | undefined;
  /** Answers of a policy engine by name; only `true` holds (M27). */
  readonly policies?: Readonly<Record<string, boolean>> | undefined;
  /** Whether granular tokens are switched on for this subject (M22). */
  readonly granular?: boolean | undefined;
}

/** Nothing is known. */
export const NO_FACTS: RequestFacts = {};
