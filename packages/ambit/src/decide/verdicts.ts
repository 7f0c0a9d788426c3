import { isAbstractType } from 'graphql';
import type { TypeAccess } from '../compile/policy.ts';
import type { FieldUse, Selection } from '../plan/plan.ts';
import type { Element, Rule } from '../rules/requirement.ts';
import type { Denial } from '../types.ts';
import type { Context, Part, Reader, Walk } from './context.ts';
import { combine } from './decide.ts';
import { asWritten, denial, unmarked } from './denial.ts';
import { type Check, isIdle, isWaivable, type ObjectGuard, OPEN_GUARD, waitingWith } from './guard.ts';
import { askPart, bareParts, mayPass, nameable, nodeRules, refusable } from './lists.ts';

/** What was decided about the objects of one concrete type that a field returns. */
interface Verdict {
  readonly state: 'alive' | 'empty' | 'denied';
  readonly denials: readonly Denial[];
  readonly guard?: ObjectGuard;
}

/** What a verdict on one object is made of, once its children are settled. */
interface ObjectParts {
  readonly soft: readonly Check[];
  readonly hard: readonly Check[];
  readonly reader: Reader;
  readonly denials: readonly Denial[];
  readonly narrow: boolean;
  readonly rules: readonly Rule[];
}

/** Below a payload that a root field returns: nothing above to answer for, and no narrow scope that speaks. */
const OUTSIDE: Context = { reader: undefined, connection: undefined, narrow: false, narrowLeaves: false };

/** Verdicts about the objects that a field returns: by their type, their boundary, and what is selected of them. */
export class Verdicts {
  /** The edges that were met; what guards them is known when all is decided. */
  readonly edges: Part[] = [];
  readonly #walk: Walk;

  constructor(walk: Walk) {
    this.#walk = walk;
  }

  /** What becomes of the objects that a field returns, over every concrete type they can have (M5). */
  of(use: FieldUse, context: Context): { alive: boolean; denials: readonly Denial[] } {
    const abstract = isAbstractType(use.returned);
    const speaks = use.parent === undefined ? this.#walk.oracle.narrow(use) : context.narrow;
    const narrow = speaks && !abstract;
    const verdicts = [...use.selections].map(([name, selection]) => {
      const verdict = this.#selection(use, selection, {
        ...context,
        narrow,
        narrowLeaves: narrow || context.narrowLeaves,
      });
      return { name, ...verdict };
    });
    const alive = verdicts.filter((verdict) => verdict.state === 'alive');
    if (alive.length === 0) {
      const denials = verdicts.flatMap((verdict) => verdict.denials);
      return {
        alive: false,
        denials: abstract ? asWritten(use, denials, this.#walk.plan.typeConditions) : denials,
      };
    }
    const guards = new Map<string, ObjectGuard>();
    const onReturned = this.#walk.onReturned(use);
    for (const verdict of verdicts) {
      if (verdict.state !== 'denied' && onReturned.length > 0) {
        const guard = verdict.guard ?? OPEN_GUARD;
        guards.set(verdict.name, { ...guard, hard: [...guard.hard, ...onReturned] });
      } else if (verdict.state === 'denied') guards.set(verdict.name, { ...OPEN_GUARD, show: false });
      else if (verdict.guard && !isIdle(verdict.guard)) guards.set(verdict.name, verdict.guard);
    }
    if (guards.size > 0) this.#walk.objects.set(use, guards);
    const everything = this.#walk.plan.operation.operation === 'mutation';
    return {
      alive: true,
      denials: verdicts.flatMap((verdict) =>
        verdict.state === 'denied' && !everything && abstract ? [] : verdict.denials,
      ),
    };
  }

  #selection(use: FieldUse, selection: Selection, context: Context): Verdict {
    const { access } = selection;
    if (access.cover !== 'inherits') return this.#object(use, selection, context);
    const asConnection = access.inheritsAs === 'connection' || access.inheritsAs === 'edge';
    const isPayload = access.inheritsAs === 'payload' && use.parent === undefined;
    const inner = isPayload ? OUTSIDE : this.#within(access, context, asConnection);
    const { alive, denials, names } = this.#walk.children(selection, inner);
    // How many there are is told by the list, and that there is one by an edge, whatever is left of it.
    const isCounted = use.list || access.inheritsAs === 'edge';
    const isMixed = isCounted && inner.connection !== undefined && isAbstractType(use.returned);
    const areAlone = alive.length === 0 && names.length > 0 && !isMixed;
    for (const child of areAlone ? names : []) {
      if (alive.length > 0) continue;
      denials.push(...this.#walk.aloneName(child, inner));
      if (this.#walk.states.get(child) === 'alive') alive.push(child);
    }
    const isEmpty = alive.length === 0 && !(isMixed && names.length > 0) && this.#anyDead(selection);
    if (access.inheritsAs === 'edge') this.edges.push({ use, selection });
    const verdict: Verdict = { state: isEmpty ? 'empty' : 'alive', denials };
    if (!isCounted || areAlone) return verdict;
    if (inner.connection) return this.#part({ use, selection }, inner, verdict);
    inner.reader?.parts.push({ use, selection });
    return verdict;
  }

  /** A part of a connection; where nothing else is left of it, that it is there is judged like a leaf of it (M4). */
  #part(part: Part, inner: Context, verdict: Verdict): Verdict {
    const { denials, waiting } = askPart(part, inner, this.#walk);
    const told = verdict.state === 'empty' ? [] : denials;
    if (denials.length > 0) return { state: 'denied', denials: [...verdict.denials, ...told] };
    if (waiting.length === 0) return verdict;
    if (isAbstractType(part.use.returned)) return { ...verdict, guard: { ...OPEN_GUARD, hard: waiting } };
    this.#walk.waitAt(part.use, waiting);
    return verdict;
  }

  /** What holds below a connection, an edge, or something that belongs to the object or connection above. */
  #within(access: TypeAccess, context: Context, asConnection: boolean): Context {
    if (!asConnection) return { ...context, narrow: false };
    const rules = nodeRules(access, this.#walk);
    return { ...context, connection: rules.length > 0 ? rules : undefined, narrowLeaves: context.narrow };
  }

  #anyDead(selection: Selection): boolean {
    return [...selection.fields.values()].some((child) => this.#walk.states.get(child) === 'dead');
  }

  #object(use: FieldUse, selection: Selection, context: Context): Verdict {
    const { access } = selection;
    const { narrow } = context;
    const telling = this.#walk.telling(narrow);
    if (access.cover === 'unmarked' && !this.#walk.oracle.opensUnmarked()) {
      return { state: 'denied', denials: [unmarked(use, access.type.name)] };
    }
    const reader: Reader = { reads: [], parts: [], traversed: false, attempted: false };
    const { alive, denials, names } = this.#walk.children(selection, {
      reader,
      connection: undefined,
      narrow: false,
      narrowLeaves: false,
    });
    const rules = access.cover === 'ruled' ? access.rules : [];
    const isEmpty = alive.length === 0 && names.length === 0 && this.#anyDead(selection);
    if (!reader.traversed) reader.reads.push(...names);
    const hard = this.#checks(use, rules, narrow, (element) => !isWaivable(element));
    const soft = this.#checks(use, rules, narrow, isWaivable);
    // Nothing waives the hard ones; the others are asked where the object is read, or would be.
    const isRead = isEmpty ? reader.attempted : !reader.traversed;
    const failed = [...hard, ...(isRead ? soft : [])].flatMap((check) => {
      const answer = this.#walk.ask(check, narrow);
      return answer === 'allow' || answer === 'defer'
        ? []
        : [denial(use, check.rule, answer, telling, rules)];
    });
    if (failed.length > 0) return { state: 'denied', denials: this.#withBelow(failed, denials) };
    if (isEmpty) return { state: 'empty', denials, guard: this.#bareGuard(hard, soft, narrow) };
    const waitingHard = hard.filter((check) => this.#walk.ask(check, narrow) === 'defer');
    const verdict = this.#passing(use, { soft, hard: waitingHard, reader, denials, narrow, rules });
    if (verdict.state === 'alive' && rules.length > 0 && context.reader) context.reader.traversed = true;
    return verdict;
  }

  /**
   * Of an object of which nothing is left, while objects of other types remain in the same place: it is there only
   * for who may read it. Otherwise its nulls would say that it exists.
   */
  #bareGuard(hard: readonly Check[], soft: readonly Check[], narrow: boolean): ObjectGuard {
    const answers = [...hard, ...soft].map((check) => this.#walk.ask(check, narrow));
    const answer = combine(answers);
    const show = answer === 'allow' || answer === 'defer';
    return {
      ...OPEN_GUARD,
      show,
      hard: [...hard, ...soft].filter((_, index) => answers[index] === 'defer'),
    };
  }

  #withBelow(own: readonly Denial[], below: readonly Denial[]): readonly Denial[] {
    return this.#walk.plan.operation.operation === 'mutation' ? [...own, ...below] : own;
  }

  #checks(use: FieldUse, rules: readonly Rule[], narrow: boolean, keep: (one: Element) => boolean): Check[] {
    return rules.flatMap((rule) => {
      const elements = rule.elements.filter(keep);
      return elements.length === 0
        ? []
        : [waitingWith({ rule: { ...rule, elements }, place: { use, as: 'type' } }, narrow)];
    });
  }

  /** The part of an object's verdict that traversal can soften. */
  #passing(use: FieldUse, parts: ObjectParts): Verdict {
    const { soft, hard, reader, narrow, rules } = parts;
    const telling = this.#walk.telling(narrow);
    const answers = soft.map((check) => this.#walk.ask(check, narrow));
    const answer = combine(answers);
    const denials = [...parts.denials];
    if (answer === 'allow')
      return {
        state: 'alive',
        denials,
        guard: { ...OPEN_GUARD, hard },
      };
    const traverse = reader.traversed && mayPass(soft, this.#walk);
    if (answer === 'defer') {
      const waiting = soft.filter((_, index) => answers[index] === 'defer');
      const reads = new Set([...reader.reads.map(refusable), ...bareParts(reader, this.#walk)]);
      return { state: 'alive', denials, guard: { ...OPEN_GUARD, hard, soft: waiting, traverse, reads } };
    }
    const failing = soft.flatMap(({ rule }, index) => {
      const one = answers[index];
      return one === 'missing' || one === 'outside' ? [{ rule, answer: one }] : [];
    });
    if (!traverse) {
      return {
        state: 'denied',
        denials: this.#withBelow(
          failing.map((one) => denial(use, one.rule, one.answer, telling, rules)),
          denials,
        ),
      };
    }
    const refuse = (read: FieldUse): void => {
      const own = failing.map((one) =>
        denial(read, one.rule, one.answer === 'outside' ? 'not here' : 'missing', telling, rules),
      );
      this.#walk.states.set(read, 'dead');
      this.#walk.denialsAt.set(read, own);
      denials.push(...own);
      this.#emptied(read.parent, use);
    };
    const bare = bareParts(reader, this.#walk);
    for (const read of reader.reads.map(nameable)) refuse(read);
    for (const part of bare) if (this.#walk.states.get(part) === 'alive') refuse(part);
    return { state: 'alive', denials, guard: { ...OPEN_GUARD, hard, soft, traverse } };
  }

  /** What inherits from an object runs no more once everything selected of it is denied. */
  #emptied(from: FieldUse | undefined, top: FieldUse): void {
    for (let use = from; use && use !== top; use = use.parent) {
      const children = [...use.selections.values()].flatMap(({ fields }) => [...fields.values()]);
      if (children.some((child) => this.#walk.states.get(child) === 'alive')) return;
      this.#walk.states.set(use, 'dead');
    }
  }
}
