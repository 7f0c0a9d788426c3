import type { Policy, TypeAccess } from '../compile/policy.ts';
import { argumentValues } from '../plan/inputs.ts';
import type { FieldUse } from '../plan/plan.ts';
import type { BoundaryKey } from '../rules/boundarykinds.ts';
import type { BoundaryPath } from '../rules/boundarypath.ts';
import { NO_IDENTITY } from '../rules/placesource.ts';
import { type Alternative, type Rule, STANDALONE_KINDS } from '../rules/requirement.ts';
import type { Locate, Located } from './decide.ts';
import { lookupKey, type Scene } from './scene.ts';

/** Whose object a boundary is read from: the one that the field returns, or the nearest one above it. */
export type Whose = 'self' | 'holder';

/** Reads an identity from an object: undefined while the object is not there yet, null where it has none. */
export type Read = (whose: Whose, path: BoundaryPath) => string | null | undefined;

/** Where in an operation a rule is being asked. */
export interface Place {
  readonly use: FieldUse;
  /**
   * What the rule stands on: the returned type, the field, its input, the connection around a leaf, or what is
   * returned, as a part of the connection around.
   */
  readonly as: 'type' | 'field' | 'input' | 'connection' | 'part';
}

const NOWHERE: Located = { at: 'nowhere' };
const UNTOLD: Located = { at: 'untold' };
const LATER: Located = { at: 'later' };

/** How the boundaries of a rule are found at `place`. The same function serves before execution and at each object. */
export function locator(scene: Scene, place: Place, read: Read): Locate {
  switch (place.as) {
    case 'type':
      return (alternative) => fromObject(scene, place.use, alternative, 'self', read);
    case 'field':
      return (alternative) => fromField(scene, place.use, alternative, read);
    case 'input':
      return (alternative) => fromInput(scene, place.use, alternative, read);
    case 'connection':
      return (alternative) => hanging(scene, place.use.parent, place.use, alternative, read);
    case 'part':
      return (alternative) => hanging(scene, place.use, place.use, alternative, read);
  }
}

/** The boundary of an object of a ruled type, returned by `use`. */
function fromObject(
  scene: Scene,
  use: FieldUse,
  alternative: Alternative,
  whose: Whose,
  read: Read,
): Located {
  const { boundaryType, boundary, argument } = alternative;
  if (boundary) return reading(scene, boundaryType, read(whose, boundary));
  if (argument) return fromArgument(scene, use, boundaryType, argument);
  return standalone(boundaryType);
}

function fromField(scene: Scene, use: FieldUse, alternative: Alternative, read: Read): Located {
  const { boundaryType, boundary, argument } = alternative;
  if (argument && boundary) return lookedUp(scene, use, boundaryType, argument, boundary);
  if (argument) return fromArgument(scene, use, boundaryType, argument);
  if (boundary) return reading(scene, boundaryType, read(use.parent ? 'holder' : 'self', boundary));
  const isAlone = STANDALONE_KINDS.includes(boundaryType) && !isTied(scene, use, boundaryType);
  return isAlone ? standalone(boundaryType) : ofHolder(scene, use, boundaryType, read);
}

/** Whether the object above says by itself whose it is. */
function isTied(scene: Scene, use: FieldUse, kind: string): boolean {
  const rules = anchorOf(scene.policy, use)?.access.rules ?? [];
  return alternativesOf(rules, kind).some(
    ({ boundary, argument }) => boundary !== undefined || argument !== undefined,
  );
}

/** Without a place of its own, a rule on input holds where the field's own rule does. */
function fromInput(scene: Scene, use: FieldUse, alternative: Alternative, read: Read): Located {
  if (alternative.argument || alternative.boundary) return fromField(scene, use, alternative, read);
  const own = alternativesOf(use.access?.rules ?? [], alternative.boundaryType)[0];
  return fromField(scene, use, own ?? alternative, read);
}

/**
 * The boundary of what a list hangs on: the boundary argument of the field that returns it, else the object above;
 * in a payload the mutation's (M4).
 */
function hanging(
  scene: Scene,
  from: FieldUse | undefined,
  use: FieldUse,
  { boundaryType }: Alternative,
  read: Read,
): Located {
  if (STANDALONE_KINDS.includes(boundaryType)) return standalone(boundaryType);
  for (let list = from; list; list = list.parent) {
    for (const alternative of alternativesOf(list.access?.rules ?? [])) {
      const located = alternative.argument ? fromField(scene, list, alternative, () => undefined) : NOWHERE;
      if (located.at !== 'nowhere') return located;
    }
    if (scene.policy.typeAccess(list.parentType).cover !== 'inherits') break;
  }
  const anchor = anchorOf(scene.policy, use);
  if (!anchor) return NOWHERE;
  for (const alternative of alternativesOf(anchor.access.rules)) {
    const located = fromObject(scene, anchor.use, alternative, 'holder', read);
    if (located.at !== 'nowhere') return located;
  }
  return NOWHERE;
}

/** Whether a list around `use` hangs on anything that has a boundary at all. */
export function hangsSomewhere(policy: Policy, use: FieldUse): boolean {
  for (let list = use.parent; list; list = list.parent) {
    if (alternativesOf(list.access?.rules ?? []).some(({ argument }) => argument)) return true;
    if (policy.typeAccess(list.parentType).cover !== 'inherits') break;
  }
  return alternativesOf(anchorOf(policy, use)?.access.rules ?? []).length > 0;
}

function ofHolder(scene: Scene, use: FieldUse, kind: string, read: Read): Located {
  const anchor = anchorOf(scene.policy, use);
  if (!anchor) {
    const payload = payloadOf(scene.policy, use);
    const own = payload && alternativesOf(payload.access?.rules ?? [], kind)[0];
    return payload && own ? fromField(scene, payload, own, read) : NOWHERE;
  }
  const [alternative] = alternativesOf(anchor.access.rules, kind);
  return alternative ? fromObject(scene, anchor.use, alternative, 'holder', read) : NOWHERE;
}

/** The nearest object above `use` whose type does not inherit, and the field that returned it. */
export function anchorOf(policy: Policy, use: FieldUse): { use: FieldUse; access: TypeAccess } | undefined {
  const { parent } = use;
  if (!parent) return undefined;
  const access = policy.typeAccess(use.parentType);
  return access.cover === 'inherits' ? anchorOf(policy, parent) : { use: parent, access };
}

function payloadOf(policy: Policy, use: FieldUse): FieldUse | undefined {
  if (!use.parent) return undefined;
  const access = policy.typeAccess(use.parentType);
  if (access.inheritsAs === 'payload') return use.parent;
  return access.cover === 'inherits' ? payloadOf(policy, use.parent) : undefined;
}

function alternativesOf(rules: readonly Rule[], kind?: string): Alternative[] {
  return rules
    .flatMap((rule) => rule.elements)
    .flatMap((element) => (element.kind === 'permissions' ? element.alternatives : []))
    .filter(({ boundaryType }) =>
      kind === undefined ? !STANDALONE_KINDS.includes(boundaryType) : boundaryType === kind,
    );
}

function fromArgument(scene: Scene, use: FieldUse, kind: string, argument: readonly string[]): Located {
  const values = argumentValues(use, argument, scene.variables);
  return values ? known(values.map((value) => scene.key(kind, value))) : NOWHERE;
}

function lookedUp(
  scene: Scene,
  use: FieldUse,
  kind: string,
  argument: readonly string[],
  boundary: BoundaryPath,
): Located {
  const ids = argumentValues(use, argument, scene.variables);
  if (!ids) return NOWHERE;
  if (ids.includes(NO_IDENTITY)) return UNTOLD;
  const found: (string | null | undefined)[] = ids.map((id) => {
    if (typeof id !== 'string' && typeof id !== 'number') return NO_IDENTITY;
    const lookup = { kind, boundary, id: String(id) };
    const fact = scene.facts.get(lookupKey(lookup));
    if (fact === undefined) scene.wanted(lookup);
    return fact;
  });
  if (found.includes(undefined)) return LATER;
  if (found.every((identity) => identity === null)) return NOWHERE;
  return known(found.map((identity) => scene.key(kind, identity)));
}

function reading(scene: Scene, kind: string, identity: string | null | undefined): Located {
  if (identity === undefined) return LATER;
  if (identity === null) return NOWHERE;
  return known([scene.key(kind, identity)]);
}

function standalone(kind: string): Located {
  return STANDALONE_KINDS.includes(kind) ? { at: 'known', keys: [`${kind}:`] } : NOWHERE;
}

/** One name that names no place is enough to know that nothing holds there; one that is not known yet is waited for. */
function known(keys: readonly (BoundaryKey | null | undefined)[]): Located {
  if (keys.includes(null)) return UNTOLD;
  if (keys.includes(undefined)) return LATER;
  const [first, ...rest] = keys as BoundaryKey[];
  return first === undefined ? UNTOLD : { at: 'known', keys: [first, ...rest] };
}
