import type { Condition } from './plan.ts';

/** Whether what stands under these conditions executes, given the coerced variables (M6). */
export function conditionsHold(
  conditions: readonly Condition[],
  coerced: Readonly<Record<string, unknown>>,
): boolean {
  return conditions.every(({ variable, want }) => (coerced[variable] === true) === want);
}

/** Conditions are variables of GraphQL name syntax, so joining them is injective. */
export function conditionsKey(conditions: readonly Condition[]): string {
  return conditions
    .map(({ variable, want }) => `${want ? '+' : '-'}${variable}`)
    .sort()
    .join(' ');
}
