import type { FieldUse, Selection } from '../plan/plan.ts';
import { own } from './own.ts';

/**
 * Of an answer that needs no further decision, what the client selected, and nothing else that the upstream may
 * have put beside it. `undefined` where the upstream left a key out.
 */
export function selectedOf(data: unknown, root: Selection): Record<string, unknown> | null {
  const picked = pickObject(data, [root]);
  return picked === null ? null : picked;
}

function pickObject(value: unknown, selections: readonly Selection[]): Record<string, unknown> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const picked: Record<string, unknown> = Object.create(null);
  for (const [key, uses] of usesByKey(selections)) {
    const found = own(value, key);
    if (found !== undefined) picked[key] = pick(found, uses);
  }
  return picked;
}

function pick(value: unknown, uses: readonly FieldUse[]): unknown {
  if (uses[0]?.kind !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => pick(item, uses));
  return pickObject(
    value,
    uses.flatMap((use) => [...use.selections.values()]),
  );
}

function usesByKey(selections: readonly Selection[]): Map<string, FieldUse[]> {
  const byKey = new Map<string, FieldUse[]>();
  for (const { fields } of selections) {
    for (const [key, use] of fields) {
      const uses = byKey.get(key);
      if (uses) uses.push(use);
      else byKey.set(key, [use]);
    }
  }
  return byKey;
}
