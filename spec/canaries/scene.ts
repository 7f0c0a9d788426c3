import { createForge, type Forge } from '@ambit/example-forge';
import type { Grants } from 'ambit';
import { type GraphQLObjectType, type GraphQLSchema, parse } from 'graphql';
import { makeCredentials } from './credentials.ts';
import { Dice } from './dice.ts';
import { Law } from './law.ts';
import { generateOperations, type Operation } from './operations.ts';
import { Oracle } from './oracle.ts';
import { Places } from './places.ts';
import { forgeCatalogue, forgeSdl } from './rig.ts';

/** Number from which everything is thrown; set AMBIT_CANARY_START to try another. */
export const START: number = Number(process.env['AMBIT_CANARY_START'] ?? 20_260_105);

/** A Forge with the credentials and the law by which its answers are judged. */
export interface Scene {
  readonly forge: Forge;
  readonly places: Places;
  readonly law: Law;
  readonly oracle: Oracle;
  readonly credentials: readonly Grants[];
  readonly dice: Dice;
}

export async function makeScene(): Promise<Scene> {
  const forge = createForge();
  const places = new Places(forge.data);
  const bundles = (await forgeCatalogue()).assignables;
  const law = new Law(bundles, parse(forgeSdl()));
  const dice = new Dice(START);
  const names = (type: GraphQLObjectType): string[] => Object.keys(type.getFields());
  const credentials = makeCredentials(
    200,
    {
      bundles,
      projects: places.projects(),
      groups: places.groups(),
      queries: names(queryType(forge.schema)),
      mutations: names(mutationType(forge.schema)),
    },
    dice,
  );
  return { forge, places, law, oracle: new Oracle(law, forge.schema, forge.data), credentials, dice };
}

/** Every way through the queries, at most four steps long. */
export function queriesOver(schema: GraphQLSchema): Operation[] {
  return generateOperations(schema, queryType(schema), 4, new Dice(START));
}

/** Every mutation, with every way of reading back that begins at its payload. */
export function mutationsOver(schema: GraphQLSchema): Operation[] {
  return generateOperations(schema, mutationType(schema), 3, new Dice(START));
}

/** A project for a credential to be tried on: more often than not one in which it holds something. */
export function projectFor(grants: Grants, { places, dice }: Pick<Scene, 'places' | 'dice'>): string {
  const held = (grants.granular ?? []).flatMap(({ boundary }) =>
    typeof boundary === 'string' ? [] : Object.values(boundary),
  );
  const inside = places
    .projects()
    .filter((path) => held.some((one) => path === one || path.startsWith(`${one}/`)));
  return dice.pick(inside.length > 0 && dice.chance(0.6) ? inside : places.projects());
}

function queryType(schema: GraphQLSchema): GraphQLObjectType {
  return schema.getQueryType() as GraphQLObjectType;
}

function mutationType(schema: GraphQLSchema): GraphQLObjectType {
  return schema.getMutationType() as GraphQLObjectType;
}
