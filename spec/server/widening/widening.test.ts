import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { operations } from './rights.ts';
import { ACT_NAMES, type Outcome, run, sequenceOf, shrunk } from './sequence.ts';
import { type Site, startSite } from './site.ts';
import { WEAKNESSES, type Weakness } from './weak.ts';

/**
 * Random sequences of all that makes one credential out of another: none is ever allowed what it came of is not, none
 * ends later, and none lives on. `npm run campaign:tokens -- --only widening` runs as many as it is told.
 */

const { AMBIT_WIDENING_SEQUENCES: asked, AMBIT_WIDENING_SEED: seed, AMBIT_WIDENING_OUT: out } = process.env;
const SEQUENCES = Number(asked ?? 12);
const FIRST = Number(seed ?? 20_261_122);
const IS_CAMPAIGN = asked !== undefined;
/** A weakened server is found out within so many sequences. */
const PATIENCE = 60;

/** What shows a weakness, and is rare. */
const OFTEN: Readonly<Partial<Record<Weakness, string>>> = {
  'a disabled person stays active': 'disablePerson',
  'an ended grant stays': 'endGrant',
  'an exchange forgets its parent': 'revoke',
};

let site: Site;
beforeAll(async () => {
  site = await startSite();
}, 120_000);
afterAll(() => site.close());

/** The first sequence that breaks a promise, told in full and as short as it could be made. */
async function toldOf(broken: number, [first]: Outcome['failures']): Promise<string> {
  const least = await shrunk(site, sequenceOf(broken), first?.kind ?? 'lost');
  const { failures, told } = await run(site, least);
  const lines = [...told, ...failures.slice(0, 5).map(({ kind, message }) => `${kind}: ${message}`)];
  return [`seed ${broken}, steps ${JSON.stringify(least.steps)}:`, ...lines].join('\n');
}

it('asks for every root field of Forge', () => expect(operations.length).toBe(44));

it(
  `${SEQUENCES} sequences from seed ${FIRST}: no credential is more than what it came of`,
  async () => {
    site.weaken(undefined);
    const total = { sequences: 0, credentials: 0, answers: 0, done: {} as Record<string, number> };
    let broken: string | undefined;
    for (; total.sequences < SEQUENCES && broken === undefined; total.sequences += 1) {
      const outcome = await run(site, sequenceOf(FIRST + total.sequences));
      total.credentials += outcome.credentials;
      total.answers += outcome.answers;
      for (const [act, count] of Object.entries(outcome.done))
        total.done[act] = (total.done[act] ?? 0) + count;
      if (outcome.failures.length > 0) broken = await toldOf(FIRST + total.sequences, outcome.failures);
    }
    if (out !== undefined) writeFileSync(out, JSON.stringify({ seed: FIRST, ...total, broken }));
    expect(broken).toBeUndefined();
    expect(total.credentials).toBeGreaterThan(SEQUENCES);
    // What is rare is not in every short run.
    if (SEQUENCES >= 500) expect(Object.keys(total.done).sort()).toEqual([...ACT_NAMES].sort());
  },
  120_000 + SEQUENCES * 10_000,
);

describe.skipIf(IS_CAMPAIGN)(
  'a server that is weakened is found out (skipped in campaigns, which look at the real one)',
  () => {
    const kinds: Readonly<Record<Weakness, readonly Outcome['failures'][number]['kind'][]>> = {
      'a narrowing gives what is asked for': ['more than its parent'],
      'a recogniser drops caveats': ['more than its parent'],
      'a recogniser drops all caveats but the last': ['more than its parent'],
      'a refresh ignores what was granted': ['more than its parent'],
      'an exchange forgets its parent': ['more than its parent', 'outlives', 'another subject'],
      'a disabled person stays active': ['outlives'],
      'an ended grant stays': ['outlives'],
    };
    it.each(WEAKNESSES)(
      '%s',
      async (weakness) => {
        site.weaken(weakness);
        let found: string | undefined;
        for (let at = 0; at < PATIENCE && found === undefined; at += 1)
          found = (await run(site, sequenceOf(FIRST + at, OFTEN[weakness]))).failures[0]?.kind;
        expect(kinds[weakness]).toContain(found);
      },
      240_000,
    );
  },
);
