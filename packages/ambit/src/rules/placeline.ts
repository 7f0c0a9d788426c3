import type { BoundaryKey, BoundaryKinds } from './boundarykinds.ts';
import { MAX_LEVELS, textOf } from './placesource.ts';

/** The key of a place whose kind has a source: by the id that it keeps. */
export function placeKey(kind: string, id: string): BoundaryKey {
  return `${kind}:=${id}`;
}

/** Stands for a place that is not known: begins unlike every key of a place, so that nothing lies at or below it. */
export function unknownKey(kind: string, written: string): BoundaryKey {
  return `${kind}:?${written}`;
}

/**
 * What an answer about a place of `kind` says: its key and those of everything above it, nearest first. Undefined
 * for anything that is not understood to its last entry: a wrong kind or order, a circle, or too many levels.
 */
export function readPlace(kinds: BoundaryKinds, kind: string, answer: unknown): BoundaryKey[] | undefined {
  if (!isMapping(answer) || Object.keys(answer).some((key) => key !== 'id' && key !== 'above'))
    return undefined;
  const id = textOf(answer['id']);
  const above = answer['above'] ?? [];
  if (id === undefined || !Array.isArray(above) || above.length >= MAX_LEVELS) return undefined;
  const written = [placeKey(kind, id)];
  const line = [...written];
  let below = kind;
  for (const one of above as unknown[]) {
    const entries = isMapping(one) ? Object.entries(one) : [];
    const [upper, identity] = entries.length === 1 ? (entries[0] ?? []) : [];
    if (upper === undefined || !kinds.canLieIn(below, upper)) return undefined;
    const key = keyAbove(kinds, upper, identity);
    if (key === undefined || written.includes(key)) return undefined;
    written.push(key);
    line.push(...kinds.lineage(key));
    below = upper;
  }
  return line.length > MAX_LEVELS ? undefined : [...new Set(line)];
}

function keyAbove(kinds: BoundaryKinds, kind: string, identity: unknown): BoundaryKey | undefined {
  if (!kinds.isAsked(kind)) return kinds.key(kind, identity);
  const id = textOf(identity);
  return id === undefined ? undefined : placeKey(kind, id);
}

/** A plain object and nothing else: a promise or an error would look like a mapping. */
function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
