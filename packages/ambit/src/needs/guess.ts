import type { Policy } from '../compile/policy.ts';
import { anchorOf } from '../decide/locate.ts';
import { argumentValues, type Variables } from '../plan/inputs.ts';
import type { FieldUse, Plan } from '../plan/plan.ts';
import { type Alternative, STANDALONE_KINDS } from '../rules/requirement.ts';
import type { GrantBoundary } from '../types.ts';
import type { Asked } from './asked.ts';

/** A boundary for a grant, as far as the operation itself tells it. */
export interface Guess {
  readonly kind: string;
  readonly boundary: GrantBoundary;
}

/**
 * The boundaries in which permissions will be needed: from arguments where they say so, else from the argument
 * that most likely identifies the object on the way, else a placeholder that holds nowhere.
 */
export function guessBoundary(
  policy: Policy,
  asked: Asked,
  variables: Variables | undefined,
  alternatives: readonly Alternative[],
  plan: Plan,
): Guess[] {
  const values = variables ?? { raw: {}, coerced: {}, operation: plan.operation };
  for (const alternative of alternatives) {
    const identities = fromPlace(policy, asked, alternative, values);
    if (identities)
      return identities.map((identity) => ({
        kind: alternative.boundaryType,
        boundary: { [alternative.boundaryType]: identity },
      }));
  }
  const first = nearest(asked, alternatives) ?? alternatives[0];
  if (!first) return [];
  const kind = first.boundaryType;
  if (STANDALONE_KINDS.includes(kind)) return [{ kind, boundary: kind as GrantBoundary }];
  return [{ kind, boundary: { [kind]: `<${kind}>` } }];
}

/** The alternative of the kind of the nearest object around: labels of a group lie in a group. */
function nearest({ use }: Asked, alternatives: readonly Alternative[]): Alternative | undefined {
  if (alternatives.length < 2) return undefined;
  for (let at = use.parent; at; at = at.parent) {
    const kinds = [...at.selections.values()]
      .flatMap(({ access }) => access.rules.flatMap((rule) => rule.elements))
      .flatMap((element) => (element.kind === 'permissions' ? element.alternatives : []))
      .map(({ boundaryType }) => boundaryType);
    const found = alternatives.find(({ boundaryType }) => kinds.includes(boundaryType));
    if (found) return found;
  }
  return undefined;
}

function fromPlace(
  policy: Policy,
  { use, place }: Asked,
  alternative: Alternative,
  variables: Variables,
): string[] | undefined {
  if (STANDALONE_KINDS.includes(alternative.boundaryType)) return undefined;
  if (alternative.argument && !alternative.boundary)
    return texts(argumentValues(use, alternative.argument, variables));
  if (alternative.argument) return undefined;
  const start = place.as === 'type' ? use : anchorOf(policy, use)?.use;
  for (let at = start; at; at = at.parent) {
    const identities = identifying(policy, at, alternative.boundaryType, variables);
    if (identities) return identities;
  }
  return undefined;
}

/** The argument of `use` that bears the name of the field by which the returned type identifies itself. */
function identifying(
  policy: Policy,
  use: FieldUse,
  kind: string,
  variables: Variables,
): string[] | undefined {
  for (const { access } of use.selections.values()) {
    for (const element of access.rules.flatMap((rule) => rule.elements)) {
      for (const { boundary, boundaryType } of element.kind === 'permissions' ? element.alternatives : []) {
        const [step, ...more] = boundary?.steps ?? [];
        if (boundaryType !== kind || step === undefined || more.length > 0) continue;
        const found = texts(argumentValues(use, [step], variables));
        if (found?.every((identity) => policy.kinds.canName(kind, identity))) return found;
      }
    }
  }
  return undefined;
}

function texts(values: readonly unknown[] | undefined): string[] | undefined {
  return values?.every(
    (value): value is string | number => typeof value === 'string' || typeof value === 'number',
  )
    ? values.map(String)
    : undefined;
}
