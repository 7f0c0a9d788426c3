import { playRound, type RoundResult } from '../differential/round.ts';
import type { MakeEngine } from '../differential/scenario.ts';

/** How a search for a fault ended. */
export interface Hunted {
  readonly found: boolean;
  /** Triples that were compared, up to the one that differs. */
  readonly triples: number;
  /** Rounds that say nothing, since the sound engine differs in them at the same place. */
  readonly skipped: number;
  /** How the answers differ, and in which round. */
  readonly about?: string;
  readonly round?: number;
}

/**
 * Compares a faulty engine with the reference, round after round from `seed`, until they differ where the sound
 * engine does not, or `most` triples have been compared.
 */
export async function hunt(
  faulty: MakeEngine,
  sound: MakeEngine,
  { seed, most }: { readonly seed: number; readonly most: number },
  tell: (triples: number) => void = () => undefined,
): Promise<Hunted> {
  let triples = 0;
  let skipped = 0;
  for (let round = seed; triples < most; round += 1) {
    const played = await playRound(faulty, round);
    triples += played.tally.triples;
    tell(triples);
    if (!played.disagreement) continue;
    if (!isAlike(played, await playRound(sound, round)))
      return { found: true, triples, skipped, about: played.disagreement.about, round };
    skipped += 1;
  }
  return { found: false, triples, skipped };
}

/** Whether two engines came equally far in one round, and differ from the reference alike. */
function isAlike(one: RoundResult, other: RoundResult): boolean {
  const sides = [one, other].map(({ tally: { triples, pairs, steps }, disagreement }) =>
    JSON.stringify([triples, pairs, steps, disagreement?.about]),
  );
  return sides[0] === sides[1];
}
