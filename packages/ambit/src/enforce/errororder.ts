import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLOutputType,
  isListType,
  isNonNullType,
} from 'graphql';
import { type Decision, deadKey, usesOf } from '../decide/decision.ts';
import type { FieldUse, Plan, Selection } from '../plan/plan.ts';
import { isPositional } from './guarded.ts';

type Path = readonly (string | number)[];

/**
 * The errors of an execution in the order of the operation, and of what a null took along only one. Where places are
 * asked for, what is waited for depends on objects that may be outside, and with it the order in which graphql-js meets
 * errors, and whether it still meets those below a null: neither may be told. So a null that an object outside can have
 * caused is always told as caused by it, and any other as caused by the first that can have.
 */
export function errorsInOrder(
  { errors = [], data }: ExecutionResult,
  plan: Plan,
  guards: Decision['guards'],
): readonly GraphQLError[] {
  const numbers = new Map<string, number>();
  number(plan.root, numbers);
  const sorted = errors
    .map((error) => ({ error, path: error.path ?? [] }))
    .sort((one, other) => compare(one.path, other.path, numbers));
  const told = new Map<string, { readonly error: GraphQLError; readonly causes: boolean }>();
  for (const { error, path } of sorted) {
    const depth = nullDepth(data, path);
    const isBelow = depth < path.length;
    const key = JSON.stringify(isBelow ? [path.slice(0, depth)] : [path, error.message]);
    const causes = !isBelow || isFirm(plan, path, depth);
    const earlier = told.get(key);
    if (earlier && (earlier.causes || !causes)) continue;
    told.set(key, { error: isBelow ? settled(error, path.slice(0, depth), plan, guards) : error, causes });
  }
  return [...told.values()]
    .map(({ error }) => error)
    .sort((one, other) => compare(one.path ?? [], other.path ?? [], numbers));
}

/** The error of a null at `at`, in the same words whatever took it along, where an object outside can have done so. */
function settled(error: GraphQLError, at: Path, plan: Plan, guards: Decision['guards']): GraphQLError {
  const keys = keysOf(at);
  const use = [...usesOf(plan.root)].find(
    (one) => guards.has(one) && mayBeNull(one) && isFirmBelow(one, keys),
  );
  if (!use) return error;
  const isOwn = deadKey(keysOf(error.path ?? [])) === deadKey(use.path);
  // What is refused aloud on an object that is shown says what is missing.
  if (isOwn && error.extensions['code'] !== undefined) return error;
  const below = lineOf(use, keys.length);
  const list = below.findIndex((one) => one.list);
  // Which item of a list it was is told no more than which of the fields.
  const path = [...at, ...below.slice(0, list < 0 ? below.length : list + 1).map(({ key }) => key)];
  const message = `Cannot return null for non-nullable field ${use.parentType.name}.${use.name}.`;
  return new GraphQLError(message, { nodes: use.occurrences[0]?.node ?? null, path });
}

/** Objects outside are left out of a list, and are null elsewhere. */
function mayBeNull(use: FieldUse): boolean {
  return !use.list || isPositional(use);
}

/** Whether a use stands below these keys, and its null goes up to them. */
function isFirmBelow(use: FieldUse, keys: readonly string[]): boolean {
  if (use.path.length <= keys.length || keys.some((key, index) => key !== use.path[index])) return false;
  return lineOf(use, keys.length).every(({ field }) => field !== undefined && isFirmType(field.type));
}

/** A use and those above it, outermost first, as far as they have more than so many keys. */
function lineOf(use: FieldUse, depth: number): FieldUse[] {
  return use.path.length <= depth ? [] : [...(use.parent ? lineOf(use.parent, depth) : []), use];
}

function isFirmType(type: GraphQLOutputType): boolean {
  if (!isNonNullType(type)) return false;
  return !isListType(type.ofType) || isFirmType(type.ofType.ofType);
}

function keysOf(path: Path): string[] {
  return path.filter((step): step is string => typeof step === 'string');
}

/** Each position of an operation by its response keys, numbered as it is written. */
function number({ fields }: Selection, numbers: Map<string, number>, above: readonly string[] = []): void {
  for (const use of fields.values()) {
    const keys = [...above, use.key];
    const at = keys.join('.');
    if (!numbers.has(at)) numbers.set(at, numbers.size);
    for (const selection of use.selections.values()) number(selection, numbers, keys);
  }
}

function compare(one: Path, other: Path, numbers: ReadonlyMap<string, number>): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    if (one[index] === other[index]) continue;
    const [left, right] = [one, other].map((path) => placeOf(path.slice(0, index + 1), numbers));
    return (left ?? 0) - (right ?? 0);
  }
  return one.length - other.length;
}

function placeOf(path: Path, numbers: ReadonlyMap<string, number>): number {
  const last = path.at(-1);
  if (typeof last === 'number') return last;
  return numbers.get(path.filter((step) => typeof step === 'string').join('.')) ?? Number.MAX_SAFE_INTEGER;
}

/** How many steps of a path lead to the null in which it ends; all of them where that is its own. */
function nullDepth(data: unknown, path: Path): number {
  let value = data;
  for (const [index, step] of path.entries()) {
    if (value === null || value === undefined) return index;
    value = (value as Record<string | number, unknown>)[step];
  }
  return path.length;
}

/** Whether nothing below the first `depth` steps of a path may be null, so that a null at its end goes up to there. */
function isFirm(plan: Plan, path: Path, depth: number): boolean {
  let selections: Iterable<Selection> = [plan.root];
  let type: GraphQLOutputType | undefined;
  for (const [index, step] of path.entries()) {
    if (typeof step === 'number') {
      const list = isNonNullType(type) ? type.ofType : type;
      type = isListType(list) ? list.ofType : undefined;
    } else {
      const use: FieldUse | undefined = [...selections].flatMap(({ fields }) => fields.get(step) ?? [])[0];
      type = use?.field?.type;
      selections = use?.selections.values() ?? [];
    }
    if (index >= depth && !isNonNullType(type)) return false;
  }
  return true;
}
