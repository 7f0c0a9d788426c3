import { parse, validate } from 'graphql';
import { caseFile } from './casefile.ts';
import { Dice } from './dice.ts';
import { type Disagreement, TWO_WORLDS } from './round.ts';
import {
  type Answer,
  compare,
  engineAnswer,
  engineOf,
  type MakeEngine,
  referenceOf,
  type Scenario,
  schemaOf,
} from './scenario.ts';
import { shrink } from './shrink.ts';
import { rootOf } from './world.ts';
import { otherWorld } from './worlds.ts';

/** A disagreement as it is told: made small, as a case file, and what each of the two answers. */
export interface Shrunk {
  readonly seed: number;
  readonly about: string;
  readonly case: string;
  readonly engine: Answer | undefined;
  readonly reference: Answer | undefined;
}

const NO_ANSWER: Answer = { refused: true, data: null, denied: [], optional: [], hasErrors: true };

/** Makes a disagreement as small as it gets. One that needs an engine with a past is told as it is. */
export async function shrunk(
  make: MakeEngine,
  { seed, about, scenario }: Disagreement,
  budgetMs = 60_000,
): Promise<Shrunk> {
  const isSame = async (one: Scenario): Promise<boolean> =>
    about === TWO_WORLDS
      ? worldsDiffer(make, one)
      : (await compare(make, one))?.differences.join('+') === about;
  const small = (await isSame(scenario)) ? await shrink(scenario, isSame, budgetMs) : scenario;
  const both = await compare(make, small);
  return {
    seed,
    about,
    case: caseFile(`differential-${seed}`, small, both?.reference ?? NO_ANSWER),
    engine: both?.engine,
    reference: both?.reference,
  };
}

async function worldsDiffer(make: MakeEngine, scenario: Scenario): Promise<boolean> {
  try {
    const schema = schemaOf(scenario.guarded);
    const parsed = parse(scenario.document.text);
    if (validate(schema, parsed).length > 0) return false;
    const reference = referenceOf(scenario.guarded, schema);
    const here = await engineAnswer(engineOf(make, scenario.guarded), scenario, rootOf(scenario.data));
    for (let seed = 1; seed <= 4; seed += 1) {
      const world = otherWorld(new Dice(seed), reference, scenario, parsed);
      const there = await engineAnswer(engineOf(make, scenario.guarded), scenario, rootOf(world));
      if (there.text !== here.text) return true;
    }
    return false;
  } catch {
    return false;
  }
}
