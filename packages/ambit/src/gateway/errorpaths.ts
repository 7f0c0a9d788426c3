import { type Decision, deadKey } from '../decide/decision.ts';
import type { KeptItems } from '../enforce/kept.ts';
import type { FieldUse, Plan } from '../plan/plan.ts';

/** What tells whether an error of the upstream may be shown, and where. */
export interface ErrorContext {
  readonly plan: Plan;
  readonly decision: Decision;
  readonly kept: KeptItems;
}

/** A response path, with list indices. */
export type Path = readonly (string | number)[];

/** The fields that a path goes through; undefined where it leaves what the client selected, or meets what is denied. */
export function usesAlong(path: Path, { plan, decision }: ErrorContext): FieldUse[] | undefined {
  if (!isShort(path)) return undefined;
  const keys = path.filter((step): step is string => typeof step === 'string');
  const along: FieldUse[] = [];
  let selections = [plan.root];
  for (const [index, key] of keys.entries()) {
    if (decision.dead.has(deadKey(keys.slice(0, index + 1)))) return undefined;
    const uses = selections.flatMap((selection) => selection.fields.get(key) ?? []);
    const use = uses.find((one) => decision.guards.has(one)) ?? uses[0];
    if (!use) return undefined;
    along.push(use);
    selections = uses.flatMap((one) => [...one.selections.values()]);
  }
  return along;
}

/** Lists nest a few levels deep; a path that goes through more of them at one place leads to nothing. */
const MOST_INDEXES = 32;

function isShort(path: Path): boolean {
  let indexes = 0;
  for (const step of path) {
    indexes = typeof step === 'string' ? 0 : indexes + 1;
    if (indexes > MOST_INDEXES) return false;
  }
  return true;
}

/** Whether a value is a response path. */
export function isPath(path: unknown): path is Path {
  return Array.isArray(path) && path.every((step) => typeof step === 'string' || Number.isSafeInteger(step));
}
