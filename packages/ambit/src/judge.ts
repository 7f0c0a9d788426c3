import { isAbstractType } from 'graphql';
import { type Answer, type Asker, combine, decideRule, mergeNeeds, missingOf, passesCoarsely } from './decide.ts';
import type { Check, ObjectGuard } from './guard.ts';
import { isIdle } from './guard.ts';
import { suppliedRules } from './inputs.ts';
import { locator, type Place, type Scene } from './locate.ts';
import type { FieldUse, Plan, Selection } from './plan.ts';
import type { Cover, TypeAccess } from './policy.ts';
import { type Element, type Rule, STANDALONE_KINDS } from './requirement.ts';
import type { Rights } from './rights.ts';
import type { Denial } from './types.ts';

/** What became of one use of a field. `inactive`: a condition keeps it from executing. */
export type UseState = 'alive' | 'dead' | 'inactive';

/** What the nearest ruled object above has to answer for. */
interface Reader {
  readonly reads: FieldUse[];
  /** Whether something that has a rule of its own is permitted below. */
  traversed: boolean;
}

interface Context {
  readonly reader: Reader | undefined;
  /** Rules for the own leaves of the connection around, or undefined outside of one. */
  readonly connection: readonly Rule[] | undefined;
  /** Whether a narrow scope of the root field still speaks for objects here (M17). */
  readonly narrow: boolean;
}

interface Verdict {
  readonly state: 'alive' | 'empty' | 'denied';
  readonly denials: readonly Denial[];
  readonly guard?: ObjectGuard;
}

const NO_READS: ReadonlySet<FieldUse> = new Set();

/** Walks a plan with the rights of one credential. One judge serves one request. */
export class Judge {
  readonly states: Map<FieldUse, UseState> = new Map();
  readonly objects: Map<FieldUse, Map<string, ObjectGuard>> = new Map();
  readonly checks: Map<FieldUse, Check[]> = new Map();
  readonly denialsAt: Map<FieldUse, readonly Denial[]> = new Map();
  readonly #plan: Plan;
  readonly #rights: Rights;
  readonly #scene: Scene;

  constructor(plan: Plan, rights: Rights, scene: Scene) {
    this.#plan = plan;
    this.#rights = rights;
    this.#scene = scene;
  }

  /** Every denial, in document order. */
  walk(): Denial[] {
    const context: Context = { reader: undefined, connection: undefined, narrow: false };
    return [...this.#plan.root.fields.values()].flatMap((use) => {
      if (use.kind === 'typename') this.states.set(use, this.#active(use) ? 'alive' : 'inactive');
      else return this.#use(use, context);
      return [];
    });
  }

  #asker(narrow: boolean): Asker {
    return { rights: this.#rights, operation: this.#plan.operation.operation, narrow };
  }

  #active(use: FieldUse): boolean {
    const { coerced } = this.#scene.variables;
    return use.occurrences.some(({ conditions }) =>
      conditions.every(({ variable, want }) => (coerced[variable] === true) === want),
    );
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
    const below = use.kind === 'object' ? this.#objects(use, context) : { alive: true, denials: [] };
    this.states.set(use, own.length > 0 || !below.alive ? 'dead' : 'alive');
    if (own.length > 0) this.denialsAt.set(use, own);
    const everything = this.#plan.operation.operation === 'mutation';
    return own.length > 0 && !everything ? own : [...own, ...below.denials];
  }

  /** Denials by what stands on the field itself, its input, or the connection whose leaf it is. */
  #fieldDenials(use: FieldUse, context: Context): Denial[] {
    const { access } = use;
    if (!access) return [];
    const narrow = use.parent === undefined && this.#narrow(use);
    const asker = this.#asker(narrow);
    const checks: Check[] = [
      ...access.rules.map((rule): Check => ({ rule, place: { use, as: 'field' } })),
      ...suppliedRules(this.#scene.policy, use, this.#scene.variables).map((rule): Check => ({ rule, place: { use, as: 'input' } })),
    ];
    const leaf = use.kind === 'leaf' ? (context.connection ?? []) : [];
    const denials: Denial[] = [];
    if (!access.covered && !passesCoarsely(this.#rights.coarse, asker.operation)) denials.push(unmarked(use, use.written));
    const waiting: Check[] = [];
    for (const check of checks) this.#settle(check, asker, denials, waiting);
    for (const rule of leaf) {
      this.#settle({ rule, place: { use, as: 'connection' } }, this.#asker(context.narrow), denials, waiting);
    }
    if (waiting.length > 0) this.checks.set(use, waiting);
    return denials;
  }

  #settle(check: Check, asker: Asker, denials: Denial[], waiting: Check[]): void {
    const answer = this.#ask(check.rule, asker, check.place);
    if (answer === 'defer') waiting.push(check);
    else if (answer !== 'allow') denials.push(denial(check.place.use, check.rule, fieldAnswer(check, answer), asker));
  }

  #ask(rule: Rule, asker: Asker, place: Place): Answer {
    return decideRule(rule, asker, locator(this.#scene, place, () => undefined));
  }

  #narrow(root: FieldUse): boolean {
    const { operation } = this.#plan.operation;
    const verb = operation === 'mutation' ? 'mutate' : operation === 'subscription' ? 'subscribe' : 'query';
    return this.#rights.narrow(verb, root.name);
  }

  /** What becomes of the objects that a field returns, over every concrete type they can have (M5). */
  #objects(use: FieldUse, context: Context): { alive: boolean; denials: readonly Denial[] } {
    const abstract = isAbstractType(use.returned);
    const narrow = use.parent === undefined ? this.#narrow(use) && !abstract : context.narrow;
    const verdicts = [...use.selections].map(([name, selection]) => {
      const verdict = this.#selection(use, selection, { ...context, narrow });
      return { name, ...verdict };
    });
    const alive = verdicts.filter((verdict) => verdict.state === 'alive');
    if (alive.length === 0) return { alive: false, denials: this.#allDenied(use, verdicts, abstract) };
    const guards = new Map<string, ObjectGuard>();
    for (const verdict of verdicts) {
      if (verdict.state === 'denied') guards.set(verdict.name, { show: false, hard: [], soft: [], traverse: false, reads: NO_READS });
      else if (verdict.guard && !isIdle(verdict.guard)) guards.set(verdict.name, verdict.guard);
    }
    if (guards.size > 0) this.objects.set(use, guards);
    const everything = this.#plan.operation.operation === 'mutation';
    return {
      alive: true,
      denials: verdicts.flatMap((verdict) => (verdict.state === 'denied' && !everything && abstract ? [] : verdict.denials)),
    };
  }

  /** No error may name a type that the client did not write (M5). */
  #allDenied(use: FieldUse, verdicts: readonly (Verdict & { name: string })[], abstract: boolean): readonly Denial[] {
    const all = verdicts.flatMap((verdict) => verdict.denials);
    if (!abstract || !use.returned) return all;
    const written = this.#plan.typeConditions;
    const named = all.filter((one) => one.coordinate.includes('.') || written.has(one.coordinate));
    if (named.length > 0) return named;
    const [first] = all;
    if (!first) return [];
    const requires = [...new Map(all.flatMap((one) => one.requires).map((needs) => [JSON.stringify(needs), needs])).values()].slice(0, 16);
    return [{ ...first, coordinate: use.returned.name, requires }];
  }

  #selection(use: FieldUse, selection: Selection, context: Context): Verdict {
    const { access } = selection;
    if (access.cover !== 'inherits') return this.#object(use, selection, context);
    const asConnection = access.inheritsAs === 'connection' || access.inheritsAs === 'edge';
    const isPayload = access.inheritsAs === 'payload';
    const inner: Context = {
      reader: isPayload || asConnection ? (asConnection ? context.reader : undefined) : context.reader,
      connection: asConnection ? this.#nodeRules(access) : isPayload ? undefined : context.connection,
      narrow: asConnection && context.narrow,
    };
    const { alive, denials, names } = this.#children(selection, inner);
    for (const child of names) {
      if (alive.length > 0) continue;
      denials.push(...this.#fieldLike(child, inner));
      if (this.states.get(child) === 'alive') alive.push(child);
    }
    const guard = access.inheritsAs === 'edge' ? this.#edgeGuard(use, selection, access) : undefined;
    const empty = alive.length === 0 && this.#anyDead(selection);
    return { state: empty ? 'empty' : 'alive', denials, ...(guard ? { guard } : {}) };
  }

  /** `__typename` selected alone reads what it stands on, like any leaf. */
  #fieldLike(use: FieldUse, context: Context): Denial[] {
    const denials: Denial[] = [];
    const waiting: Check[] = [];
    for (const rule of context.connection ?? []) {
      this.#settle({ rule, place: { use, as: 'connection' } }, this.#asker(context.narrow), denials, waiting);
    }
    if (waiting.length > 0) this.checks.set(use, waiting);
    this.states.set(use, denials.length > 0 ? 'dead' : 'alive');
    if (denials.length > 0) this.denialsAt.set(use, denials);
    else if (context.reader && !context.connection) context.reader.reads.push(use);
    return denials;
  }

  #nodeRules(access: TypeAccess): readonly Rule[] {
    const rules = access.nodeTypes.flatMap((type) => {
      const node = this.#scene.policy.typeAccess(type);
      if (node.cover === 'unmarked') return [UNMARKED_NODE];
      return node.rules;
    });
    return [...new Set(rules)];
  }

  /** An edge whose node is outside is dropped with it: its cursor would say that there is one. */
  #edgeGuard(use: FieldUse, selection: Selection, access: TypeAccess): ObjectGuard | undefined {
    const [only, ...others] = access.nodeTypes;
    if (!only || others.length > 0) return undefined;
    for (const child of selection.fields.values()) {
      const guard = child.name === 'node' ? this.objects.get(child)?.get(only.name) : undefined;
      if (!guard || guard.traverse) continue;
      const soft = guard.soft.map(({ rule }): Check => ({ rule, place: { use, as: 'edge' } }));
      return { show: true, hard: [], soft, traverse: false, reads: NO_READS };
    }
    return undefined;
  }

  /** The children that a selection keeps; what each read is told to the context's reader. */
  #children(selection: Selection, context: Context): { alive: FieldUse[]; denials: Denial[]; names: FieldUse[] } {
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
      if (this.states.get(child) !== 'alive') continue;
      alive.push(child);
      if (!context.reader) continue;
      if (child.kind === 'leaf' && context.connection) context.reader.traversed = true;
      else if (child.kind === 'leaf' || this.#isPublicObject(child)) context.reader.reads.push(child);
    }
    return { alive, denials, names };
  }

  /** A child object that may be without a rule of its own belongs to the object above it. */
  #isPublicObject(use: FieldUse): boolean {
    return use.kind === 'object' && [...use.selections.values()].some(({ access }) => UNRULED.includes(access.cover));
  }

  #anyDead(selection: Selection): boolean {
    return [...selection.fields.values()].some((child) => this.states.get(child) === 'dead');
  }

  #object(use: FieldUse, selection: Selection, context: Context): Verdict {
    const { access } = selection;
    const asker = this.#asker(context.narrow);
    if (access.cover === 'unmarked' && !passesCoarsely(this.#rights.coarse, asker.operation)) {
      return { state: 'denied', denials: [unmarked(use, access.type.name)] };
    }
    const reader: Reader = { reads: [], traversed: false };
    const { alive, denials, names } = this.#children(selection, { reader, connection: undefined, narrow: false });
    const rules = access.cover === 'ruled' ? access.rules : [];
    if (alive.length === 0 && names.length === 0 && this.#anyDead(selection)) return { state: 'empty', denials };
    if (!reader.traversed) reader.reads.push(...names);
    const hard = this.#checks(use, rules, (element) => !isWaivable(element));
    const soft = this.#checks(use, rules, isWaivable);
    const failed = [...hard, ...(reader.traversed ? [] : soft)].flatMap(({ rule, place }) => {
      const answer = this.#ask(rule, asker, place);
      return answer === 'allow' || answer === 'defer' ? [] : [denial(use, rule, answer, asker, rules)];
    });
    if (failed.length > 0) return { state: 'denied', denials: this.#withBelow(failed, denials) };
    const waitingHard = hard.filter(({ rule, place }) => this.#ask(rule, asker, place) === 'defer');
    const verdict = this.#passing(use, { soft, hard: waitingHard, reader, denials, asker, rules });
    if (verdict.state === 'alive' && rules.length > 0 && context.reader) context.reader.traversed = true;
    return verdict;
  }

  #withBelow(own: readonly Denial[], below: readonly Denial[]): readonly Denial[] {
    return this.#plan.operation.operation === 'mutation' ? [...own, ...below] : own;
  }

  #checks(use: FieldUse, rules: readonly Rule[], keep: (element: Element) => boolean): Check[] {
    return rules.flatMap((rule) => {
      const elements = rule.elements.filter(keep);
      return elements.length === 0 ? [] : [{ rule: { ...rule, elements }, place: { use, as: 'type' as const } }];
    });
  }

  /** The part of an object's verdict that traversal can soften. */
  #passing(
    use: FieldUse,
    parts: { soft: Check[]; hard: Check[]; reader: Reader; denials: Denial[]; asker: Asker; rules: readonly Rule[] },
  ): Verdict {
    const { soft, hard, reader, asker, rules } = parts;
    const answers = soft.map(({ rule, place }) => this.#ask(rule, asker, place));
    const answer = combine(answers);
    const denials = [...parts.denials];
    if (answer === 'allow') return { state: 'alive', denials, guard: { show: true, hard, soft: [], traverse: false, reads: NO_READS } };
    const traverse = reader.traversed && this.#mayPass(soft);
    if (answer === 'defer') {
      const waiting = soft.filter((_, index) => answers[index] === 'defer');
      return { state: 'alive', denials, guard: { show: true, hard, soft: waiting, traverse, reads: new Set(reader.reads) } };
    }
    const failing = soft.flatMap(({ rule }, index) => {
      const one = answers[index];
      return one === 'missing' || one === 'outside' ? [{ rule, answer: one }] : [];
    });
    if (!traverse) {
      return { state: 'denied', denials: this.#withBelow(failing.map((one) => denial(use, one.rule, one.answer, asker, rules)), denials) };
    }
    for (const read of reader.reads) {
      const own = failing.map((one) => denial(read, one.rule, one.answer === 'outside' ? 'not here' : 'missing', asker, rules));
      this.states.set(read, 'dead');
      this.denialsAt.set(read, own);
      denials.push(...own);
    }
    return { state: 'alive', denials, guard: { show: true, hard, soft, traverse, reads: NO_READS } };
  }

  #mayPass(soft: readonly Check[]): boolean {
    return soft
      .flatMap(({ rule }) => rule.elements)
      .some((element) => element.kind === 'permissions' && element.alternatives.some(({ boundaryType }) => this.#rights.mayTouch(boundaryType)));
  }
}

/** M12 waives type rules with a boundary, and never scopes, policies, `@authenticated`, `user` or `instance`. */
function isWaivable(element: Element): boolean {
  return (
    element.kind === 'permissions' &&
    element.alternatives.every(({ boundaryType }) => !STANDALONE_KINDS.includes(boundaryType))
  );
}

const UNRULED: readonly Cover[] = ['public', 'unmarked', 'root'];

/** Stands for the rule of a node type that has none. */
const UNMARKED_NODE: Rule = {
  coordinate: '',
  elements: [{ kind: 'never' }],
  public: false,
  inherits: false,
  requires: [],
  origin: {},
};

/** How a rule failed: `not here` is said aloud, at a field of an object that is shown anyway (M11). */
export type Failure = 'missing' | 'outside' | 'not here';

/** An argument that aims outside aims at nothing; a field of an object that is shown is refused aloud. */
export function fieldAnswer(check: Check, answer: 'missing' | 'outside'): Failure {
  if (answer === 'missing') return 'missing';
  const byArgument = check.rule.elements.some(
    (element) => element.kind === 'permissions' && element.alternatives.some(({ argument }) => argument !== undefined),
  );
  return byArgument || check.place.use.parent === undefined ? 'outside' : 'not here';
}

function unmarked(use: FieldUse, coordinate: string): Denial {
  return { path: use.path, coordinate, requires: [], missing: [], kind: 'missing' };
}

/** The denial of `use` by `rule`, told by the coordinate that the client wrote. */
export function denial(
  use: FieldUse,
  rule: Rule,
  failure: Failure,
  asker: Asker,
  whole: readonly Rule[] = [],
): Denial {
  const full = whole.find((one) => one.coordinate === rule.coordinate) ?? rule;
  const missing = failure === 'missing' ? missingOf(full, asker) : failure === 'not here' ? (full.requires[0] ?? []) : [];
  return {
    path: use.path,
    coordinate: writtenCoordinate(use, full.coordinate),
    requires: full.requires,
    missing: mergeNeeds([missing]),
    kind: failure === 'outside' ? 'outside' : 'missing',
  };
}

/** A rule on `Issue.id` met through `Node { id }` is told as `Node.id`: no error names a type that was not written. */
function writtenCoordinate(use: FieldUse, coordinate: string): string {
  const isField = coordinate.endsWith(`.${use.name}`) && !coordinate.includes('(');
  const sameField = isField && coordinate === `${use.parentType.name}.${use.name}`;
  return sameField ? use.written : coordinate;
}
