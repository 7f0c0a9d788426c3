import type { FieldUse } from '../plan/plan.ts';
import type { Rule } from '../rules/requirement.ts';
import type { CaveatReason, Denial, Need } from '../types.ts';
import { mergeNeeds, missingOf } from './decide.ts';
import type { Check } from './guard.ts';

/** How a rule failed: `not here` is said aloud, at a field of an object that is shown anyway (M11). */
export type Failure = 'missing' | 'outside' | 'not here';

/** What a denial may say: what is missing of a rule, and whether its coordinate may be named at all. */
export interface Telling {
  readonly holds: (need: Need) => boolean;
  readonly hides: (coordinate: string) => boolean;
}

/** An argument that aims outside aims at nothing; a field of an object that is shown is refused aloud. */
export function fieldAnswer(check: Check, answer: 'missing' | 'outside'): Failure {
  if (answer === 'missing') return 'missing';
  const byArgument = check.rule.elements.some(
    (element) =>
      element.kind === 'permissions' && element.alternatives.some(({ argument }) => argument !== undefined),
  );
  return byArgument || check.place.use.parent === undefined ? 'outside' : 'not here';
}

/** The denial of something that no rule opens. */
export function unmarked(use: FieldUse, coordinate: string): Denial {
  return { path: use.path, coordinate, requires: [], missing: [], kind: 'missing' };
}

/** The denial of a root field that caveats keep from running. Nothing that could be granted would help. */
export function narrowed(use: FieldUse, caveat: CaveatReason): Denial {
  return { ...unmarked(use, use.written), caveat };
}

/** The denial of `use` by `rule`, told by the coordinate that the client wrote. */
export function denial(
  use: FieldUse,
  rule: Rule,
  failure: Failure,
  telling: Telling,
  whole: readonly Rule[] = [],
): Denial {
  const full = whole.find((one) => one.coordinate === rule.coordinate) ?? rule;
  const kind = failure === 'outside' ? 'outside' : 'missing';
  const coordinate = writtenCoordinate(use, full.coordinate);
  if (telling.hides(coordinate)) return { ...unmarked(use, use.written), kind };
  const missing =
    failure === 'missing'
      ? missingOf(full, telling.holds)
      : failure === 'not here'
        ? (full.requires[0] ?? [])
        : [];
  return {
    path: use.path,
    coordinate,
    requires: full.requires,
    missing: mergeNeeds([missing]),
    kind,
    ...(full.effect ? { effect: full.effect } : {}),
  };
}

/** Denials of every type that `use` can return, told without naming one that the client did not write (M5). */
export function asWritten(
  use: FieldUse,
  denials: readonly Denial[],
  written: ReadonlySet<string>,
): readonly Denial[] {
  const isUnwritten = ({ coordinate, path }: Denial): boolean =>
    path.length === use.path.length && !coordinate.includes('.') && !written.has(coordinate);
  const ofTypes = denials.filter(isUnwritten);
  const first = ofTypes.find(({ kind }) => kind === 'missing') ?? ofTypes[0];
  if (!first || !use.returned) return denials;
  const all = ofTypes.flatMap(({ requires }) => requires);
  const requires = [...new Map(all.map((needs) => [JSON.stringify(needs), needs])).values()].slice(0, 16);
  const strictest = ofTypes.find(({ effect }) => effect === 'reject') ?? first;
  const told = {
    ...first,
    ...(strictest.effect ? { effect: strictest.effect } : {}),
    coordinate: use.returned.name,
    requires,
  };
  return [told, ...denials.filter((one) => !isUnwritten(one))];
}

/** A rule on `Issue.id` met through `Node { id }` is told as `Node.id`: no error names a type that was not written. */
function writtenCoordinate(use: FieldUse, coordinate: string): string {
  const isField = coordinate.endsWith(`.${use.name}`) && !coordinate.includes('(');
  const sameField = isField && coordinate === `${use.parentType.name}.${use.name}`;
  return sameField ? use.written : coordinate;
}
