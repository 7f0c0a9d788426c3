import { type DocumentNode, type FieldNode, isAbstractType, Kind, print, type SelectionNode } from 'graphql';
import { deadKey, type Ruling, usesOf } from '../decide/decision.ts';
import { anchorOf, locator, type Place } from '../decide/locate.ts';
import { Scene } from '../decide/scene.ts';
import { rewriteOperation } from '../enforce/filter.ts';
import { isIntrospection, standIn } from '../enforce/standin.ts';
import type { FieldUse, Plan } from '../plan/plan.ts';
import type { BoundaryPath } from '../rules/boundarypath.ts';
import type { Rule } from '../rules/requirement.ts';
import type { LocalFields } from './local.ts';
import { isShaped, Shape } from './shape.ts';

/** An operation as it goes to the upstream, and the names under which its hidden parts come back. */
export interface Forward {
  /** Undefined where nothing of the operation has to be asked. */
  readonly document: DocumentNode | undefined;
  /** The document as text. */
  readonly text: string;
  /** Names of the variables that the document declares. */
  readonly variables: readonly string[];
  /** How an answer is picked from; undefined where objects decide, or types. */
  readonly shape: Shape | undefined;
  /** Response key of an object's type name. */
  readonly typeKey: string;
  /** Whether a response key is one of those under which boundaries come back. */
  readonly isHidden: (key: string) => boolean;
  /** Response key of a boundary path read from an object of a type. */
  readonly boundaryKey: (typeName: string, path: BoundaryPath) => string | undefined;
}

/**
 * The operation without what is denied, with hidden selections for every boundary that has to be read. Hidden
 * keys cannot meet a key of the client: their prefix does not occur in its document.
 */
export function forwardOperation(plan: Plan, ruling: Ruling, local?: LocalFields): Forward {
  const isPicked = isShaped(plan, ruling);
  const hidden = new HiddenSelections(plan, freePrefix(plan));
  if (!isPicked) hidden.want(ruling);
  const document = rewriteOperation(
    plan,
    (node, path) => {
      const at = deadKey(path);
      // What was not decided is not sent, even where the upstream should skip it as well.
      if (ruling.dead.has(at) || (path.length === 1 && local?.has(plan, node.name.value))) return undefined;
      if (ruling.inactive.has(at)) return standIn(node);
      if (!isIntrospection(node)) return node;
      // Below the root something has to say whether the object around is there at all.
      return path.length === 1 ? undefined : standIn(node);
    },
    (path) => hidden.at(path),
  );
  return {
    document,
    text: document ? print(document) : '',
    variables: document ? variablesOf(document) : [],
    shape: isPicked ? new Shape([plan.root], ruling) : undefined,
    typeKey: hidden.typeKey,
    isHidden: (key) => hidden.has(key),
    boundaryKey: (typeName, path) => hidden.keyOf(typeName, path),
  };
}

/** Operations that were made ready for the upstream before, kept as long as their ruling is. */
export class Forwards {
  readonly #kept = new WeakMap<Ruling, Forward>();
  readonly #local: LocalFields | undefined;

  constructor(local?: LocalFields) {
    this.#local = local;
  }

  of(plan: Plan, ruling: Ruling): Forward {
    let forward = this.#kept.get(ruling);
    if (!forward) {
      forward = forwardOperation(plan, ruling, this.#local);
      this.#kept.set(ruling, forward);
    }
    return forward;
  }
}

function variablesOf({ definitions }: DocumentNode): string[] {
  return definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION
      ? (definition.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
      : [],
  );
}

/** A prefix that no response key of the operation begins with. */
function freePrefix(plan: Plan): string {
  const taken = new Set<string>();
  for (const { key } of usesOf(plan.root)) {
    const number = /^ambit(\d+)_/.exec(key)?.[1];
    if (number !== undefined) taken.add(number);
  }
  let number = 0;
  while (taken.has(String(number))) number += 1;
  return `ambit${number}_`;
}

class HiddenSelections {
  readonly typeKey: string;
  readonly #plan: Plan;
  readonly #scene: Scene;
  readonly #prefix: string;
  /** By path and type. */
  readonly #keys = new Map<string, Map<string, string>>();
  #count = 0;
  readonly #selections = new Map<string, Map<string, SelectionNode>>();

  constructor(plan: Plan, prefix: string) {
    this.#plan = plan;
    // Of no request: what is read is the same for all, whatever their variables name.
    this.#scene = new Scene(
      plan.policy,
      { raw: {}, coerced: {}, operation: plan.operation },
      new Map(),
      undefined,
    );
    this.#prefix = prefix;
    this.typeKey = `${prefix}type`;
  }

  /** Adds what a ruling waits for: the type of each object that can have several, and every boundary. */
  want({ guards }: Ruling): void {
    for (const use of usesOf(this.#plan.root)) {
      if (isAbstractType(use.returned)) this.#add(use, this.typeKey, field('__typename', this.typeKey));
    }
    for (const [use, guard] of guards) {
      for (const { rule, place } of guard.checks) this.#readings(rule, place, undefined);
      for (const [typeName, { hard, soft }] of guard.objects) {
        for (const { rule, place } of [...hard, ...soft]) this.#readings(rule, { ...place, use }, typeName);
      }
    }
  }

  at(path: readonly string[]): readonly SelectionNode[] {
    return [...(this.#selections.get(deadKey(path))?.values() ?? [])];
  }

  has(key: string): boolean {
    return key.startsWith(this.#prefix) && key !== this.typeKey;
  }

  keyOf(typeName: string, path: BoundaryPath): string | undefined {
    return this.#keys.get(path.text)?.get(typeName);
  }

  /**
   * Asks the locator itself what it would read, so that nothing is forgotten and nothing else is fetched. It is told
   * that each object has no boundary, so that it goes on to whatever it would read then.
   */
  #readings(rule: Rule, place: Place, selfType: string | undefined): void {
    const locate = locator(this.#scene, place, (whose, path) => {
      const anchor = whose === 'holder' ? anchorOf(this.#plan.policy, place.use) : undefined;
      if (whose === 'self' && selfType !== undefined) this.#read(place.use, selfType, path);
      if (anchor) this.#read(anchor.use, anchor.access.type.name, path);
      return null;
    });
    for (const element of rule.elements) {
      if (element.kind === 'permissions') for (const alternative of element.alternatives) locate(alternative);
    }
  }

  #read(use: FieldUse, typeName: string, path: BoundaryPath): void {
    if (path.call) return;
    const keys = this.#keys.get(path.text) ?? new Map<string, string>();
    this.#keys.set(path.text, keys);
    let key = keys.get(typeName);
    if (key === undefined) {
      key = `${this.#prefix}${this.#count}`;
      this.#count += 1;
      keys.set(typeName, key);
    }
    const selection: FieldNode = { ...path.selection, alias: { kind: Kind.NAME, value: key } };
    this.#add(use, key, isAbstractType(use.returned) ? onType(typeName, selection) : selection);
  }

  #add(use: FieldUse, key: string, selection: SelectionNode): void {
    const at = deadKey(use.path);
    this.#selections.set(at, (this.#selections.get(at) ?? new Map()).set(key, selection));
  }
}

function field(name: string, alias: string): FieldNode {
  return {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: name },
    alias: { kind: Kind.NAME, value: alias },
  };
}

function onType(typeName: string, selection: SelectionNode): SelectionNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: typeName } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
  };
}
