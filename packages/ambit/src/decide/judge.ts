import { isEnumType } from 'graphql';
import type { Cover } from '../compile/policy.ts';
import type { Rights } from '../grants/rights.ts';
import { conditionsHold } from '../plan/conditions.ts';
import { suppliedRules } from '../plan/inputs.ts';
import type { FieldUse, Plan, Selection } from '../plan/plan.ts';
import type { Rule } from '../rules/requirement.ts';
import type { Denial } from '../types.ts';
import type { Children, Context, UseState, Walk } from './context.ts';
import { type Answer, type Asker, decideRule, opensUnmarked } from './decide.ts';
import { denial, fieldAnswer, unmarked } from './denial.ts';
import type { Check, ObjectGuard } from './guard.ts';
import { hangsSomewhere, locator, type Place, type Scene } from './locate.ts';
import { Verdicts } from './verdicts.ts';

/** Walks a plan with the rights of one credential. One judge serves one request. */
export class Judge implements Walk {
  readonly states: Map<FieldUse, UseState> = new Map();
  readonly objects: Map<FieldUse, Map<string, ObjectGuard>> = new Map();
  readonly checks: Map<FieldUse, Check[]> = new Map();
  readonly denialsAt: Map<FieldUse, readonly Denial[]> = new Map();
  readonly hiddenValues: Map<FieldUse, ReadonlyMap<string, Denial>> = new Map();
  readonly #onReturned = new Map<FieldUse, Check[]>();
  readonly plan: Plan;
  readonly rights: Rights;
  readonly scene: Scene;
  readonly #verdicts: Verdicts;

  constructor(plan: Plan, rights: Rights, scene: Scene) {
    this.plan = plan;
    this.rights = rights;
    this.scene = scene;
    this.#verdicts = new Verdicts(this);
  }

  /** Every denial, in document order. */
  walk(): Denial[] {
    return [...this.plan.root.fields.values()].flatMap((use) => {
      const denials = this.#root(use);
      return this.rights.barred && this.states.get(use) === 'alive' ? this.#bar(use, denials) : denials;
    });
  }

  #root(use: FieldUse): Denial[] {
    if (use.kind !== 'typename') {
      return this.#use(use, { reader: undefined, connection: undefined, narrow: false, narrowLeaves: false });
    }
    this.states.set(use, this.#active(use) ? 'alive' : 'inactive');
    return [];
  }

  /** A caveat that is not understood denies everything, what is public included. */
  #bar(use: FieldUse, denials: readonly Denial[]): Denial[] {
    this.states.set(use, 'dead');
    return [...denials, unmarked(use, use.written)];
  }

  asker(narrow: boolean): Asker {
    return {
      rights: this.rights,
      operation: this.plan.operation.operation,
      narrow,
      hidden: this.scene.hidden,
    };
  }

  #active(use: FieldUse): boolean {
    const { coerced } = this.scene.variables;
    return use.occurrences.some(({ conditions }) => conditionsHold(conditions, coerced));
  }

  #use(use: FieldUse, context: Context): Denial[] {
    if (!this.#active(use)) {
      this.states.set(use, 'inactive');
      return [];
    }
    if (use.kind === 'introspection') {
      this.states.set(use, 'alive');
      return [];
    }
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
    const narrow = use.parent === undefined && this.isNarrow(use);
    const asker = this.asker(narrow);
    const checks: Check[] = [
      ...access.rules.map((rule): Check => ({ rule, place: { use, as: 'field' } })),
      ...suppliedRules(this.scene.policy, use, this.scene.variables).map(
        (rule): Check => ({ rule, place: { use, as: 'input' } }),
      ),
    ];
    const isOwn = use.kind === 'leaf' || isPublicObject(use);
    const leaf = isOwn ? (context.connection ?? []) : [];
    const denials: Denial[] = [];
    if (!access.covered && !this.opensUnmarked()) denials.push(unmarked(use, use.written));
    const waiting: Check[] = [];
    for (const check of checks) this.#settle(check, asker, denials, waiting);
    // A leaf with a rule of its own needs no other where the list hangs on no boundary (M4).
    const isBounded = leaf.length === 0 || !access.marked || hangsSomewhere(this.scene.policy, use);
    for (const rule of isBounded ? leaf : []) {
      this.#settle(
        { rule, place: { use, as: 'connection' } },
        this.asker(context.narrowLeaves),
        denials,
        waiting,
      );
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
      const rule = this.scene.policy.rules.get(`${use.returned.name}.${name}`);
      if (!rule || rule.elements.length === 0) continue;
      const asker = this.asker(use.parent === undefined && this.isNarrow(use));
      const answer = this.ask(rule, asker, { use, as: 'input' });
      if (answer !== 'allow')
        hidden.set(name, denial(use, rule, answer === 'missing' ? 'missing' : 'not here', asker));
    }
    if (hidden.size > 0) this.hiddenValues.set(use, hidden);
  }

  #settle(check: Check, asker: Asker, denials: Denial[], waiting: Check[]): void {
    const answer = this.ask(check.rule, asker, check.place);
    if (answer === 'defer') waiting.push(check);
    else if (answer !== 'allow')
      denials.push(denial(check.place.use, check.rule, fieldAnswer(check, answer), asker));
  }

  ask(rule: Rule, asker: Asker, place: Place): Answer {
    return decideRule(
      rule,
      asker,
      locator(this.scene, place, () => undefined),
    );
  }

  opensUnmarked(): boolean {
    return opensUnmarked(this.scene.policy.rest, this.rights, this.plan.operation.operation);
  }

  isNarrow(root: FieldUse): boolean {
    const { operation } = this.plan.operation;
    const verb = operation === 'mutation' ? 'mutate' : operation === 'subscription' ? 'subscribe' : 'query';
    return this.rights.narrow(verb, root.name);
  }

  onReturned(use: FieldUse): readonly Check[] {
    return this.#onReturned.get(use) ?? [];
  }

  /** What waits for an object is asked at the field around: graphql-js answers `__typename` without asking anybody. */
  aloneName(use: FieldUse, context: Context): Denial[] {
    const denials: Denial[] = [];
    const waiting: Check[] = [];
    for (const rule of context.connection ?? []) {
      this.#settle(
        { rule, place: { use, as: 'connection' } },
        this.asker(context.narrowLeaves),
        denials,
        waiting,
      );
    }
    if (waiting.length > 0 && use.parent)
      this.checks.set(use.parent, [...(this.checks.get(use.parent) ?? []), ...waiting]);
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
