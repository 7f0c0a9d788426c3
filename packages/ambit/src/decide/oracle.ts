import type { DirectiveNode } from 'graphql';
import type { NarrowVerb } from '../grants/held.ts';
import type { Rights } from '../grants/rights.ts';
import { conditionsHold } from '../plan/conditions.ts';
import { suppliedDirectiveRules, suppliedRules } from '../plan/inputs.ts';
import type { Condition, FieldUse, Plan } from '../plan/plan.ts';
import type { Rule } from '../rules/requirement.ts';
import type { CaveatReason, Need } from '../types.ts';
import {
  type Answer,
  type Asker,
  decideRule,
  isHeld,
  type Locate,
  mayTouch,
  opensUnmarked,
} from './decide.ts';
import { locator, type Place } from './locate.ts';
import type { Scene } from './scene.ts';

/**
 * A question about one request. It is made of the plan alone and takes everything else as an argument, so that the
 * same question can be put to another request; its answer is a plain value, compared with `===`.
 */
export type Question = (rights: Rights, scene: Scene) => string | boolean;

/** A question that was asked, and what it was answered. */
export interface Asked {
  readonly question: Question;
  readonly answer: string | boolean;
}

const NOTHING_READ = (): undefined => undefined;

/**
 * Answers everything that a decision wants to know of a request, and keeps what was asked. A decision learns of
 * rights, variables and facts through this and through nothing else: whoever answers the same questions alike gets
 * the same ruling.
 */
export class Oracle {
  readonly plan: Plan;
  readonly asked: Asked[] = [];
  readonly #rights: Rights;
  readonly #scene: Scene;
  readonly #known = new Map<string, string | boolean>();
  readonly #numbers = new Map<object, number>();

  constructor(plan: Plan, rights: Rights, scene: Scene) {
    this.plan = plan;
    this.#rights = rights;
    this.#scene = scene;
  }

  /** What a rule answers before anything has been read. */
  answer(rule: Rule, narrow: boolean, place: Place | Locate): Answer {
    const { operation } = this.plan.operation;
    const isPlace = typeof place === 'object';
    const where = isPlace ? `${place.as} ${this.#number(place.use)}` : this.#number(place);
    return this.#ask(`rule ${this.#number(rule)} ${narrow} ${where}`, (rights, scene) => {
      const asker: Asker = { rights, operation, narrow };
      return decideRule(rule, asker, isPlace ? locator(scene, place, NOTHING_READ) : place);
    }) as Answer;
  }

  /** Whether one need is held anywhere. */
  holds(need: Need, narrow: boolean): boolean {
    const { operation } = this.plan.operation;
    return this.#yes(`holds ${JSON.stringify(need)} ${narrow}`, (rights) =>
      isHeld(need, { rights, operation, narrow }),
    );
  }

  /** Whether a coordinate is hidden from the credential, so that no denial may name it. */
  hides(coordinate: string): boolean {
    return this.#yes(`hides ${coordinate}`, (_, scene) => scene.hides(coordinate));
  }

  /** Whether caveats stand in the way of root fields: then `barred` and `refusal` have to be asked. */
  restricted(): boolean {
    return this.#yes('restricted', (rights) => rights.barred || rights.roots !== undefined);
  }

  /** Why caveats keep a field of a root type from running; asked without a field of what belongs to no operation. */
  refusal(verb: NarrowVerb, field: string | undefined): CaveatReason | undefined {
    const reason = this.#ask(`root ${verb} ${field ?? ''}`, (rights) => rights.refusal(verb, field) ?? '');
    return reason === '' ? undefined : (reason as CaveatReason);
  }

  /** Whether a caveat that is not understood bars everything. */
  barred(): boolean {
    return this.#yes('barred', (rights) => rights.barred);
  }

  /** Whether what nobody marked is open to this credential. */
  opensUnmarked(): boolean {
    const { operation } = this.plan.operation;
    const { rest } = this.plan.policy;
    return this.#yes('unmarked', (rights) => opensUnmarked(rest, rights, operation));
  }

  /** Whether a narrow scope names this root field (M17). */
  narrow(root: FieldUse): boolean {
    const { operation } = this.plan.operation;
    const verb = operation === 'mutation' ? 'mutate' : operation === 'subscription' ? 'subscribe' : 'query';
    return this.#yes(`narrow ${root.name}`, (rights) => rights.narrow(verb, root.name));
  }

  /** Whether anything is held at, above or below some boundary of `kind` (M12). */
  mayTouch(kind: string): boolean {
    const { operation } = this.plan.operation;
    return this.#yes(`touch ${kind}`, (rights) => mayTouch(rights, operation, kind));
  }

  /** Whether what stands under these conditions executes (M6). */
  executes(conditions: readonly Condition[]): boolean {
    if (conditions.length === 0) return true;
    return this.#yes(`if ${JSON.stringify(conditions)}`, (_, scene) =>
      conditionsHold(conditions, scene.variables.coerced),
    );
  }

  /** Rules of everything that is supplied to a field (M7). */
  supplied(use: FieldUse): readonly Rule[] {
    if (!use.access?.guardsInput) return [];
    const { policy } = this.plan;
    return this.#rules(`supplied ${this.#number(use)}`, (scene) =>
      suppliedRules(policy, use, scene.variables),
    );
  }

  /** Rules of everything that is supplied to an executable directive (M26). */
  suppliedTo(directive: DirectiveNode): readonly Rule[] {
    const { policy } = this.plan;
    return this.#rules(`directive ${this.#number(directive)}`, (scene) =>
      suppliedDirectiveRules(policy, directive, scene.variables),
    );
  }

  /** Coordinates hold no space, so they join injectively; each names one rule of the policy. */
  #rules(key: string, find: (scene: Scene) => readonly Rule[]): readonly Rule[] {
    const text = String(
      this.#ask(key, (_, scene) =>
        find(scene)
          .map(({ coordinate }) => coordinate)
          .join(' '),
      ),
    );
    const names = text === '' ? [] : text.split(' ');
    return names.flatMap((name) => this.plan.policy.rules.get(name) ?? []);
  }

  #yes(key: string, question: (rights: Rights, scene: Scene) => boolean): boolean {
    return this.#ask(key, question) === true;
  }

  #ask(key: string, question: Question): string | boolean {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const answer = question(this.#rights, this.#scene);
    this.#known.set(key, answer);
    this.asked.push({ question, answer });
    return answer;
  }

  #number(thing: object): number {
    const number = this.#numbers.get(thing) ?? this.#numbers.size;
    this.#numbers.set(thing, number);
    return number;
  }
}
