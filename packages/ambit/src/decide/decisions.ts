import type { Rights } from '../grants/rights.ts';
import type { Plan } from '../plan/plan.ts';
import type { Effect } from '../types.ts';
import { Decision, type Request, type Ruling, rule, sceneOf } from './decision.ts';
import { type Asked, Oracle, type Question } from './oracle.ts';
import type { Scene } from './scene.ts';

/** More rulings than this on one plan are not kept: then all go, and the next ones are kept again. */
const MAX_RULINGS = 32;
/**
 * How much is kept in all, over every plan: a ruling weighs what its plan weighs and what was asked for it. Variables
 * and credentials come from outside, so neither may fill the memory.
 */
const BUDGET = 60_000;

/** A question, with what comes after each answer to it that has been met. */
interface Fork {
  readonly question: Question;
  readonly next: Map<string | boolean, Fork | { readonly ruling: Ruling }>;
}

/** The rulings on one plan under one effect, found by asking what was asked when they were made. */
interface Rulings {
  first: Fork | { readonly ruling: Ruling } | undefined;
  count: number;
  weight: number;
}

/**
 * Decides operations, and keeps how: for each plan, the questions that its rulings came from, as a tree. A decision
 * that is found there was made by putting every one of those questions to this very request; nothing is kept of a
 * request itself, and no credential's answer stands for another's.
 */
export class Decisions {
  readonly #kept = new Map<Plan, Map<Effect, Rulings>>();
  #weight = 0;

  /** Equal to `decideOperation`, which it calls for what it has not met yet. */
  decide(plan: Plan, rights: Rights, request: Request): Decision {
    const scene = sceneOf(rights, request);
    const rulings = this.#rulings(plan, request.effect);
    const known = found(rulings.first, rights, scene);
    if (known) return new Decision(known, rights, scene);
    const oracle = new Oracle(plan, rights, scene);
    const ruling = rule(oracle, request.effect);
    this.#keep(plan, rulings, oracle.asked, ruling);
    return new Decision(ruling, rights, scene);
  }

  #rulings(plan: Plan, effect: Effect): Rulings {
    let effects = this.#kept.get(plan);
    if (!effects) {
      effects = new Map();
      this.#kept.set(plan, effects);
    }
    let rulings = effects.get(effect);
    if (!rulings) {
      rulings = { first: undefined, count: 0, weight: 0 };
      effects.set(effect, rulings);
    }
    return rulings;
  }

  #keep(plan: Plan, rulings: Rulings, asked: readonly Asked[], ruling: Ruling): void {
    if (rulings.count >= MAX_RULINGS) this.#forget(rulings);
    grow(rulings, asked, ruling);
    const weight = plan.size + asked.length;
    rulings.count += 1;
    rulings.weight += weight;
    this.#weight += weight;
    for (const [oldest, effects] of this.#kept) {
      if (this.#weight <= BUDGET) return;
      for (const one of effects.values()) this.#forget(one);
      this.#kept.delete(oldest);
    }
  }

  #forget(rulings: Rulings): void {
    this.#weight -= rulings.weight;
    rulings.first = undefined;
    rulings.count = 0;
    rulings.weight = 0;
  }
}

function found(first: Rulings['first'], rights: Rights, scene: Scene): Ruling | undefined {
  let at = first;
  while (at && 'question' in at) at = at.next.get(at.question(rights, scene));
  return at?.ruling;
}

/** Adds a ruling at the end of its questions. A loop, because an operation can lead to thousands of them. */
function grow(rulings: Rulings, asked: readonly Asked[], ruling: Ruling): void {
  let put = (node: Fork | { readonly ruling: Ruling }): unknown => {
    rulings.first = node;
    return node;
  };
  let at = rulings.first;
  for (const { question, answer } of asked) {
    const fork: Fork = at && 'question' in at ? at : { question, next: new Map() };
    if (fork !== at) put(fork);
    put = (node) => fork.next.set(answer, node);
    at = fork.next.get(answer);
  }
  put({ ruling });
}
