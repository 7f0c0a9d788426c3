import { isEnumType } from 'graphql';
import { verbOf } from '../compile/placement.ts';
import type { Cover } from '../compile/policy.ts';
import type { FieldUse, Plan, Selection } from '../plan/plan.ts';
import type { Rule } from '../rules/requirement.ts';
import type { Denial } from '../types.ts';
import type { Children, Context, Listed, UseState, Walk } from './context.ts';
import type { Answer } from './decide.ts';
import { denial, fieldAnswer, narrowed, type Telling, unmarked } from './denial.ts';
import { type Check, type ObjectGuard, waitingWith } from './guard.ts';
import { guardEdges } from './lists.ts';
import { hangsSomewhere, type Place } from './locate.ts';
import type { Oracle } from './oracle.ts';
import { Verdicts } from './verdicts.ts';

/** Walks a plan for one request, of which it knows what the oracle says. One judge serves one request. */
export class Judge implements Walk {
  readonly states: Map<FieldUse, UseState> = new Map();
  readonly objects: Map<FieldUse, Map<string, ObjectGuard>> = new Map();
  readonly checks: Map<FieldUse, Check[]> = new Map();
  readonly denialsAt: Map<FieldUse, readonly Denial[]> = new Map();
  readonly hiddenValues: Map<FieldUse, ReadonlyMap<string, Denial>> = new Map();
  readonly #onReturned = new Map<FieldUse, Check[]>();
  readonly plan: Plan;
  readonly oracle: Oracle;
  readonly #verdicts: Verdicts;
  /** Whether caveats stand in the way of root fields. */
  readonly #isRestricted: boolean;

  constructor(oracle: Oracle) {
    this.plan = oracle.plan;
    this.oracle = oracle;
    this.#isRestricted = oracle.restricted();
    this.#verdicts = new Verdicts(this);
  }

  /** Every denial, in document order. */
  walk(): Denial[] {
    const all = [...this.plan.root.fields.values()].flatMap((use) => {
      const denials = this.#root(use);
      if (!this.#isRestricted || this.states.get(use) !== 'alive') return denials;
      return this.oracle.barred() ? this.#bar(use, denials) : denials;
    });
    guardEdges(this.#verdicts.edges, this);
    return all;
  }

  #root(use: FieldUse): Denial[] {
    if (use.kind !== 'typename') {
      return this.#use(use, { reader: undefined, connection: undefined, narrow: false, narrowLeaves: false });
    }
    if (this.#active(use)) return this.#narrowed(use) ?? this.#alive(use);
    this.states.set(use, 'inactive');
    return [];
  }

  #alive(use: FieldUse): [] {
    this.states.set(use, 'alive');
    return [];
  }

  /**
   * Caveats speak of the fields of root types, wherever an object of such a type is reached. What belongs to no
   * operation of the API is refused only where no operation of its kind may run.
   */
  #narrowed(use: FieldUse): Denial[] | undefined {
    const verb = this.#isRestricted ? verbOf(this.plan.policy.schema, use.parentType) : undefined;
    const reason = verb && this.oracle.refusal(verb, isOperation(use) ? use.name : undefined);
    if (!reason) return undefined;
    const denials = [narrowed(use, reason)];
    this.states.set(use, 'dead');
    this.denialsAt.set(use, denials);
    return denials;
  }

  /** A caveat that is not understood denies everything, what is public included. */
  #bar(use: FieldUse, denials: readonly Denial[]): Denial[] {
    this.states.set(use, 'dead');
    return [...denials, unmarked(use, use.written)];
  }

  telling(narrow: boolean): Telling {
    return {
      holds: (need) => this.oracle.holds(need, narrow),
      hides: (coordinate) => this.oracle.hides(coordinate),
    };
  }

  #active(use: FieldUse): boolean {
    return use.occurrences.some(({ conditions }) => this.oracle.executes(conditions));
  }

  #use(use: FieldUse, context: Context): Denial[] {
    if (!this.#active(use)) {
      this.states.set(use, 'inactive');
      return [];
    }
    const refused = this.#narrowed(use);
    if (refused) return refused;
    if (use.kind === 'introspection') return this.#alive(use);
    const own = this.#fieldDenials(use, context);
    this.#enumValues(use);
    const around = own.length === 0 ? context : { ...context, reader: undefined };
    const below = use.kind === 'object' ? this.#verdicts.of(use, around) : { alive: true, denials: [] };
    this.states.set(use, own.length > 0 || !below.alive ? 'dead' : 'alive');
    if (own.length > 0) this.denialsAt.set(use, own);
    else if (!below.alive) this.denialsAt.set(use, below.denials);
    const everything = this.plan.operation.operation === 'mutation';
    return own.length > 0 && !everything ? own : [...own, ...below.denials];
  }

  /** Denials by what stands on the field itself, its input, or the connection whose leaf it is. */
  #fieldDenials(use: FieldUse, context: Context): Denial[] {
    const { access } = use;
    if (!access) return [];
    const narrow = use.parent === undefined && this.oracle.narrow(use);
    const checks: Check[] = [
      ...access.rules.map((rule): Check => ({ rule, place: { use, as: 'field' } })),
      ...this.oracle.supplied(use).map((rule): Check => ({ rule, place: { use, as: 'input' } })),
    ];
    const isOwn = use.kind === 'leaf' || isPublicObject(use);
    const leaf = isOwn ? (context.connection ?? []) : [];
    const denials: Denial[] = [];
    if (!access.covered && !this.oracle.opensUnmarked()) denials.push(unmarked(use, use.written));
    const waiting: Check[] = [];
    for (const check of checks) this.#settle(check, narrow, denials, waiting);
    // A leaf with a rule of its own needs no other where the list hangs on no boundary (M4).
    const isBounded = leaf.length === 0 || !access.marked || hangsSomewhere(this.plan.policy, use);
    for (const rule of isBounded ? leaf : []) {
      this.#settle({ rule, place: { use, as: 'connection' } }, context.narrowLeaves, denials, waiting);
    }
    const onReturned = waiting.filter(readsReturned);
    if (onReturned.length > 0) this.#onReturned.set(use, onReturned);
    const onHolder = waiting.filter((check) => !onReturned.includes(check));
    if (onHolder.length > 0) this.checks.set(use, onHolder);
    return denials;
  }

  /** Values of a returned enum that this credential may not see. What would depend on an object is not seen. */
  #enumValues(use: FieldUse): void {
    if (!isEnumType(use.returned)) return;
    const hidden = new Map<string, Denial>();
    for (const { name } of use.returned.getValues()) {
      const rule = this.plan.policy.rules.get(`${use.returned.name}.${name}`);
      if (!rule || rule.elements.length === 0) continue;
      const narrow = use.parent === undefined && this.oracle.narrow(use);
      const answer = this.ask({ rule, place: { use, as: 'input' } }, narrow);
      const failure = answer === 'missing' ? 'missing' : 'not here';
      if (answer !== 'allow') hidden.set(name, denial(use, rule, failure, this.telling(narrow)));
    }
    if (hidden.size > 0) this.hiddenValues.set(use, hidden);
  }

  #settle(check: Check, narrow: boolean, denials: Denial[], waiting: Check[]): void {
    const answer = this.ask(check, narrow);
    if (answer === 'defer') waiting.push(waitingWith(check, narrow));
    else if (answer !== 'allow')
      denials.push(denial(check.place.use, check.rule, fieldAnswer(check, answer), this.telling(narrow)));
  }

  ask({ rule, place }: Check, narrow: boolean): Answer {
    return this.oracle.answer(rule, narrow, place);
  }

  onReturned(use: FieldUse): readonly Check[] {
    return this.#onReturned.get(use) ?? [];
  }

  listed(place: Place, rules: readonly Rule[], narrow: boolean): Listed {
    const [denials, waiting]: [Denial[], Check[]] = [[], []];
    for (const rule of rules) this.#settle({ rule, place }, narrow, denials, waiting);
    return { denials, waiting };
  }

  waitAt(use: FieldUse, waiting: readonly Check[]): void {
    if (waiting.length > 0) this.checks.set(use, [...(this.checks.get(use) ?? []), ...waiting]);
  }

  /** What waits for an object is asked at the field around: graphql-js answers `__typename` without asking anybody. */
  aloneName(use: FieldUse, context: Context): Denial[] {
    const place: Place = { use, as: 'connection' };
    const { denials, waiting } = this.listed(place, context.connection ?? [], context.narrowLeaves);
    if (use.parent) this.waitAt(use.parent, waiting);
    this.states.set(use, denials.length > 0 ? 'dead' : 'alive');
    if (denials.length > 0) this.denialsAt.set(use, denials);
    else if (context.reader && !context.connection) context.reader.reads.push(use);
    return denials;
  }

  /** The children that a selection keeps; what each read is told to the context's reader. */
  children(selection: Selection, context: Context): Children {
    const alive: FieldUse[] = [];
    const names: FieldUse[] = [];
    const denials: Denial[] = [];
    for (const child of selection.fields.values()) {
      if (child.kind === 'typename') {
        const active = this.#active(child);
        this.states.set(child, active ? 'alive' : 'inactive');
        if (active) names.push(child);
        continue;
      }
      denials.push(...this.#use(child, context));
      const isRead = child.kind === 'leaf' && !context.connection && this.states.get(child) !== 'inactive';
      if (isRead && context.reader) context.reader.attempted = true;
      if (this.states.get(child) !== 'alive') continue;
      alive.push(child);
      if (!context.reader) continue;
      if (context.connection && (child.kind === 'leaf' || isPublicObject(child)))
        context.reader.traversed = true;
      else if (child.kind === 'leaf' || isUnruledObject(child)) context.reader.reads.push(child);
    }
    return { alive, denials, names };
  }
}

/** Whether a field of a root type is one of the API, and neither `__typename` nor introspection. */
function isOperation({ kind }: FieldUse): boolean {
  return kind === 'leaf' || kind === 'object';
}

/** M13: at a root field there is no object above, so a boundary without an argument is that of the object returned. */
function readsReturned({ rule, place }: Check): boolean {
  if (place.as !== 'field' || place.use.parent !== undefined) return false;
  return rule.elements.some(
    (element) =>
      element.kind === 'permissions' &&
      element.alternatives.some(({ boundary, argument }) => boundary && !argument),
  );
}

const UNRULED: readonly Cover[] = ['public', 'unmarked', 'root'];

/** A child object that may be without a rule of its own belongs to the object above it. */
function isUnruledObject(use: FieldUse): boolean {
  return (
    use.kind === 'object' && [...use.selections.values()].some(({ access }) => UNRULED.includes(access.cover))
  );
}

/** An object that nothing guards belongs to what is around it: a page of a connection is part of the connection. */
function isPublicObject(use: FieldUse): boolean {
  return (
    use.kind === 'object' &&
    [...use.selections.values()].every(({ access }) => UNRULED.includes(access.cover))
  );
}
