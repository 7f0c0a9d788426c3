import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import { type Decision, deadKey } from '../decide/decision.ts';
import type { FieldUse, Plan } from '../plan/plan.ts';
import { Enforcement } from './enforcement.ts';
import { fillStandIns } from './fill.ts';
import { rewriteOperation } from './filter.ts';
import { type Introspected, introspect } from './introspection.ts';
import type { KeptItems } from './kept.ts';
import type { DataSource } from './read.ts';
import { filterErrors } from './refusal.ts';
import { isIntrospection, standIn } from './standin.ts';

/** What one enforced execution needs. */
export interface RunParts {
  readonly plan: Plan;
  readonly decision: Decision;
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
  readonly recheck?: ((use: FieldUse) => Promise<boolean>) | undefined;
  /** Set where values do not come from the schema's resolvers, so that every field has to be routed. */
  readonly alwaysRoutes?: boolean;
  /** Told which items of guarded lists were kept. */
  readonly kept?: KeptItems;
}

/**
 * Executes what is left of an operation, with everything that waits for an object applied on the way.
 * The one place from which the library calls graphql-js's `execute` for a client's operation.
 */
export async function runEnforced(parts: RunParts): Promise<ExecutionResult> {
  const { plan, decision } = parts;
  const enforcement = new Enforcement(parts);
  const routes =
    parts.alwaysRoutes === true ||
    decision.guards.size > 0 ||
    plan.introspects ||
    parts.recheck !== undefined;
  const result = await execute({
    schema: routes ? parts.routed(decision.guardsLeaves || parts.recheck ? 'all' : 'objects') : parts.schema,
    document:
      decision.dead.size > 0 || plan.introspects ? executableOperation(plan, decision) : plan.document,
    operationName: plan.operation.name?.value ?? null,
    variableValues: parts.variables,
    contextValue: parts.contextValue,
    rootValue: parts.rootValue,
    ...(routes
      ? { fieldResolver: enforcement.fieldResolver, typeResolver: enforcement.typeResolver }
      : { fieldResolver: parts.fieldResolver ?? null }),
  });
  return completed(result, introspect(plan, decision, parts.mask), plan, decision);
}

function completed(
  result: ExecutionResult,
  introspected: Introspected,
  plan: Plan,
  decision: Decision,
): ExecutionResult {
  const spread = new Set<FieldUse>();
  const filled = (data: Record<string, unknown>): Record<string, unknown> | null =>
    fillStandIns(data, plan, decision.dead, introspected.values, (use) => spread.add(use));
  const data = result.data ? filled(result.data) : result.data;
  const errors = [
    ...filterErrors(decision),
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

/** A place outside is not told; in a non-null position its null has GraphQL's own error, as if nothing were there (M11). */
function nullErrors(spread: ReadonlySet<FieldUse>, decision: Decision): GraphQLError[] {
  const silent = [...spread].filter(
    (use) =>
      !decision.denied.some(
        ({ kind, path }) =>
          kind !== 'outside' && deadKey(path.slice(0, use.path.length)) === deadKey(use.path),
      ),
  );
  return silent.map(
    ({ parentType, name, path }) =>
      new GraphQLError(`Cannot return null for non-nullable field ${parentType.name}.${name}.`, {
        path: [...path],
      }),
  );
}

/** The operation with `__typename` as a stand-in where a position is dead, or answered from the mask. */
export function executableOperation(plan: Plan, decision: Decision): DocumentNode {
  const document = rewriteOperation(plan, (node, path) =>
    decision.dead.has(deadKey(path)) || isIntrospection(node) ? standIn(node) : node,
  );
  return document ?? plan.document;
}
