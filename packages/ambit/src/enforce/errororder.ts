import {
  type ExecutionResult,
  type GraphQLError,
  type GraphQLOutputType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { FieldUse, Plan, Selection } from '../plan/plan.ts';

type Path = readonly (string | number)[];

/**
 * The errors of an execution in the order of the operation, and of what a null took along only the first that can have
 * caused it. Where places are asked for, what is waited for depends on objects that may be outside, and with it the
 * order in which graphql-js meets errors, and whether it still meets those below a null: neither may be told.
 */
export function errorsInOrder({ errors = [], data }: ExecutionResult, plan: Plan): readonly GraphQLError[] {
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
    if (!earlier || (causes && !earlier.causes)) told.set(key, { error, causes });
  }
  const kept = new Set([...told.values()].map((one) => one.error));
  return sorted.flatMap(({ error }) => (kept.has(error) ? [error] : []));
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
