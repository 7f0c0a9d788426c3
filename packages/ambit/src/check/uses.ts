import type { Policy } from '../compile/policy.ts';
import type { Origin } from '../types.ts';

/** A permission as some rule asks for it: where it has to hold, and who asks. */
export interface Use {
  readonly permission: string;
  readonly kind: string;
  readonly coordinate: string;
  readonly origin: Origin;
}

/** Every permission that a rule asks for, once for each kind of boundary in which it may be held. */
export function usesOf(policy: Policy): Use[] {
  const uses: Use[] = [];
  for (const { coordinate, origin, elements } of policy.rules.values()) {
    for (const element of elements) {
      if (element.kind !== 'permissions') continue;
      for (const permission of element.names) {
        for (const { boundaryType } of element.alternatives)
          uses.push({ permission, kind: boundaryType, coordinate, origin });
      }
    }
  }
  return uses;
}

/** One use for each permission and kind: the first rule that asks. */
export function distinctUses(uses: readonly Use[]): Use[] {
  const first = new Map<string, Use>();
  for (const use of uses) {
    const key = `${use.kind} ${use.permission}`;
    if (!first.has(key)) first.set(key, use);
  }
  return [...first.values()];
}
