/**
 * A secret that can be searched for in any answer: it says what it is and where it belongs, and no
 * other secret contains it. The path of the place stands in it with `-` for `/`.
 */
export function canary(kind: string, id: number, fullPath: string): string {
  return `canary-${kind}-${id}-${slugOf(fullPath)}`;
}

/** The form that a path takes in a canary. */
export function slugOf(fullPath: string): string {
  return fullPath.replaceAll('/', '-');
}
