import type { FieldUse } from '../plan/plan.ts';
import { type Element, type Rule, STANDALONE_KINDS } from '../rules/requirement.ts';
import type { Denial } from '../types.ts';
import type { Place } from './locate.ts';

/** A rule that waits for an object. */
export interface Check {
  readonly rule: Rule;
  readonly place: Place;
  /** Whether a narrow scope that caveats limit to some places speaks here (M17). */
  readonly narrow?: boolean;
}

/** A check that waits, with what speaks for it when it is asked again. */
export function waitingWith(check: Check, narrow: boolean): Check {
  return narrow ? { ...check, narrow } : check;
}

/** What happens to the objects of one concrete type that a field returns. */
export interface ObjectGuard {
  /** False: an object of this type is as one that does not exist. */
  readonly show: boolean;
  /** Nothing waives these. */
  readonly hard: readonly Check[];
  /** Type rules with a boundary; an object that fails them may still be passed through. */
  readonly soft: readonly Check[];
  /** Whether something below is permitted, so that the object may be passed through (M12). */
  readonly traverse: boolean;
  /** What reads the object itself, and is denied where it is only passed through. */
  readonly reads: ReadonlySet<FieldUse>;
  /** Of an edge, what is selected as its node: it is there as long as one of them shows the node (M11). */
  readonly nodes: readonly FieldUse[];
}

/** Asks nothing of an object. */
export const OPEN_GUARD: ObjectGuard = {
  show: true,
  hard: [],
  soft: [],
  traverse: false,
  reads: new Set(),
  nodes: [],
};

/** What has still to happen when a field executes. */
export interface FieldGuard {
  /** Field rules that wait for the object above. */
  readonly checks: readonly Check[];
  /** Set where this field is denied on this parent type, but not on all that the client selects it on. */
  readonly denied: readonly Denial[] | undefined;
  readonly objects: ReadonlyMap<string, ObjectGuard>;
  /** Enum values that may not be seen; returned, each is null with an error (M1). */
  readonly hiddenValues: ReadonlyMap<string, Denial>;
}

/** Whether a guard can be left out. */
export function isIdle(guard: ObjectGuard): boolean {
  return guard.show && guard.hard.length + guard.soft.length + guard.nodes.length === 0;
}

/** M12 waives type rules with a boundary, and never scopes, policies, `@authenticated`, `user` or `instance`. */
export function isWaivable(element: Element): boolean {
  return (
    element.kind === 'permissions' &&
    element.alternatives.every(({ boundaryType }) => !STANDALONE_KINDS.includes(boundaryType))
  );
}
