import { buildSchema, type DocumentNode, type GraphQLSchema, parse, validate } from 'graphql';
import type { Grants } from '../reference/credential.ts';
import type { Places } from '../reference/ground.ts';
import { type Answered, Reference } from '../reference/reference.ts';
import type { Document } from './operations.ts';
import type { Protected } from './schemas.ts';
import { rootOf, type WorldData } from './world.ts';

/** As much of an engine as is compared: any build of it will do. */
export interface Engine {
  execute(input: {
    document: string | DocumentNode;
    variables?: Readonly<Record<string, unknown>>;
    operationName?: string | undefined;
    rootValue?: unknown;
    grants: Grants;
    effect?: 'filter' | 'reject';
  }): Promise<Result>;
}

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[] | undefined;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[];
}

/** Makes an engine, as `createAmbit` does. */
export type MakeEngine = (options: {
  schema: string;
  rules: object;
  boundaries: object;
  granularOnly?: readonly object[] | undefined;
  permissions?: object | undefined;
  coverage?: 'open' | undefined;
  now?: () => number;
}) => Engine;

/** Everything that an answer depends on. */
export interface Scenario {
  readonly guarded: Protected;
  readonly data: WorldData;
  readonly document: Document;
  readonly grants: Grants;
  readonly effect: 'filter' | 'reject';
}

/** One answer, in the parts that are compared. */
export interface Answer {
  readonly refused: boolean;
  readonly data: unknown;
  readonly denied: readonly string[];
  /** Denials that may be told or not. */
  readonly optional: readonly string[];
  readonly hasErrors: boolean;
}

export function engineOf(
  make: MakeEngine,
  { sdl, rules, boundaries, permissions, coverage, places, granularOnly }: Protected,
  now: () => number = Date.now,
  told: () => Places | undefined = () => places,
): Engine {
  const kinds = Object.entries(boundaries).map(([kind, shape]) => [
    kind,
    shape.places === undefined ? shape : { ...shape, places: sourceOf(() => told()?.[kind] ?? {}) },
  ]);
  return make({
    schema: sdl,
    rules,
    boundaries: Object.fromEntries(kinds),
    permissions,
    coverage,
    granularOnly,
    now,
  });
}

/** Tells what a table says of places now. */
function sourceOf(
  now: () => Readonly<Record<string, unknown>>,
): (identities: readonly string[]) => Promise<unknown> {
  return async (identities) => {
    const table = now();
    return identities.map((one) => (Object.hasOwn(table, one) ? table[one] : null));
  };
}

export function schemaOf({ sdl }: Protected): GraphQLSchema {
  return buildSchema(sdl, { assumeValidSDL: true });
}

export function referenceOf(guarded: Protected, schema: GraphQLSchema): Reference {
  const { rules, permissions, boundaries, coverage, places, granularOnly } = guarded;
  return new Reference({
    schema,
    rules,
    boundaries,
    ...(permissions ? { catalogue: permissions } : {}),
    ...(coverage ? { coverage } : {}),
    ...(places ? { places } : {}),
    ...(granularOnly ? { granularOnly } : {}),
  });
}

/** What the engine answers, as text and in parts. */
export async function engineAnswer(
  engine: Engine,
  { document, grants, effect }: Pick<Scenario, 'document' | 'grants' | 'effect'>,
  root: unknown,
): Promise<{ readonly text: string; readonly answer: Answer }> {
  const result = await engine.execute({
    document: document.text,
    variables: document.variables,
    operationName: document.operationName,
    rootValue: root,
    grants,
    effect,
  });
  const text = JSON.stringify(result);
  const { data, errors = [] } = JSON.parse(text) as Result;
  const coded = errors.filter(({ extensions }) => extensions?.['code'] === 'UNAUTHORIZED_FIELD_OR_TYPE');
  const paths = coded.map(({ path }) => (path ?? []).filter((step) => typeof step === 'string').join('.'));
  return {
    text,
    answer: {
      refused: data === undefined,
      data: data ?? null,
      denied: [...new Set(paths)].sort(),
      optional: [],
      hasErrors: errors.length > 0,
    },
  };
}

export function referenceAnswer(
  reference: Reference,
  { document, grants, effect }: Pick<Scenario, 'document' | 'grants' | 'effect'>,
  parsed: DocumentNode,
  root: unknown,
): { readonly answer: Answer; readonly told: Answered } {
  const told = reference.answer({
    document: parsed,
    variables: document.variables,
    ...(document.operationName === undefined ? {} : { operationName: document.operationName }),
    grants,
    effect,
    root,
  });
  const { refused, data, denied, optional, hasErrors } = told;
  const plain = JSON.parse(JSON.stringify(data ?? null));
  return { answer: { refused, data: plain, denied, optional, hasErrors }, told };
}

/** How two answers differ, in a few words; empty where they agree. */
export function differences(engine: Answer, reference: Answer): string[] {
  const found: string[] = [];
  if (engine.refused !== reference.refused) found.push('refused');
  if (JSON.stringify(sorted(engine.data)) !== JSON.stringify(sorted(reference.data))) found.push('data');
  const isToldToo = (path: string): boolean =>
    reference.denied.includes(path) || reference.optional.includes(path);
  const isAll = reference.denied.every((path) => engine.denied.includes(path));
  if (!isAll || !engine.denied.every(isToldToo)) found.push('denied');
  if (engine.hasErrors !== reference.hasErrors) found.push('errors');
  return found;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, sorted(one)]),
  );
}

/** Runs one scenario from nothing; undefined where some part of it is not valid. */
export async function compare(
  make: MakeEngine,
  scenario: Scenario,
): Promise<{ engine: Answer; reference: Answer; differences: string[] } | undefined> {
  try {
    const schema = schemaOf(scenario.guarded);
    const parsed = parse(scenario.document.text);
    if (validate(schema, parsed).length > 0) return undefined;
    const engine = await engineAnswer(engineOf(make, scenario.guarded), scenario, rootOf(scenario.data));
    const reference = referenceAnswer(
      referenceOf(scenario.guarded, schema),
      scenario,
      parsed,
      rootOf(scenario.data),
    );
    return {
      engine: engine.answer,
      reference: reference.answer,
      differences: differences(engine.answer, reference.answer),
    };
  } catch {
    return undefined;
  }
}
