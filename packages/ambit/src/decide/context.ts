import type { FieldUse, Plan, Selection } from '../plan/plan.ts';
import type { Rule } from '../rules/requirement.ts';
import type { Denial } from '../types.ts';
import type { Answer } from './decide.ts';
import type { Telling } from './denial.ts';
import type { Check, ObjectGuard } from './guard.ts';
import type { Place } from './locate.ts';
import type { Oracle } from './oracle.ts';

/** What became of one use of a field. `inactive`: a condition keeps it from executing. */
export type UseState = 'alive' | 'dead' | 'inactive';

/** What a field returns of one type that inherits, where its being there says something: in a list, or as an edge. */
export interface Part {
  readonly use: FieldUse;
  readonly selection: Selection;
}

/** What the nearest ruled object above has to answer for. */
export interface Reader {
  readonly reads: FieldUse[];
  readonly parts: Part[];
  /** Whether something that has a rule of its own is permitted below. */
  traversed: boolean;
  /** Whether something that would read the object was selected, be it denied by a rule of its own. */
  attempted: boolean;
}

/** What is around a selection while it is walked. */
export interface Context {
  readonly reader: Reader | undefined;
  /** Rules for the own leaves of the connection around, or undefined outside of one. */
  readonly connection: readonly Rule[] | undefined;
  /** Whether a narrow scope of the root field still speaks for objects here (M17). */
  readonly narrow: boolean;
  /** Whether it speaks for what inherits from the type that the root field returns. */
  readonly narrowLeaves: boolean;
}

/** What rules of a connection say: what is denied, and what waits for the object above. */
export interface Listed {
  readonly denials: Denial[];
  readonly waiting: readonly Check[];
}

/** What a selection keeps of its children. */
export interface Children {
  readonly alive: FieldUse[];
  readonly denials: Denial[];
  /** Selections of `__typename`, which are settled once the rest is known. */
  readonly names: readonly FieldUse[];
}

/** What the walk over fields offers to the verdicts about objects. */
export interface Walk {
  readonly plan: Plan;
  readonly oracle: Oracle;
  readonly states: Map<FieldUse, UseState>;
  readonly objects: Map<FieldUse, Map<string, ObjectGuard>>;
  readonly checks: Map<FieldUse, Check[]>;
  readonly denialsAt: Map<FieldUse, readonly Denial[]>;
  ask(check: Check, narrow: boolean): Answer;
  /** What denials want to know. */
  telling(narrow: boolean): Telling;
  /** Rules of a root field whose boundary is read from the object that it returns. */
  onReturned(use: FieldUse): readonly Check[];
  children(selection: Selection, context: Context): Children;
  /** Asks rules of the connection around. */
  listed(place: Place, rules: readonly Rule[], narrow: boolean): Listed;
  /** Leaves checks to the moment at which a field runs. */
  waitAt(use: FieldUse, waiting: readonly Check[]): void;
  /** Settles `__typename` selected alone, which reads what it stands on like any leaf. */
  aloneName(use: FieldUse, context: Context): Denial[];
}
