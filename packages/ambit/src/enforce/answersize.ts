/**
 * How many values an answer holds once it is written out: parts that stand in many places are counted in each, though
 * in memory they are one.
 */
export function answerSize(value: unknown, known: Map<object, number> = new Map()): number {
  if (typeof value !== 'object' || value === null) return 1;
  const counted = known.get(value);
  if (counted !== undefined) return counted;
  let size = 1;
  for (const inner of Object.values(value)) size += answerSize(inner, known);
  known.set(value, size);
  return size;
}
