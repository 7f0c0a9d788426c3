import { isRecord, shortened } from './answer.ts';

/** A part of an answer with the path that leads to it, as `project.issues.nodes`; the places in lists are left out. */
type Path = string;

/**
 * What a part of an answer has that the whole has not, one sentence each. In lists the part may have fewer items, in
 * the same order: those that lie elsewhere. Nothing else may be missing.
 *
 * @param varies paths of which only has to be there what is there in the whole
 */
export function strangenesses(
  part: unknown,
  whole: unknown,
  varies: readonly string[],
  path: Path = '',
): string[] {
  if (Array.isArray(part) && Array.isArray(whole)) return listStrangenesses(part, whole, varies, path);
  if (isRecord(part) && isRecord(whole)) {
    return [...new Set([...Object.keys(part), ...Object.keys(whole)])].flatMap((key) =>
      strangenesses(part[key], whole[key], varies, path === '' ? key : `${path}.${key}`),
    );
  }
  if (Object.is(part, whole)) return [];
  if (varies.includes(path) && part != null && whole != null) return [];
  return [
    `at \`${path}\`: expected ${shortened(whole)}, as the API answers by itself, had ${shortened(part)}`,
  ];
}

function listStrangenesses(
  part: readonly unknown[],
  whole: readonly unknown[],
  varies: readonly string[],
  path: Path,
): string[] {
  if (part.length === 0 && whole.length > 0)
    return [`at \`${path}\`: expected some of ${whole.length} items, had none`];
  const isItemByItem = part.length === whole.length;
  let from = 0;
  for (const item of part) {
    const at = whole.findIndex(
      (other, index) =>
        index >= from &&
        ((isItemByItem && item === null && index === from) ||
          strangenesses(item, other, varies, path).length === 0),
    );
    if (at < 0) {
      const closest = whole.length === 1 ? strangenesses(item, whole[0], varies, path) : [];
      return closest.length > 0
        ? closest
        : [`at \`${path}\`: had ${shortened(item)}, which the API does not answer by itself in this place`];
    }
    from = at + 1;
  }
  return [];
}

/** Whether there is nothing to be read in a value: null, and lists and objects that hold no more than that. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  if (Array.isArray(value)) return value.every(isBlank);
  return isRecord(value) && Object.values(value).every(isBlank);
}

/** What stands in the lists of both answers, one sentence each. */
export function sharedItems(one: unknown, other: unknown): string[] {
  const known = new Set(itemsIn(other));
  return itemsIn(one)
    .filter((item) => known.has(item))
    .map(
      (item) => `expected none of its items, had ${item.length > 200 ? `${item.slice(0, 200)} ...` : item}`,
    );
}

function itemsIn(value: unknown): string[] {
  if (Array.isArray(value))
    return value.flatMap((item) => [...(isBlank(item) ? [] : [JSON.stringify(item)]), ...itemsIn(item)]);
  return isRecord(value) ? Object.values(value).flatMap(itemsIn) : [];
}

/** A leaf that is not null, with its path. */
export interface Leaf {
  readonly path: Path;
  readonly value: unknown;
}

/** All leaves of an answer that are not null, in their order. */
export function leavesIn(value: unknown, path: Path = ''): Leaf[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((item) => leavesIn(item, path));
  if (!isRecord(value)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, item]) => leavesIn(item, path === '' ? key : `${path}.${key}`));
}
