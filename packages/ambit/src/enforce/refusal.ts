import type { Ruling } from '../decide/decision.ts';
import { deniedText, type ErrorText, notFoundText } from '../errors.ts';
import { deniedSentence } from '../explain.ts';
import type { Denial } from '../types.ts';

/** One error per denied path: what a filtered answer carries beside its data. Outside says nothing (M11). */
export function filterTexts(ruling: Ruling): ErrorText[] {
  return [...grouped(ruling.denied, (denial) => denial.path.join('.')).values()].map((group) =>
    deniedText(group, deniedSentence(group)),
  );
}

/**
 * What a refused operation answers: one error per denied coordinate, everything that is missing at once (M21).
 * Where nothing is missing, the place is outside, and the answer is that there is no such thing.
 */
export function rejectionTexts(ruling: Ruling): ErrorText[] {
  const groups = grouped(ruling.denied, (denial) => JSON.stringify([denial.path, denial.coordinate]));
  const texts = [...groups.values()].map((group) => deniedText(group, deniedSentence(group)));
  return texts.length > 0 ? texts : [notFoundText(ruling.denied[0]?.path ?? [])];
}

/** Whether everything denied lies outside, so that a query answers nulls and no more (M11). */
export function isOnlyOutside(ruling: Ruling): boolean {
  return ruling.denied.length > 0 && ruling.denied.every((denial) => denial.kind === 'outside');
}

function grouped(
  denials: readonly Denial[],
  keyOf: (denial: Denial) => string,
): Map<string, [Denial, ...Denial[]]> {
  const groups = new Map<string, [Denial, ...Denial[]]>();
  for (const denial of denials) {
    if (denial.kind === 'outside') continue;
    const group = groups.get(keyOf(denial));
    if (group) group.push(denial);
    else groups.set(keyOf(denial), [denial]);
  }
  return groups;
}
