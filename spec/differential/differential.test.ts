import { createAmbit } from 'ambit';
import { expect, test } from 'vitest';
import { playRound } from './round.ts';
import type { MakeEngine } from './scenario.ts';
import { shrunk } from './shrunk.ts';
import { addTally, emptyTally, FEATURES } from './tally.ts';

const make = createAmbit as unknown as MakeEngine;

/** Of the triples, three in four are those of every run before, and the rest are new. */
const TRIPLES = 10_000;
const KNOWN = 1;
const NEW = Date.now() % 1_000_000_000;

test('engine and reference agree over random schemas, operations, grants and data', async () => {
  const tally = emptyTally();
  console.info(`seeds from ${KNOWN} and from ${NEW}`);
  for (const [first, most] of [
    [KNOWN, (TRIPLES * 3) / 4],
    [NEW, TRIPLES],
  ] as const) {
    for (let seed = first; tally.triples < most; seed += 1) {
      const round = await playRound(make, seed);
      addTally(tally, round.tally);
      const found = round.disagreement && (await shrunk(make, round.disagreement));
      expect(found, JSON.stringify(found, null, 2)).toBeUndefined();
    }
  }
  console.info(JSON.stringify(tally));
  expect(tally.triples).toBeGreaterThanOrEqual(TRIPLES);
  expect(tally.allowed / tally.triples, 'wholly allowed').toBeLessThan(1 / 3);
  expect(tally.refused / tally.triples, 'wholly denied').toBeLessThan(1 / 3);
  for (const name of FEATURES) expect(tally.features[name] / tally.triples, name).toBeGreaterThan(0.02);
  expect(Math.min(tally.pairs, tally.steps)).toBeGreaterThan(0);
}, 1_200_000);
