import { type ExecutionResult, GraphQLError, isListType, isNonNullType } from 'graphql';
import { keptPath } from '../enforce/kept.ts';
import type { FieldUse } from '../plan/plan.ts';
import { type ErrorContext, isPath, type Path, usesAlong } from './errorpaths.ts';
import { own } from './own.ts';
import type { UpstreamBody } from './upstreambody.ts';

/** An answer with those errors of the upstream that may be shown. A null that nothing explains gets an error of its own. */
export function withErrors(
  result: ExecutionResult,
  body: UpstreamBody,
  context: ErrorContext,
): ExecutionResult {
  const upstream = distinct(body.errors).flatMap((error) => shownError(error, result.data, context) ?? []);
  const local = (result.errors ?? []).map((error) => withoutIndex(error, context));
  const errors = withoutTwins([...local, ...upstream]);
  if (result.data === null && errors.length === 0) errors.push(new GraphQLError(UNEXPLAINED));
  return {
    ...(errors.length > 0 ? { errors } : {}),
    ...(result.data === undefined ? {} : { data: result.data }),
  };
}

const UNEXPLAINED = 'the API reported an error';
/** More errors than this tell nobody more; each that is told costs as much as a small answer. */
const MOST_ERRORS = 1_000;

/** The first so many errors that differ in what may be told of them. */
function distinct(errors: readonly unknown[]): readonly unknown[] {
  const met = new Map<string, unknown>();
  for (const error of errors) {
    if (met.size >= MOST_ERRORS) break;
    const told = [own(error, 'message'), own(error, 'path'), own(own(error, 'extensions'), 'code')];
    const key = JSON.stringify(told.map((one) => (isTold(one) ? one : null)));
    if (!met.has(key)) met.set(key, error);
  }
  return [...met.values()];
}

function isTold(value: unknown): boolean {
  return typeof value === 'string' || isPath(value);
}

/**
 * An error of the upstream, as far as it may be shown: message, path and code, at a position that the client
 * selected and that is there in its answer. At an object that had to be decided it would tell a thing that failed
 * from a thing that is outside, so there it is dropped, or is GraphQL's own where null may not stand (M11).
 */
function shownError(error: unknown, data: unknown, context: ErrorContext): GraphQLError | undefined {
  const code = own(own(error, 'extensions'), 'code');
  const extensions = typeof code === 'string' ? { extensions: { code } } : {};
  const message = own(error, 'message');
  const path = own(error, 'path');
  const { guards } = context.decision;
  if (!isPath(path))
    return new GraphQLError(
      guards.size === 0 && typeof message === 'string' ? message : UNEXPLAINED,
      extensions,
    );
  const uses = usesAlong(path, context);
  const last = uses?.at(-1);
  if (!uses || !last) return undefined;
  const text = typeof message === 'string' ? message : UNEXPLAINED;
  const isOwnMutation = context.plan.operation.operation === 'mutation' && uses.length === 1;
  const isObject = guards.has(last) && last.kind === 'object' && !isOwnMutation;
  if (isObject) return nullError(last, path);
  if (!uses.some((use) => guards.has(use))) return new GraphQLError(text, { ...extensions, path });
  const to = keptPath(path, context.kept);
  return to && isThere(data, to.slice(0, -1))
    ? new GraphQLError(text, { ...extensions, path: to })
    : undefined;
}

/**
 * What graphql-js says of a null where none may stand; nothing where it may. Without the index in a list: the
 * upstream tells the first item that is not there, and not one before it that is outside.
 */
function nullError(use: FieldUse, path: Path): GraphQLError | undefined {
  let type = use.field?.type;
  const indexes = trailingIndexes(path);
  for (let depth = indexes; depth > 0 && type; depth--) {
    const nullable = isNonNullType(type) ? type.ofType : type;
    type = isListType(nullable) ? nullable.ofType : undefined;
  }
  if (!type || !isNonNullType(type)) return undefined;
  return new GraphQLError(`Cannot return null for non-nullable field ${use.parentType.name}.${use.name}.`, {
    path: path.slice(0, path.length - indexes),
  });
}

/** The same of an error that graphql-js made here: outside and not there have to read alike. */
function withoutIndex(error: GraphQLError, context: ErrorContext): GraphQLError {
  const { path } = error;
  if (!path || trailingIndexes(path) === 0 || error.extensions['code'] !== undefined) return error;
  const use = usesAlong(path, context)?.at(-1);
  if (!use || !context.decision.guards.has(use)) return error;
  return new GraphQLError(error.message, { path: path.slice(0, path.length - trailingIndexes(path)) });
}

function trailingIndexes(path: Path): number {
  const fromEnd = [...path].reverse().findIndex((step) => typeof step === 'string');
  return fromEnd < 0 ? 0 : fromEnd;
}

function isThere(data: unknown, path: Path): boolean {
  let value = data;
  for (const step of path) value = own(value, step);
  return typeof value === 'object' && value !== null;
}

function withoutTwins(errors: readonly GraphQLError[]): GraphQLError[] {
  return [...new Map(errors.map((error) => [JSON.stringify([error.message, error.path]), error])).values()];
}
