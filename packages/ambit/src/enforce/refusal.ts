import type { GraphQLError } from 'graphql';
import type { Ruling } from '../decide/decision.ts';
import { denied, notFound } from '../errors.ts';
import { deniedSentence } from '../explain.ts';
import type { Denial } from '../types.ts';

/** One error per denied path: what a filtered answer carries beside its data. Outside says nothing (M11). */
export function filterErrors(decision: Ruling): GraphQLError[] {
  return [...grouped(decision.denied, (denial) => denial.path.join('.')).values()].map((group) =>
    denied(group, deniedSentence(group)),
  );
}

/**
 * What a refused operation answers: one error per denied coordinate, everything that is missing at once (M21).
 * Where nothing is missing, the place is outside, and the answer is that there is no such thing.
 */
export function rejectionErrors(decision: Ruling): [GraphQLError, ...GraphQLError[]] {
  const groups = grouped(decision.denied, (denial) => JSON.stringify([denial.path, denial.coordinate]));
  const [first, ...rest] = [...groups.values()].map((group) => denied(group, deniedSentence(group)));
  if (first) return [first, ...rest];
  return [notFound(decision.denied[0]?.path ?? [])];
}

/** Whether everything denied lies outside, so that a query answers nulls and no more (M11). */
export function isOnlyOutside(decision: Ruling): boolean {
  return decision.denied.length > 0 && decision.denied.every((denial) => denial.kind === 'outside');
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
