import { Atlas } from '../rules/atlas.ts';
import type { BoundaryKinds } from '../rules/boundarykinds.ts';
import type { PlaceTable } from '../rules/placesource.ts';

/** Places in which the subject is at home, by kind of boundary: `{ namespace: ['alice'] }`. */
export type PersonalPlaces = Readonly<Record<string, readonly string[]>>;

/**
 * Boundaries of which a subject is a member, by kind: `{ project: ['acme/web'], group: ['acme'] }`. Under the key
 * `personal` stands the subject's own place, by kind again: `personal: { group: ['alice'] }`.
 */
export type Memberships = Readonly<Record<string, readonly string[] | PersonalPlaces>>;

/** What is known of places when one request is decided: a table, or what an engine's own sources answered. */
export type PlaceFacts = PlaceTable | Atlas;

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
  /**
   * Places of kinds that have a source (M23). A kind that stands here stands here with all of its places; what depends
   * on another one is deferred.
   */
  readonly places?: PlaceFacts | undefined;
}

/** Nothing is known. */
export const NO_FACTS: RequestFacts = {};

/** What is known of places, ready for decisions; undefined where no kind has a source. */
export function atlasOf({ places }: RequestFacts, kinds: BoundaryKinds): Atlas | undefined {
  if (!kinds.hasAsked) return undefined;
  return places instanceof Atlas ? places : Atlas.of(kinds, places);
}
