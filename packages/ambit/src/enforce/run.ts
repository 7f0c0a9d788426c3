import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import { type Decision, deadKey } from '../decide/decision.ts';
import { executeWhole } from '../graphql/execute.ts';
import type { FieldUse, Plan } from '../plan/plan.ts';
import { Enforcement } from './enforcement.ts';
import { errorsInOrder } from './errororder.ts';
import type { Executable } from './executable.ts';
import { fillStandIns } from './fill.ts';
import { introspect } from './introspection.ts';
import type { KeptItems } from './kept.ts';
import { type Maybe, maybe } from './maybe.ts';
import type { DataSource } from './read.ts';

/** Executes a document as graphql-js does. */
export type Executor = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Decides an operation anew right before the turn of a root field; undefined where that field may not run any more. */
export type Recheck = (use: FieldUse) => Promise<Decision | undefined>;

/** What one enforced execution needs. */
export interface RunParts {
  readonly plan: Plan;
  readonly decision: Decision;
  readonly executable: Executable;
  readonly source: DataSource;
  /** Used where nothing has to be routed. */
  readonly schema: GraphQLSchema;
  readonly routed: (routing: 'objects' | 'all') => GraphQLSchema;
  readonly mask: () => GraphQLSchema;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly contextValue?: unknown;
  readonly rootValue?: unknown;
  /** The server's own default resolver, for executions that are not routed. */
  readonly fieldResolver?: GraphQLFieldResolver<unknown, unknown> | undefined;
  /** The server's own executor, for executions that are not routed. */
  readonly executor?: Executor | undefined;
  readonly recheck?: Recheck | undefined;
  /** Set where values do not come from the schema's resolvers, so that every field has to be routed. */
  readonly alwaysRoutes?: boolean;
  /**
   * What was answered already, made for this request alone and with something in the place of each stand-in: then
   * nothing is executed. Only where no object decides.
   */
  readonly answered?: ExecutionResult | undefined;
  /** Told which items of guarded lists were kept. */
  readonly kept?: KeptItems;
  /** Told what graphql-js answered, before anything is filled in. */
  readonly executed?: ((result: ExecutionResult) => void) | undefined;
}

/**
 * Executes what is left of an operation, with everything that waits for an object applied on the way.
 * The one place from which a client's operation reaches graphql-js's `execute`, or the executor that a server has
 * in its place.
 */
export function runEnforced(parts: RunParts): Maybe<ExecutionResult> {
  const { plan, decision } = parts;
  if (parts.answered && decision.guards.size === 0 && !plan.introspects)
    return completed(parts.answered, parts);
  const routes =
    parts.alwaysRoutes === true ||
    decision.guards.size > 0 ||
    plan.introspects ||
    parts.recheck !== undefined;
  const result = maybe(routes ? routed(parts) : direct(parts)) as Maybe<ExecutionResult>;
  if (result instanceof Promise) return result.then((settled) => completed(settled, parts));
  return completed(result, parts);
}

/** Nothing waits for an object: what is left of the operation runs as it would without Ambit. */
function direct(parts: RunParts): Maybe<ExecutionResult> {
  const run = parts.executor ?? executeWhole;
  return run({
    schema: parts.schema,
    document: parts.executable.document,
    rootValue: parts.rootValue,
    contextValue: parts.contextValue,
    variableValues: parts.variables,
    operationName: parts.plan.operation.name?.value ?? null,
    fieldResolver: parts.fieldResolver ?? null,
  });
}

function routed(parts: RunParts): Maybe<ExecutionResult> {
  const { fieldResolver, typeResolver } = new Enforcement(parts);
  return executeWhole({
    schema: parts.routed(parts.decision.guardsLeaves || parts.recheck ? 'all' : 'objects'),
    document: parts.executable.document,
    rootValue: parts.rootValue,
    contextValue: parts.contextValue,
    variableValues: parts.variables,
    operationName: parts.plan.operation.name?.value ?? null,
    fieldResolver,
    typeResolver,
  });
}

function completed(raw: ExecutionResult, parts: RunParts): ExecutionResult {
  const { plan, decision, executable } = parts;
  const isTimed = raw.errors !== undefined && decision.scene.atlas !== undefined;
  const result = isTimed ? { ...raw, errors: errorsInOrder(raw, plan) } : raw;
  parts.executed?.(result);
  const { fill } = executable;
  if (decision.denied.length === 0 && !fill) return result;
  const introspected = introspect(plan, decision, parts.mask);
  const spread = new Set<FieldUse>();
  const filling = { values: introspected.values, onSpread: (use: FieldUse) => void spread.add(use) };
  const own = parts.executor && result.data ? copied(result.data) : result.data;
  const data = own && fill ? fillStandIns(own, fill, filling) : own;
  const errors = [
    ...executable.filterErrors(),
    ...nullErrors(spread, decision),
    ...introspected.errors,
    ...(result.errors ?? []),
  ];
  return {
    ...(errors.length > 0 ? { errors } : {}),
    ...(data === undefined ? {} : { data }),
    ...(result.extensions ? { extensions: result.extensions } : {}),
  };
}

/** What a server's own executor answers may be kept by it, and is not ours to fill in. */
function copied<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copied) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = Object.create(null);
  for (const [key, inner] of Object.entries(value)) copy[key] = copied(inner);
  return copy as T;
}

/** A place outside is not told; in a non-null position its null has GraphQL's own error, as if nothing were there (M11). */
function nullErrors(spread: ReadonlySet<FieldUse>, decision: Decision): GraphQLError[] {
  const isTold = (use: FieldUse): boolean =>
    decision.denied.some(
      ({ kind, path }) => kind !== 'outside' && deadKey(path.slice(0, use.path.length)) === deadKey(use.path),
    );
  return [...spread]
    .filter((use) => !isTold(use))
    .map(({ parentType, name, path }) => {
      const message = `Cannot return null for non-nullable field ${parentType.name}.${name}.`;
      return new GraphQLError(message, { path: [...path] });
    });
}
