import { type GraphQLOutputType, isListType, isNonNullType } from 'graphql';
import { usesOf } from '../decide/decision.ts';
import type { FieldGuard } from '../decide/guard.ts';
import type { FieldUse, Plan } from '../plan/plan.ts';
import { itemsOf } from './listitems.ts';
import { chain, maybe } from './maybe.ts';

/**
 * Lists whose items may be lost to a denial further down, while others are still waited for. graphql-js 16 stops at
 * the first item of such a list that fails at once, and forgets the promises of those before it: one that fails later
 * is a rejection that nobody handles, which ends a Node process.
 */
export function fragileLists(plan: Plan, guards: ReadonlyMap<FieldUse, FieldGuard>): ReadonlySet<FieldUse> {
  const fragile = new Set<FieldUse>();
  if (guards.size === 0) return fragile;
  for (const use of usesOf(plan.root)) {
    if (!use.list || !use.field || !hasFirmItems(use.field.type)) continue;
    const below = [...use.selections.values()].flatMap((selection) => [...usesOf(selection)]);
    if (below.some((one) => guards.has(one))) fragile.add(use);
  }
  return fragile;
}

/** Whether an item that is lost takes its list along. */
function hasFirmItems(type: GraphQLOutputType): boolean {
  const nullable = isNonNullType(type) ? type.ofType : type;
  return isListType(nullable) && (isNonNullType(nullable.ofType) || hasFirmItems(nullable.ofType));
}

/** The same list with each item as a promise, so that every failure comes later, where all are handled together. */
export function steady(value: unknown): unknown {
  return chain(maybe(value), (settled) => {
    if (settled instanceof Error) return settled;
    const items = itemsOf(settled);
    return items ? chain(items, (all) => all.map(async (item) => steady(item))) : settled;
  });
}
