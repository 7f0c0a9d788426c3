/** What has to occur often enough for agreement to mean anything. */
export const FEATURES = [
  'abstract selection',
  'boundary',
  'input rule',
  '@skip by variable',
  'inherits',
  'traversal',
  'mutation',
  'place asked for',
  'place not found',
  'granular tokens only',
] as const;

export type Feature = (typeof FEATURES)[number];

/** What was compared, in numbers. */
export interface Tally {
  schemas: number;
  documents: number;
  triples: number;
  /** Triples of which everything was allowed, and those of which nothing was left. */
  allowed: number;
  refused: number;
  /** Pairs of worlds that differ in what the credential may not see. */
  pairs: number;
  /** Answers of an engine with a past, compared with those of a new one. */
  steps: number;
  readonly features: Record<Feature, number>;
}

export function emptyTally(): Tally {
  const features = Object.fromEntries(FEATURES.map((name) => [name, 0])) as Record<Feature, number>;
  return { schemas: 0, documents: 0, triples: 0, allowed: 0, refused: 0, pairs: 0, steps: 0, features };
}

export function addTally(into: Tally, more: Tally): void {
  for (const key of ['schemas', 'documents', 'triples', 'allowed', 'refused', 'pairs', 'steps'] as const)
    into[key] += more[key];
  for (const name of FEATURES) into.features[name] += more.features[name];
}
