import { type DocumentNode, type GraphQLSchema, getNamedType, isAbstractType, Kind, parse, TypeInfo, validate, visit, visitWithTypeInfo } from 'graphql';
import type { Reference } from '../reference/reference.ts';
import { makeData } from './data.ts';
import { Dice } from './dice.ts';
import { makeGrants } from './grants.ts';
import { type Document, makeDocument } from './operations.ts';
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

const DOCUMENTS = 20;
const GRANTS = 10;

/** Where engine and reference part. */
export interface Disagreement {
  readonly seed: number;
  readonly about: string;
  readonly scenario: Scenario;
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
  readonly reference: Reference;
  readonly data: WorldData;
  readonly root: unknown;
  readonly tally: Tally;
}

/** One schema, some documents over it, and some grants for each: everything follows from the seed. */
export async function playRound(make: MakeEngine, seed: number): Promise<RoundResult> {
  const dice = new Dice(seed);
  const guarded = makeSchema(dice);
  const schema = schemaOf(guarded);
  const tally = emptyTally();
  const engine = accepted(make, guarded);
  if (!engine) return { tally };
  tally.schemas += 1;
  const data = makeData(dice, schema);
  const root = rootOf(data);
  const stage = { seed, make, guarded, schema, engine, reference: referenceOf(guarded, schema), data, root, tally };
  const names = ['getQueryType', 'getMutationType'] as const;
  const roots = names.flatMap((name) => Object.keys(schema[name]()?.getFields() ?? {}));
  for (let count = 0; count < DOCUMENTS; count += 1) {
    const document = makeDocument(dice, schema);
    const parsed = parse(document.text);
    if (validate(schema, parsed).length > 0) continue;
    tally.documents += 1;
    const features = featuresOf(schema, parsed, document);
    for (let turn = 0; turn < GRANTS; turn += 1) {
      const grants = makeGrants(dice, roots, guarded.permissions);
      const effect = dice.chance(0.04) ? 'reject' : 'filter';
      const disagreement = await compareOne(stage, { document, grants, effect }, parsed, features);
      if (disagreement) return { tally, disagreement };
    }
  }
  return { tally };
}

/** Only policies that the engine accepts are compared. */
function accepted(make: MakeEngine, guarded: Protected): Engine | undefined {
  try {
    return engineOf(make, guarded);
  } catch {
    return undefined;
  }
}

async function compareOne(
  stage: Stage,
  asked: Pick<Scenario, 'document' | 'grants' | 'effect'>,
  parsed: DocumentNode,
  features: readonly Feature[],
): Promise<Disagreement | undefined> {
  const { engine, reference, root, tally, guarded, data, seed } = stage;
  const one = await engineAnswer(engine, asked, root);
  const other = referenceAnswer(reference, asked, parsed, root);
  tally.triples += 1;
  const { seen } = other.told;
  for (const name of features) tally.features[name] += 1;
  if (seen.boundary) tally.features.boundary += 1;
  if (seen.traversal) tally.features.traversal += 1;
  if (seen.inputRule) tally.features['input rule'] += 1;
  if (seen.inherits) tally.features.inherits += 1;
  if (other.answer.refused) tally.refused += 1;
  else if (!seen.withheld) tally.allowed += 1;
  const differs = differences(one.answer, other.answer);
  if (differs.length === 0) return undefined;
  return { seed, about: differs.join('+'), scenario: { guarded, data, ...asked } };
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
