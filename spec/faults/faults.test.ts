import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { playRound } from '../differential/round.ts';
import type { MakeEngine } from '../differential/scenario.ts';
import { FAULTS } from './faults.ts';
import { makeFaulty, problemOf } from './faulty.ts';
import { hunt } from './hunt.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = join(root, 'packages/ambit/dist');
const folder = join(root, '.ambit/faults/test');

/** Found within a few hundred triples from any seed, or nearly. */
const QUICK = ['alias-for-name', 'skip-baked', 'last-ruling', 'outside-allows', 'list-unchecked'];
const MOST = 3000;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function engineWith(name: string): Promise<MakeEngine> {
  const fault = FAULTS.find(({ id }) => id === name);
  const file = makeFaulty(dist, join(folder, name), fault);
  return ((await import(pathToFileURL(file).href)) as { createAmbit: MakeEngine }).createAmbit;
}

describe('seeded faults', () => {
  it('are at least forty, each with a name of its own', () => {
    expect(FAULTS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(FAULTS.map(({ id }) => id)).size).toBe(FAULTS.length);
  });

  it.each(FAULTS)('$id fits the built library', ({ patches }) => {
    expect(patches.length).toBeGreaterThan(0);
    expect(patches.flatMap((patch) => problemOf(dist, patch) ?? [])).toEqual([]);
  });

  it('a copy without a fault answers as the library does', async () => {
    const [copy, { createAmbit }] = await Promise.all([engineWith('sound'), import('ambit')]);
    const ends = await Promise.all(
      [copy, createAmbit as unknown as MakeEngine].map(async (make) => {
        const { tally, disagreement } = await playRound(make, 1);
        return { tally, about: disagreement?.about };
      }),
    );
    expect(ends[0]).toEqual(ends[1]);
    expect(ends[0]?.tally.triples).toBeGreaterThan(0);
    expect((await hunt(copy, copy, { seed: 1, most: 300 })).found).toBe(false);
  });

  it.each(QUICK)('%s is found', async (name) => {
    const [faulty, sound] = await Promise.all([engineWith(name), engineWith('sound')]);
    const { found, triples } = await hunt(faulty, sound, { seed: 1, most: MOST });
    expect(found, `not within ${triples} triples`).toBe(true);
  });
});
