/** Response path of a list, to where each of its items went: its new index, or -1 where it was dropped. */
export type KeptItems = Map<string, number[]>;

type Path = readonly (string | number)[];

/** A key for a response path: keys are GraphQL names and indices are digits, so a dot joins them injectively. */
export function keptKey(path: Path): string {
  return path.join('.');
}

/** Where a path of the unfiltered answer leads after items were dropped; undefined where its item is gone. */
export function keptPath(path: Path, kept: KeptItems): Path | undefined {
  const out: (string | number)[] = [];
  for (const step of path) {
    const indexes = typeof step === 'number' ? kept.get(keptKey(out)) : undefined;
    const to = indexes && typeof step === 'number' ? indexes[step] : step;
    if (to === undefined || to === -1) return undefined;
    out.push(to);
  }
  return out;
}
