import type { FieldUse } from '../plan/plan.ts';

/** One composite field in execution: which use it is, and the object from which it was read. */
export class Frame {
  readonly use: FieldUse;
  readonly source: unknown;
  readonly level: Level;
  /** Items (by their list indices) that are shown only to be passed through. */
  readonly passing: Set<string> = new Set();

  constructor(use: FieldUse, source: unknown, level: Level) {
    this.use = use;
    this.source = source;
    this.level = level;
  }
}

/** Where an object stands: the field that returned it, and its place in that field's lists. */
export interface Level {
  readonly frame: Frame | undefined;
  readonly indexes: string;
}

interface ResponsePath {
  readonly key: string | number;
  readonly prev: ResponsePath | undefined;
}

/** The level of the object whose field stands at `path`. graphql-js keeps one path object per executed field. */
export function levelOf(path: ResponsePath, frames: ReadonlyMap<object, Frame>): Level {
  const indexes: number[] = [];
  let above = path.prev;
  while (above && typeof above.key === 'number') {
    indexes.unshift(above.key);
    above = above.prev;
  }
  if (!above) return { frame: undefined, indexes: '' };
  const frame = frames.get(above);
  if (!frame) throw new Error('this field was reached without its parent');
  return { frame, indexes: indexes.join(',') };
}

/** The object that `target` returned, seen from an object below it; and the level it stands at. */
export function climb(
  source: unknown,
  level: Level,
  target: FieldUse,
): { object: unknown; level: Level } | undefined {
  let object = source;
  let current = level;
  while (current.frame && current.frame.use !== target) {
    object = current.frame.source;
    current = current.frame.level;
  }
  return current.frame ? { object, level: current } : undefined;
}

/** The response path of a field, from the root. */
export function responsePath(info: { readonly path: ResponsePath }): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: ResponsePath | undefined = info.path; at; at = at.prev) path.unshift(at.key);
  return path;
}
