import type { Policy } from '../compile/policy.ts';
import type { Rights } from '../grants/rights.ts';
import type { Variables } from '../plan/inputs.ts';
import type { FieldUse, Plan, Selection } from '../plan/plan.ts';
import type { Atlas } from '../rules/atlas.ts';
import { type Rule, STANDALONE_KINDS } from '../rules/requirement.ts';
import type { Deferral, Denial, Effect, Outcome } from '../types.ts';
import type { UseState } from './context.ts';
import { type Locate, missingOf } from './decide.ts';
import type { FieldGuard } from './guard.ts';
import { Judge } from './judge.ts';
import { Oracle } from './oracle.ts';
import { type Facts, type Lookup, Scene } from './scene.ts';

/**
 * What was decided about a plan, without a word of who asked: the same for everyone whom the oracle answers alike.
 * Never changed once made.
 */
export interface Ruling {
  readonly outcome: Outcome;
  readonly denied: readonly Denial[];
  readonly deferred: readonly Deferral[];
  /** Response positions that do not run, as `deadKey` of their path. */
  readonly dead: ReadonlySet<string>;
  /** Response positions that a condition keeps from executing, and that were therefore not decided. */
  readonly inactive: ReadonlySet<string>;
  readonly guards: ReadonlyMap<FieldUse, FieldGuard>;
  /** Whether leaves are guarded too, and not only fields that return objects. */
  readonly guardsLeaves: boolean;
}

/** What one credential may do of one plan: a ruling, bound to the request that it was made or found for. */
export class Decision implements Ruling {
  /** What this decision shares with others; what is worked out of it once is kept under it. */
  readonly ruling: Ruling;
  readonly rights: Rights;
  readonly scene: Scene;
  readonly lookups: readonly Lookup[];
  /** Whether something has to be looked up or asked for, and the decision made again, before anything runs. */
  readonly isWaiting: boolean;

  constructor(ruling: Ruling, rights: Rights, scene: Scene) {
    this.ruling = ruling;
    this.rights = rights;
    this.scene = scene;
    this.lookups = scene.lookups();
    this.isWaiting = scene.isWaiting;
  }

  get outcome(): Outcome {
    const { outcome } = this.ruling;
    return outcome === 'allowed' && this.isWaiting ? 'deferred' : outcome;
  }

  /** Whether what was decided may be otherwise once something has run: places that were looked up, or asked for. */
  get isMovable(): boolean {
    return this.lookups.length > 0 || this.scene.asksPlaces;
  }

  get denied(): readonly Denial[] {
    return this.ruling.denied;
  }

  get deferred(): readonly Deferral[] {
    return this.ruling.deferred;
  }

  get dead(): ReadonlySet<string> {
    return this.ruling.dead;
  }

  get inactive(): ReadonlySet<string> {
    return this.ruling.inactive;
  }

  get guards(): ReadonlyMap<FieldUse, FieldGuard> {
    return this.ruling.guards;
  }

  get guardsLeaves(): boolean {
    return this.ruling.guardsLeaves;
  }
}

/** Response keys are GraphQL names, so a dot joins them injectively. */
export function deadKey(path: readonly string[]): string {
  return path.join('.');
}

/** What a decision is made of, besides plan and rights. */
export interface Request {
  readonly policy: Policy;
  readonly variables: Variables;
  readonly facts: Facts;
  readonly effect: Effect;
  /** Whether a coordinate is hidden from the credential, so that no error may name it; undefined where nothing is. */
  readonly hidden?: ((coordinate: string) => boolean) | undefined;
  readonly atlas?: Atlas | undefined;
}

/** Decides one operation. Pure: equal input gives an equal decision. */
export function decideOperation(plan: Plan, rights: Rights, request: Request): Decision {
  const scene = sceneOf(rights, request);
  return new Decision(rule(new Oracle(plan, rights, scene), request.effect), rights, scene);
}

/** A request as rules see it. */
export function sceneOf(rights: Rights, { policy, variables, facts, hidden, atlas }: Request): Scene {
  return new Scene(policy, variables, facts, rights.subject, hidden, atlas);
}

/** The ruling on a plan by what the oracle answers. Pure: equal answers give an equal ruling. */
export function rule(oracle: Oracle, effect: Effect): Ruling {
  const { plan } = oracle;
  const judge = new Judge(oracle);
  const denials = [...directiveDenials(oracle), ...judge.walk()];
  const { dead, inactive } = positions(plan, judge);
  const { guards, guardsLeaves } = guardsOf(plan, judge, dead);
  const denied = distinct(denials.filter((denial) => denial.path.length === 0 || isDead(denial.path, dead)));
  return {
    outcome: outcomeOf(plan, judge, denied, guards.size > 0, effect),
    denied,
    deferred: deferralsOf(guards),
    dead,
    inactive,
    guards,
    guardsLeaves,
  };
}

function outcomeOf(
  plan: Plan,
  judge: Judge,
  denied: readonly Denial[],
  undecided: boolean,
  effect: Effect,
): Outcome {
  if (denied.length === 0) return undecided ? 'deferred' : 'allowed';
  const alive = [...plan.root.fields.values()].some((use) => judge.states.get(use) === 'alive');
  const whole = denied.some((denial) => denial.path.length === 0);
  // What is hidden was answered before; what such a rule denies of the rest takes the engine's effect.
  const rejects = denied.some(
    (denial) => (denial.effect === 'hide' ? effect : (denial.effect ?? effect)) === 'reject',
  );
  const refused = plan.operation.operation === 'mutation' || rejects || whole || !alive;
  return refused ? 'rejected' : 'filtered';
}

/** Executable directives other than the specified ones need a rule at `@name` (M26). They stand in no place. */
function directiveDenials(oracle: Oracle): Denial[] {
  const { policy, directives } = oracle.plan;
  const denials: Denial[] = [];
  const ask = (asked: Rule): void => {
    if (oracle.answer(asked, false, standaloneOnly) === 'allow') return;
    denials.push({
      path: [],
      coordinate: asked.coordinate,
      requires: asked.requires,
      missing: missingOf(asked, (need) => oracle.holds(need, false)),
      kind: 'missing',
      ...(asked.effect ? { effect: asked.effect } : {}),
    });
  };
  for (const { node, conditions } of directives) {
    const name = node.name.value;
    if (!oracle.executes(conditions) || name === 'defer' || name === 'stream') continue;
    const coordinate = `@${name}`;
    const own = policy.rules.get(coordinate);
    if (own && (own.public || own.elements.length > 0)) ask(own);
    else if (policy.coverage !== 'open' && !oracle.opensUnmarked()) {
      denials.push({ path: [], coordinate, requires: [], missing: [], kind: 'missing' });
    }
    for (const supplied of oracle.suppliedTo(node)) ask(supplied);
  }
  return denials;
}

const standaloneOnly: Locate = ({ boundaryType }) =>
  STANDALONE_KINDS.includes(boundaryType) ? { at: 'known', keys: [`${boundaryType}:`] } : { at: 'nowhere' };

/** Positions at which every use that executes is dead, and those at which none executes. */
function positions(plan: Plan, judge: Judge): { dead: ReadonlySet<string>; inactive: ReadonlySet<string> } {
  const found: Record<UseState, Set<string>> = { alive: new Set(), dead: new Set(), inactive: new Set() };
  for (const use of usesOf(plan.root)) {
    const state = judge.states.get(use);
    if (state) found[state].add(deadKey(use.path));
  }
  const dead = new Set([...found.dead].filter((key) => !found.alive.has(key)));
  return {
    dead,
    inactive: new Set([...found.inactive].filter((key) => !found.alive.has(key) && !dead.has(key))),
  };
}

const NO_VALUES: ReadonlyMap<string, Denial> = new Map();

function isDead(path: readonly string[], dead: ReadonlySet<string>): boolean {
  return path.some((_, index) => dead.has(deadKey(path.slice(0, index + 1))));
}

function guardsOf(
  plan: Plan,
  judge: Judge,
  dead: ReadonlySet<string>,
): { guards: Map<FieldUse, FieldGuard>; guardsLeaves: boolean } {
  const guards = new Map<FieldUse, FieldGuard>();
  let guardsLeaves = false;
  for (const use of usesOf(plan.root)) {
    if (isDead(use.path, dead) || judge.states.get(use) === 'inactive') continue;
    const checks = judge.checks.get(use) ?? [];
    const objects = judge.objects.get(use) ?? new Map();
    const isMixed = judge.states.get(use) === 'dead';
    const hiddenValues = isMixed ? NO_VALUES : (judge.hiddenValues.get(use) ?? NO_VALUES);
    if (checks.length === 0 && objects.size === 0 && hiddenValues.size === 0 && !isMixed) continue;
    const denied = isMixed ? (judge.denialsAt.get(use) ?? []) : undefined;
    guards.set(use, { checks, denied, objects, hiddenValues });
    guardsLeaves ||= use.kind !== 'object' && (isMixed || checks.length > 0 || hiddenValues.size > 0);
    for (const guard of objects.values()) guardsLeaves ||= guard.traverse && guard.reads.size > 0;
  }
  return { guards, guardsLeaves };
}

function deferralsOf(guards: ReadonlyMap<FieldUse, FieldGuard>): Deferral[] {
  const deferrals = new Map<string, Deferral>();
  for (const [use, { checks, objects }] of guards) {
    const waiting = [...objects.values()].flatMap(({ hard, soft }) => [...hard, ...soft]);
    for (const { rule } of [...checks, ...waiting]) {
      for (const element of rule.elements) {
        if (element.kind !== 'permissions') continue;
        const boundaryType = element.alternatives[0]?.boundaryType ?? '';
        const deferral: Deferral = { path: use.path, coordinate: rule.coordinate, boundaryType };
        deferrals.set(JSON.stringify(deferral), deferral);
      }
    }
  }
  return [...deferrals.values()];
}

function distinct(denials: readonly Denial[]): Denial[] {
  return [...new Map(denials.map((denial) => [JSON.stringify(denial), denial])).values()];
}

/** Every use of a selection, parents first. */
export function* usesOf(selection: Selection): Generator<FieldUse> {
  for (const use of selection.fields.values()) {
    yield use;
    for (const inner of use.selections.values()) yield* usesOf(inner);
  }
}
