import { type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { type Decision, deadKey } from '../decision.ts';
import type { DataSource } from '../enforce/read.ts';
import { runEnforced } from '../enforce/run.ts';
import type { Plan } from '../plan.ts';
import type { Forward } from './forward.ts';

/** What completing an upstream's answer needs. */
export interface CompleteParts {
  readonly plan: Plan;
  readonly decision: Decision;
  readonly forward: Forward;
  readonly routed: GraphQLSchema;
  readonly mask: () => GraphQLSchema;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The part of an upstream's answer that GraphQL defines. */
export interface UpstreamBody {
  readonly data: unknown;
  readonly errors: readonly unknown[];
}

/**
 * Builds the client's answer out of the upstream's: the client's own operation is executed over the data that
 * came back, through the same enforcement as in process. Output is built from the client's selection, never
 * made by deleting from what the upstream sent.
 */
export async function completeAnswer(body: UpstreamBody, parts: CompleteParts): Promise<ExecutionResult> {
  const { plan, decision } = parts;
  const isWhole = decision.guards.size === 0 && decision.dead.size === 0 && !plan.introspects;
  if (isWhole) return withErrors({ data: (body.data as ExecutionResult['data']) ?? null }, body, parts);
  if (body.data === null || body.data === undefined) return withErrors({ data: null }, body, parts);
  const result = await runEnforced({
    plan,
    decision,
    source: answerSource(parts.forward),
    schema: parts.routed,
    routed: () => parts.routed,
    mask: parts.mask,
    variables: parts.variables,
    rootValue: body.data,
    alwaysRoutes: true,
  });
  return withErrors(result, body, parts);
}

/** Reads from the upstream's JSON: values by response key, types and boundaries by their hidden keys. */
function answerSource(forward: Forward): DataSource {
  return {
    field: (source, _args, _context, info) => own(source, String(info.path.key)),
    typeName: (value) => own(value, forward.typeKey),
    identity(object, type, path) {
      const key = forward.boundaryKey(type.name, path);
      let value = key === undefined ? undefined : own(object, key);
      for (const step of path.steps.slice(1)) value = own(value, step);
      return value;
    },
  };
}

function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function withErrors(result: ExecutionResult, body: UpstreamBody, parts: CompleteParts): ExecutionResult {
  const upstream = body.errors.flatMap((error) => shownError(error, result.data, parts) ?? []);
  const errors = [...(result.errors ?? []), ...upstream];
  return {
    ...(errors.length > 0 ? { errors } : {}),
    ...(result.data === undefined ? {} : { data: result.data }),
  };
}

/**
 * An error of the upstream, as far as it may be shown: message, path and code, at a position that the client
 * selected and that is there in its answer. At an object that had to be decided it would tell a thing that failed
 * from a thing that is outside, so it is dropped (M11). What lies below a list from which objects may have been dropped has
 * lost its place, and is not shown.
 */
function shownError(error: unknown, data: unknown, parts: CompleteParts): GraphQLError | undefined {
  const message = own(error, 'message');
  const path = own(error, 'path');
  const code = own(own(error, 'extensions'), 'code');
  const options = typeof code === 'string' ? { extensions: { code } } : {};
  const text = typeof message === 'string' ? message : 'the API reported an error';
  if (!Array.isArray(path)) {
    return parts.decision.guards.size === 0
      ? new GraphQLError(text, options)
      : new GraphQLError('the API reported an error', options);
  }
  const keys = path.filter((step): step is string => typeof step === 'string');
  if (!isSelected(keys, parts)) return undefined;
  const guards = [...parts.decision.guards.keys()].filter((use) =>
    use.path.every((key, index) => keys[index] === key),
  );
  const isOwnMutation = parts.plan.operation.operation === 'mutation' && keys.length === 1;
  if (!isOwnMutation && guards.some((use) => use.path.length === keys.length)) return undefined;
  const isIndexed = keys.length !== path.length;
  if (guards.length > 0 && (isIndexed || !isThere(data, keys.slice(0, -1)))) return undefined;
  return new GraphQLError(text, { ...options, path });
}

function isSelected(keys: readonly string[], { plan, decision }: CompleteParts): boolean {
  let selections = [plan.root];
  for (const [index, key] of keys.entries()) {
    if (decision.dead.has(deadKey(keys.slice(0, index + 1)))) return false;
    const uses = selections.flatMap((selection) => selection.fields.get(key) ?? []);
    if (uses.length === 0) return false;
    selections = uses.flatMap((use) => [...use.selections.values()]);
  }
  return true;
}

function isThere(data: unknown, keys: readonly string[]): boolean {
  let value = data;
  for (const key of keys) value = own(value, key);
  return typeof value === 'object' && value !== null;
}
