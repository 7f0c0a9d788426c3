import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Places } from '../reference/ground.ts';
import type { Reference } from '../reference/reference.ts';
import { makeData } from './data.ts';
import { Dice } from './dice.ts';
import { FAR_AHEAD, makeGrants } from './grants.ts';
import { type Document, makeDocument } from './operations.ts';
import { makePlaces } from './places.ts';
import {
  differences,
  type Engine,
  engineAnswer,
  engineOf,
  type MakeEngine,
  referenceAnswer,
  referenceOf,
  type Scenario,
  schemaOf,
} from './scenario.ts';
import { makeSchema, type Protected } from './schemas.ts';
import { emptyTally, type Feature, type Tally } from './tally.ts';
import { rootOf, type WorldData } from './world.ts';
import { otherWorld } from './worlds.ts';

const DOCUMENTS = 20;
const GRANTS = 10;
/** Answers of a round that are asked for again: from the engine that has a past, and each from a new one. */
const WARM = 12;
const FRESH = 3;
/** Of those with an expiry, how many are asked for again when it has passed. */
const EXPIRED = 3;
/** How often an answer that withholds something is asked for in another world. */
const PAIRED = 0.25;
export const TWO_WORLDS = 'what may not be seen changed the answer';

/** Where engine and reference part. */
export interface Disagreement {
  readonly seed: number;
  readonly about: string;
  readonly scenario: Scenario;
  /** Data that differ in what may not be seen, where the answers differ between them. */
  readonly world?: WorldData;
}

export interface RoundResult {
  readonly tally: Tally;
  readonly disagreement?: Disagreement;
}

interface Stage {
  readonly seed: number;
  readonly make: MakeEngine;
  readonly guarded: Protected;
  readonly schema: GraphQLSchema;
  readonly engine: Engine;
  readonly ages: readonly Age[];
  readonly data: WorldData;
  readonly root: unknown;
  readonly tally: Tally;
  readonly dice: Dice;
  readonly past: { readonly asked: Asked; readonly age: Age; readonly text: string }[];
  readonly clock: Clock;
}

/** What an engine is told from outside: the time, and which place is which. */
interface Clock {
  now: number;
  places: Places | undefined;
}

/** A time in which places are what its table says. Later some are renamed, moved, gone, or new under old names. */
interface Age {
  readonly guarded: Protected;
  readonly reference: Reference;
}

type Asked = Pick<Scenario, 'document' | 'grants' | 'effect'>;

/** One schema, some documents over it, and some grants for each: everything follows from the seed. */
export async function playRound(make: MakeEngine, seed: number): Promise<RoundResult> {
  const dice = new Dice(seed);
  const guarded = makeSchema(dice);
  const schema = schemaOf(guarded);
  const tally = emptyTally();
  const clock: Clock = { now: Date.now(), places: guarded.places };
  const engine = accepted(make, guarded, clock);
  if (!engine) return { tally };
  tally.schemas += 1;
  const data = makeData(dice, schema);
  const root = rootOf(data);
  const ages = agesOf(dice, guarded, schema);
  const stage: Stage = {
    seed,
    make,
    guarded,
    schema,
    engine,
    ages,
    data,
    root,
    tally,
    dice,
    past: [],
    clock,
  };
  const names = ['getQueryType', 'getMutationType'] as const;
  const roots = names.flatMap((name) => Object.keys(schema[name]()?.getFields() ?? {}));
  for (let count = 0; count < DOCUMENTS; count += 1) {
    const document = makeDocument(dice, schema);
    const parsed = parse(document.text);
    if (validate(schema, parsed).length > 0) continue;
    tally.documents += 1;
    const features = featuresOf(schema, parsed, document);
    for (let turn = 0; turn < GRANTS; turn += 1) {
      const grants = makeGrants(dice, roots, guarded);
      const effect = dice.chance(0.04) ? 'reject' : 'filter';
      const asked = { document: turned(dice, document), grants, effect } as const;
      const age = ages[turn * 2 < GRANTS ? 0 : ages.length - 1] as Age;
      const disagreement = await compareOne(stage, asked, age, parsed, features);
      if (disagreement) return { tally, disagreement };
    }
  }
  const disagreement = (await compareWithPast(dice, stage)) ?? (await compareLater(dice, stage));
  return { tally, ...(disagreement ? { disagreement } : {}) };
}

function agesOf(dice: Dice, guarded: Protected, schema: GraphQLSchema): Age[] {
  const later = guarded.places ? [{ ...guarded, places: makePlaces(dice) }] : [];
  return [guarded, ...later].map((one) => ({ guarded: one, reference: referenceOf(one, schema) }));
}

/** The same document with its flags set otherwise now and then, or its other operation asked for. */
function turned(dice: Dice, document: Document): Document {
  const variables = Object.entries(document.variables).map(([name, value]) => [
    name,
    typeof value === 'boolean' && dice.chance(0.3) ? !value : value,
  ]);
  const isOther = document.operationName !== undefined && dice.chance(0.3);
  return {
    ...document,
    ...(isOther ? { operationName: 'Other' } : {}),
    variables: Object.fromEntries(variables),
  };
}

/** An engine that has answered others has to answer as it did, and as one that has answered nobody. */
async function compareWithPast(dice: Dice, stage: Stage): Promise<Disagreement | undefined> {
  const { make, engine, data, root, past, tally, seed, clock } = stage;
  for (let count = 0; count < WARM && past.length > 0; count += 1) {
    const { asked, age, text } = dice.pick(past);
    const { guarded } = age;
    clock.places = guarded.places;
    const one = count < FRESH ? engineOf(make, guarded) : engine;
    tally.steps += 1;
    if ((await engineAnswer(one, asked, root)).text === text) continue;
    const about =
      count < FRESH ? 'an engine with a past answered otherwise' : 'an engine answered otherwise later';
    return { seed, about, scenario: { guarded, data, ...asked } };
  }
  return undefined;
}

/** What an engine keeps of grants must not outlive them. */
async function compareLater(dice: Dice, stage: Stage): Promise<Disagreement | undefined> {
  const { make, engine, data, root, past, tally, seed, clock } = stage;
  const expiring = past.filter(({ asked }) => JSON.stringify(asked.grants).includes(FAR_AHEAD));
  clock.now = Date.parse(FAR_AHEAD);
  for (let count = 0; count < EXPIRED && expiring.length > 0; count += 1) {
    const { asked, age } = dice.pick(expiring);
    const { guarded } = age;
    clock.places = guarded.places;
    tally.steps += 1;
    const fresh = await engineAnswer(
      engineOf(make, guarded, () => clock.now),
      asked,
      root,
    );
    if ((await engineAnswer(engine, asked, root)).text === fresh.text) continue;
    const about = 'an engine with a past answered as before an expiry';
    return { seed, about, scenario: { guarded, data, ...asked } };
  }
  return undefined;
}

/** Only policies that the engine accepts are compared. */
function accepted(make: MakeEngine, guarded: Protected, clock: Clock): Engine | undefined {
  try {
    return engineOf(
      make,
      guarded,
      () => clock.now,
      () => clock.places,
    );
  } catch {
    return undefined;
  }
}

async function compareOne(
  stage: Stage,
  asked: Asked,
  age: Age,
  parsed: DocumentNode,
  features: readonly Feature[],
): Promise<Disagreement | undefined> {
  const { engine, root, tally, data, seed, clock } = stage;
  const { guarded, reference } = age;
  clock.places = guarded.places;
  const one = await engineAnswer(engine, asked, root);
  const other = referenceAnswer(reference, asked, parsed, root);
  tally.triples += 1;
  const { seen } = other.told;
  for (const name of features) tally.features[name] += 1;
  if (seen.boundary) tally.features.boundary += 1;
  if (seen.traversal) tally.features.traversal += 1;
  if (seen.inputRule) tally.features['input rule'] += 1;
  if (seen.inherits) tally.features.inherits += 1;
  if (seen.asked) tally.features['place asked for'] += 1;
  if (seen.unfound) tally.features['place not found'] += 1;
  if (seen.granularOnly) tally.features['granular tokens only'] += 1;
  if (other.answer.refused) tally.refused += 1;
  else if (!seen.withheld) tally.allowed += 1;
  stage.past.push({ asked, age, text: one.text });
  const scenario = { guarded, data, ...asked };
  const differs = differences(one.answer, other.answer);
  if (differs.length > 0) return { seed, about: differs.join('+'), scenario };
  if (!seen.withheld || !stage.dice.chance(PAIRED)) return undefined;
  tally.pairs += 1;
  const world = otherWorld(stage.dice, reference, scenario, parsed);
  const elsewhere = await engineAnswer(engine, asked, rootOf(world));
  return elsewhere.text === one.text ? undefined : { seed, about: TWO_WORLDS, scenario, world };
}

/** What the document alone says. */
function featuresOf(schema: GraphQLSchema, parsed: DocumentNode, { text }: Document): Feature[] {
  const found = new Set<Feature>();
  const info = new TypeInfo(schema);
  visit(
    parsed,
    visitWithTypeInfo(info, {
      Field: () => void (isAbstractType(getNamedType(info.getType())) && found.add('abstract selection')),
    }),
  );
  if (/@(skip|include)\(if: \$/.test(text)) found.add('@skip by variable');
  const [first] = parsed.definitions;
  if (first?.kind === Kind.OPERATION_DEFINITION && first.operation === 'mutation') found.add('mutation');
  return [...found];
}
