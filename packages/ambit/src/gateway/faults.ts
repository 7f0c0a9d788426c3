import { type ErrorContext, isPath, usesAlong } from './errorpaths.ts';
import { own } from './own.ts';
import type { UpstreamBody } from './upstreambody.ts';

/** Stands in a list for an item that an error of the upstream turned into null. */
export const FAULT: unique symbol = Symbol('fault');

/**
 * Marks the items of guarded lists that are null because of an error in them. Whether such an item is inside or
 * outside can no longer be read; left as nulls they would count what is outside.
 */
export function markFaults(body: UpstreamBody, context: ErrorContext): void {
  for (const error of body.errors) {
    const path = own(error, 'path');
    if (!isPath(path)) continue;
    let holder: unknown;
    let value: unknown = body.data;
    for (const [index, step] of path.entries()) {
      holder = value;
      value = own(holder, step);
      if (value !== null) continue;
      const use = usesAlong(path.slice(0, index + 1), context)?.at(-1);
      const guarded = use && (context.decision.guards.get(use)?.objects.size ?? 0) > 0;
      if (guarded && typeof step === 'number' && Array.isArray(holder)) holder[step] = FAULT;
      break;
    }
  }
}

/**
 * Marks boundaries that could not be read because of an error at them. Answers whether there was an error that does not
 * say where it was: then every null that stands for a boundary may be one.
 */
export function markUnread(body: UpstreamBody, isHidden: (key: string) => boolean): boolean {
  let isUnsure = false;
  for (const error of body.errors) {
    const path = own(error, 'path');
    if (!isPath(path)) {
      isUnsure = true;
      continue;
    }
    const at = path.findIndex((step) => typeof step === 'string' && isHidden(step));
    if (at < 0) continue;
    let holder: unknown = body.data;
    for (const step of path.slice(0, at)) holder = own(holder, step);
    const key = path[at];
    let value = holder;
    for (const step of path.slice(at)) value = own(value, step);
    const isThere = value !== null && value !== undefined;
    if (!isThere && typeof holder === 'object' && holder !== null && key !== undefined)
      (holder as Record<string | number, unknown>)[key] = FAULT;
  }
  return isUnsure;
}
