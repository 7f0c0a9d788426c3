import { type DocumentNode, type FieldNode, isAbstractType, Kind, type SelectionNode } from 'graphql';
import { type Decision, deadKey, usesOf } from '../decide/decision.ts';
import { anchorOf, locator, type Place } from '../decide/locate.ts';
import { rewriteOperation } from '../enforce/filter.ts';
import { isIntrospection, standIn } from '../enforce/standin.ts';
import type { FieldUse, Plan } from '../plan/plan.ts';
import type { BoundaryPath } from '../rules/boundarypath.ts';
import type { Rule } from '../rules/requirement.ts';

/** An operation as it goes to the upstream, and the names under which its hidden parts come back. */
export interface Forward {
  /** Undefined where nothing of the operation has to be asked. */
  readonly document: DocumentNode | undefined;
  /** Response key of an object's type name. */
  readonly typeKey: string;
  /** Response key of a boundary path read from an object of a type. */
  readonly boundaryKey: (typeName: string, path: BoundaryPath) => string | undefined;
}

/**
 * The operation without what is denied, with hidden selections for every boundary that has to be read. Hidden
 * keys cannot meet a key of the client: their prefix does not occur in its document.
 */
export function forwardOperation(plan: Plan, decision: Decision): Forward {
  const prefix = freePrefix(plan);
  const hidden = new HiddenSelections(plan, decision, prefix);
  const document = rewriteOperation(
    plan,
    (node, path) => {
      const at = deadKey(path);
      // What was not decided is not sent, even where the upstream should skip it as well.
      if (decision.dead.has(at)) return undefined;
      if (decision.inactive.has(at)) return standIn(node);
      if (!isIntrospection(node)) return node;
      // Below the root something has to say whether the object around is there at all.
      return path.length === 1 ? undefined : standIn(node);
    },
    (path) => hidden.at(path),
  );
  return { document, typeKey: hidden.typeKey, boundaryKey: (typeName, path) => hidden.keyOf(typeName, path) };
}

/** Whether an operation goes to the upstream as it is, and the answer to the client as it comes. */
export function isWhole(plan: Plan, decision: Decision): boolean {
  return decision.guards.size === 0 && decision.dead.size === 0 && !plan.introspects;
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
  readonly #decision: Decision;
  readonly #prefix: string;
  readonly #keys = new Map<string, string>();
  readonly #selections = new Map<string, Map<string, SelectionNode>>();

  constructor(plan: Plan, decision: Decision, prefix: string) {
    this.#plan = plan;
    this.#decision = decision;
    this.#prefix = prefix;
    this.typeKey = `${prefix}type`;
    if (isWhole(plan, decision)) return;
    for (const use of usesOf(plan.root)) {
      if (isAbstractType(use.returned)) this.#add(use, this.typeKey, field('__typename', this.typeKey));
    }
    for (const [use, guard] of decision.guards) {
      for (const { rule, place } of guard.checks) this.#readings(rule, place, undefined);
      for (const [typeName, { hard, soft }] of guard.objects) {
        for (const { rule, place } of [...hard, ...soft]) this.#readings(rule, { ...place, use }, typeName);
      }
    }
  }

  at(path: readonly string[]): readonly SelectionNode[] {
    return [...(this.#selections.get(deadKey(path))?.values() ?? [])];
  }

  keyOf(typeName: string, path: BoundaryPath): string | undefined {
    return this.#keys.get(`${typeName} ${path.text}`);
  }

  /** Asks the locator itself what it would read, so that nothing is forgotten and nothing else is fetched. */
  #readings(rule: Rule, place: Place, selfType: string | undefined): void {
    const locate = locator(this.#decision.scene, place, (whose, path) => {
      if (whose === 'self') {
        if (selfType !== undefined) this.#read(place.use, selfType, path);
        return undefined;
      }
      const anchor = anchorOf(this.#plan.policy, place.use);
      if (anchor) this.#read(anchor.use, anchor.access.type.name, path);
      return undefined;
    });
    for (const element of rule.elements) {
      if (element.kind === 'permissions') for (const alternative of element.alternatives) locate(alternative);
    }
  }

  #read(use: FieldUse, typeName: string, path: BoundaryPath): void {
    if (path.call) return;
    const name = `${typeName} ${path.text}`;
    let key = this.#keys.get(name);
    if (key === undefined) {
      key = `${this.#prefix}${this.#keys.size}`;
      this.#keys.set(name, key);
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
