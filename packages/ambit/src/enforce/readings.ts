import type { Read, Whose } from '../decide/locate.ts';
import type { Atlas, WantedPlace } from '../rules/atlas.ts';
import type { BoundaryPath } from '../rules/boundarypath.ts';
import { chain, firstOf, type Maybe } from './maybe.ts';

/** What was read, by whose it is and the text of the path. */
export type Readings = Map<string, string | null>;

const NO_PLACES: readonly WantedPlace[] = [];

/** Reads an identity from an object that is there. */
export type Reading = (whose: Whose, path: BoundaryPath) => Maybe<string | null>;

/** Where a reading is kept: the object itself and the one above can have the same path. */
export function readingKey(whose: Whose, { text }: BoundaryPath): string {
  return `${whose} ${text}`;
}

/**
 * Tries `attempt`, reads what it wanted to know, asks about places that it came to want, and tries again; undefined
 * once there is nothing left to read or to ask.
 */
export function untilKnown<T>(
  readings: Readings,
  read: Reading,
  atlas: Atlas | undefined,
  attempt: (read: Read) => T | undefined,
): Maybe<T | undefined> {
  const wanted = new Map<string, [Whose, BoundaryPath]>();
  const answer = attempt((whose, path) => {
    const known = readings.get(readingKey(whose, path));
    if (known === undefined) wanted.set(readingKey(whose, path), [whose, path]);
    return known;
  });
  // Taken at once: it is what this very attempt wanted.
  const places = atlas ? atlas.takeWanted() : NO_PLACES;
  if (answer !== undefined || wanted.size + places.length === 0) return answer;
  const all = firstOf([...wanted], ([key, [whose, path]]) =>
    chain(read(whose, path), (identity) => {
      readings.set(key, identity);
      return undefined;
    }),
  );
  const again = (): Maybe<T | undefined> => untilKnown(readings, read, atlas, attempt);
  if (!atlas || places.length === 0) return chain(all, again);
  const loaded = atlas.load(places);
  return chain(all, () => loaded.then(again));
}
