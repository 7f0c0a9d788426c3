import type { Policy } from '../compile/policy.ts';
import { coordinateKind } from '../coordinates.ts';
import { neededBy } from '../reference/needed.ts';

/** A coordinate that no longer asks for a permission: whoever gets there without it has gained it. */
export interface Opened {
  readonly coordinate: string;
  readonly permission: string;
}

/** What rules stopped asking for, at coordinates that are still in the schema. */
export function openedBy(before: Policy, after: Policy): Opened[] {
  const now = asked(after);
  return [...asked(before)]
    .filter(
      ([key, { coordinate }]) => !now.has(key) && coordinateKind(after.schema, coordinate) !== undefined,
    )
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, opened]) => opened);
}

function asked(policy: Policy): ReadonlyMap<string, Opened> {
  const all = new Map<string, Opened>();
  for (const [permission, needers] of neededBy(policy)) {
    for (const coordinate of needers.flatMap(({ coordinates }) => coordinates))
      all.set(`${coordinate} ${permission}`, { coordinate, permission });
  }
  return all;
}
