import type { Limits } from '../grants/limits.ts';
import type { Coarse, Rights } from '../grants/rights.ts';
import type { BoundaryKey } from '../rules/boundarykinds.ts';
import {
  type Alternative,
  type Element,
  needKey,
  type Rule,
  STANDALONE_KINDS,
} from '../rules/requirement.ts';
import type { Need } from '../types.ts';

/**
 * Where an alternative's boundary is: known; nowhere, since nothing names one; not to be told, though something names
 * one; or behind something that has not been read yet. What is nowhere is passed over, what cannot be told is not (M15).
 */
export type Located =
  | { readonly at: 'known'; readonly keys: readonly [BoundaryKey, ...BoundaryKey[]] }
  | { readonly at: 'nowhere' }
  | { readonly at: 'untold' }
  | { readonly at: 'later' };

/** Finds the boundary of one alternative at the place that is being decided. */
export type Locate = (alternative: Alternative) => Located;

/** The answers there are. There is no boolean among them, and no promise can stand for one. */
export type Answer = 'allow' | 'missing' | 'outside' | 'defer';

/** Who asks: the rights, and how far coarse and narrow scopes carry at this place. */
export interface Asker {
  readonly rights: Rights;
  readonly operation: 'query' | 'mutation' | 'subscription';
  /** Whether a narrow scope of the root field counts as the permissions asked for here (M17). */
  readonly narrow: boolean;
}

/** Whether a coarse scope passes permission rules, and what nobody marked, in this operation (M16). */
export function passesCoarsely(coarse: Coarse, operation: Asker['operation']): boolean {
  return coarse === 'all' || (coarse === 'read' && operation !== 'mutation');
}

/**
 * Whether what nobody marked is open: to coarse scopes that no caveat limits, unless a rules file denies the rest on
 * purpose (M3, M16).
 */
export function opensUnmarked(
  rest: 'deny' | undefined,
  rights: Rights,
  operation: Asker['operation'],
): boolean {
  return rest !== 'deny' && rights.limits === undefined && passesCoarsely(rights.coarse, operation);
}

/**
 * What a rule answers. Pure and total: the only place that says yes. Elements are all asked for; a missing
 * element outweighs an outside one, and both outweigh one that is not known yet.
 */
export function decideRule(rule: Rule, asker: Asker, locate: Locate): Answer {
  let answer: Answer = 'allow';
  for (const element of rule.elements) {
    const next = decideElement(element, asker, locate);
    if (next === 'missing') return 'missing';
    if (next !== 'allow') answer = stricter(answer, next);
  }
  return answer;
}

/** The strictest of several answers. */
export function combine(answers: readonly Answer[]): Answer {
  return answers.reduce(stricter, 'allow');
}

const STRICTNESS: Readonly<Record<Answer, number>> = { allow: 0, defer: 1, outside: 2, missing: 3 };

function stricter(one: Answer, other: Answer): Answer {
  return STRICTNESS[one] < STRICTNESS[other] ? other : one;
}

/** What one element answers. */
export function decideElement(element: Element, asker: Asker, locate: Locate): Answer {
  const { rights } = asker;
  switch (element.kind) {
    case 'scopes':
      return heldInOne(element.anyOf, rights.scopes);
    case 'policies':
      return heldInOne(element.anyOf, rights.policies);
    case 'authenticated':
      return rights.authenticated === true ? 'allow' : 'missing';
    case 'permissions':
      if (rights.limits !== undefined) return decideLimited(element, asker, rights.limits, locate);
      if (asker.narrow === true) return 'allow';
      if (!passesCoarsely(rights.coarse, asker.operation))
        return decidePermissions(element.names, element.alternatives, rights, locate);
      return rights.isConfined ? decideConfined(element, rights, locate) : 'allow';
    case 'never':
      return 'missing';
  }
}

function heldInOne(anyOf: readonly (readonly string[])[], held: ReadonlySet<string>): Answer {
  return anyOf.some((all) => all.length > 0 && all.every((name) => held.has(name))) ? 'allow' : 'missing';
}

/** What a rule asks for permissions. */
type Permissions = Extract<Element, { readonly kind: 'permissions' }>;

/** Where caveats limit permissions, scopes carry those that are left as if they were held there by name. */
function decideLimited(element: Permissions, asker: Asker, limits: Limits, locate: Locate): Answer {
  const { rights } = asker;
  const own = decidePermissions(element.names, element.alternatives, rights, locate);
  if (own === 'allow') return own;
  if (asker.narrow === true) return milder(own, decideCarried(element, limits, locate));
  if (!passesCoarsely(rights.coarse, asker.operation)) return own;
  const carried = decideCarried(element, limits, locate);
  if (carried === 'missing' || !rights.isConfined) return milder(own, carried);
  return milder(own, stricter(carried, decideCoarsely(element.alternatives, rights, locate)));
}

/** What a scope that carries every permission carries within limits. Without limits of place, no place is asked for. */
function decideCarried({ names, alternatives }: Permissions, limits: Limits, locate: Locate): Answer {
  const isLeft = alternatives.every(({ boundaryType }) => limits.allows(names, boundaryType));
  if (limits.isEverywhere && isLeft) return 'allow';
  return decidePermissions(names, alternatives, limits, locate);
}

function milder(one: Answer, other: Answer): Answer {
  return STRICTNESS[one] < STRICTNESS[other] ? one : other;
}

/** M16: a coarse scope where some places require granular tokens. What is held there by name still counts. */
function decideConfined({ names, alternatives }: Permissions, rights: Rights, locate: Locate): Answer {
  const coarse = decideCoarsely(alternatives, rights, locate);
  if (coarse === 'allow') return 'allow';
  const own = decidePermissions(names, alternatives, rights, locate);
  if (own === 'allow') return 'allow';
  return coarse === 'defer' || own === 'defer' ? 'defer' : 'outside';
}

/** Every place that is asked about has to be known, and to be none of those; `user` and `instance` are no such places. */
function decideCoarsely(alternatives: readonly Alternative[], rights: Rights, locate: Locate): Answer {
  const placed = alternatives.filter(({ boundaryType }) => !STANDALONE_KINDS.includes(boundaryType));
  let isLater = false;
  let isKnown = false;
  for (const alternative of placed) {
    const located = locate(alternative);
    if (located.at === 'untold') return 'outside';
    if (located.at === 'later') isLater = true;
    if (located.at !== 'known') continue;
    if (!located.keys.every((key) => rights.reaches(key))) return 'outside';
    isKnown = true;
  }
  if (isLater) return 'defer';
  return isKnown || placed.length < alternatives.length ? 'allow' : 'outside';
}

/** M15: alternatives; `user` and `instance` count only when every other one was passed over. */
function decidePermissions(
  names: readonly string[],
  alternatives: readonly Alternative[],
  rights: Pick<Rights, 'holds' | 'mayHold'>,
  locate: Locate,
): Answer {
  let later = false;
  let possible = false;
  let passedOver = true;
  let unread = false;
  const standalone = alternatives.filter(({ boundaryType }) => STANDALONE_KINDS.includes(boundaryType));
  for (const alternative of alternatives) {
    if (standalone.includes(alternative)) continue;
    const held = rights.mayHold(names, alternative.boundaryType);
    possible ||= held;
    // Where the boundary is matters to what is held there, and to standalone kinds, which need all others passed over.
    if (!held && standalone.length === 0) continue;
    const located = locate(alternative);
    if (located.at === 'nowhere') continue;
    if (located.at === 'later') {
      unread = true;
      later ||= held;
      continue;
    }
    passedOver = false;
    if (located.at === 'untold') continue;
    if (held && located.keys.every((key) => rights.holds(names, key))) return 'allow';
  }
  if (later) return 'defer';
  for (const alternative of standalone) {
    const held = rights.mayHold(names, alternative.boundaryType);
    possible ||= held;
    if (!passedOver || !held) continue;
    const located = locate(alternative);
    if (located.at === 'nowhere' || located.at === 'untold') continue;
    if (unread || located.at === 'later') return 'defer';
    return 'allow';
  }
  return possible ? 'outside' : 'missing';
}

/** The smallest alternative of what a rule asks for, less what `holds` says is held anywhere. */
export function missingOf(rule: Rule, holds: (need: Need) => boolean): Need[] {
  let best: Need[] | undefined;
  for (const alternative of rule.requires) {
    const missing = alternative.filter((need) => !holds(need));
    if (!best || missing.length < best.length) best = missing;
  }
  return best ?? [];
}

/** Whether one need is held anywhere at all. */
export function isHeld(need: Need, { rights, operation, narrow }: Asker): boolean {
  if (typeof need === 'string') return rights.scopes.has(need);
  if ('policy' in need) return rights.policies.has(need.policy);
  if ('authenticated' in need) return rights.authenticated;
  const names = [need.permission];
  const isCarried = narrow || passesCoarsely(rights.coarse, operation);
  if (isCarried && (rights.limits === undefined || rights.limits.mayHold(names, need.boundaryType)))
    return true;
  return rights.mayHold(names, need.boundaryType);
}

/** Whether anything is held at, above or below a boundary; by a coarse scope where caveats limit it (M12). */
export function touches(rights: Rights, operation: Asker['operation'], boundary: BoundaryKey): boolean {
  if (rights.touches(boundary)) return true;
  return passesCoarsely(rights.coarse, operation) && rights.touchesCoarsely(boundary);
}

/** Whether there can be a boundary of `kind` for which that is so. */
export function mayTouch(rights: Rights, operation: Asker['operation'], kind: string): boolean {
  if (rights.mayTouch(kind)) return true;
  return passesCoarsely(rights.coarse, operation) && rights.mayTouchCoarsely(kind);
}

/** What is missing over several rules, each need once. */
export function mergeNeeds(lists: readonly (readonly Need[])[]): Need[] {
  return [...new Map(lists.flat().map((need) => [needKey(need), need])).values()];
}
