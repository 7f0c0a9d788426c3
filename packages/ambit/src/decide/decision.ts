import type { Policy } from '../compile/policy.ts';
import type { Rights } from '../grants/rights.ts';
import { conditionsHold } from '../plan/conditions.ts';
import { suppliedDirectiveRules, type Variables } from '../plan/inputs.ts';
import type { FieldUse, Plan, Selection } from '../plan/plan.ts';
import { type Rule, STANDALONE_KINDS } from '../rules/requirement.ts';
import type { Deferral, Denial, Effect, Outcome } from '../types.ts';
import type { UseState } from './context.ts';
import { type Asker, decideRule, type Locate, missingOf, opensUnmarked } from './decide.ts';
import type { FieldGuard } from './guard.ts';
import { Judge } from './judge.ts';
import { type Facts, type Lookup, lookupKey, type Scene } from './locate.ts';

/** What one credential may do of one plan. */
export interface Decision {
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
  /** Ids whose boundary has to be looked up, and the decision made again, before anything runs. */
  readonly lookups: readonly Lookup[];
  readonly scene: Scene;
  readonly rights: Rights;
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
}

/** Decides one operation. Pure: equal input gives an equal decision. */
export function decideOperation(plan: Plan, rights: Rights, request: Request): Decision {
  const lookups = new Map<string, Lookup>();
  const scene: Scene = {
    policy: request.policy,
    variables: request.variables,
    facts: request.facts,
    subject: rights.subject,
    wanted: (lookup) => lookups.set(lookupKey(lookup), lookup),
  };
  const judge = new Judge(plan, rights, scene);
  const denials = [...directiveDenials(plan, rights, scene), ...judge.walk()];
  const { dead, inactive } = positions(plan, judge);
  const { guards, guardsLeaves } = guardsOf(plan, judge, dead);
  const denied = distinct(denials.filter((denial) => denial.path.length === 0 || isDead(denial.path, dead)));
  const deferred = deferralsOf(guards);
  const undecided = guards.size > 0 || lookups.size > 0;
  return {
    outcome: outcomeOf(plan, judge, denied, undecided, request),
    denied,
    deferred,
    dead,
    inactive,
    guards,
    guardsLeaves,
    lookups: [...lookups.values()],
    scene,
    rights,
  };
}

function outcomeOf(
  plan: Plan,
  judge: Judge,
  denied: readonly Denial[],
  undecided: boolean,
  request: Request,
): Outcome {
  if (denied.length === 0) return undecided ? 'deferred' : 'allowed';
  const alive = [...plan.root.fields.values()].some((use) => judge.states.get(use) === 'alive');
  const whole = denied.some((denial) => denial.path.length === 0);
  const rejects = denied.some(({ effect }) => (effect ?? request.effect) === 'reject');
  const refused = plan.operation.operation === 'mutation' || rejects || whole || !alive;
  return refused ? 'rejected' : 'filtered';
}

/** Executable directives other than the specified ones need a rule at `@name` (M26). They stand in no place. */
function directiveDenials(plan: Plan, rights: Rights, scene: Scene): Denial[] {
  const { policy } = scene;
  const asker: Asker = { rights, operation: plan.operation.operation, narrow: false };
  const denials: Denial[] = [];
  const ask = (rule: Rule): void => {
    if (decideRule(rule, asker, standaloneOnly) === 'allow') return;
    denials.push({
      path: [],
      coordinate: rule.coordinate,
      requires: rule.requires,
      missing: missingOf(rule, asker),
      kind: 'missing',
      ...(rule.effect ? { effect: rule.effect } : {}),
    });
  };
  for (const { node, conditions } of plan.directives) {
    const isActive = conditionsHold(conditions, scene.variables.coerced);
    if (!isActive || node.name.value === 'defer' || node.name.value === 'stream') continue;
    const coordinate = `@${node.name.value}`;
    const rule = policy.rules.get(coordinate);
    if (rule && (rule.public || rule.elements.length > 0)) ask(rule);
    else if (!opensUnmarked(policy.rest, rights, asker.operation) && policy.coverage !== 'open') {
      denials.push({ path: [], coordinate, requires: [], missing: [], kind: 'missing' });
    }
    for (const supplied of suppliedDirectiveRules(policy, node, scene.variables)) ask(supplied);
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
  for (const [use, guard] of guards) {
    const waiting = [...guard.objects.values()].flatMap(({ hard, soft }) => [...hard, ...soft]);
    for (const { rule, place } of [...guard.checks, ...waiting]) {
      if (place.as === 'edge') continue;
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
