import { isAbstractType } from 'graphql';
import type { TypeAccess } from '../compile/policy.ts';
import type { FieldUse, Selection } from '../plan/plan.ts';
import type { Rule } from '../rules/requirement.ts';
import type { Context, Listed, Part, Reader, UseState, Walk } from './context.ts';
import { type Check, type ObjectGuard, OPEN_GUARD } from './guard.ts';
import type { Place } from './locate.ts';

/** The rules that a connection or edge takes from its node types (M4). */
export function nodeRules(access: TypeAccess, walk: Walk): readonly Rule[] {
  const rules = access.nodeTypes.flatMap((type) => {
    const node = walk.plan.policy.typeAccess(type);
    if (node.cover === 'unmarked') return walk.oracle.opensUnmarked() ? [] : [unmarkedNode(type.name)];
    return node.rules;
  });
  return [...new Map(rules.map((rule) => [rule.coordinate, rule])).values()];
}

/**
 * An edge whose node is outside is dropped with it: its cursor would say that there is one. Called when everything else
 * is decided, since an object further up may refuse a node that was alive where the edge was walked.
 */
export function guardEdges(edges: readonly Part[], walk: Walk): void {
  for (const { use, selection } of edges) {
    const nodes = walk.states.get(use) === 'alive' ? keepingNodes(selection, walk) : [];
    if (nodes.length === 0) continue;
    const { name } = selection.access.type;
    const guards = walk.objects.get(use) ?? new Map<string, ObjectGuard>();
    guards.set(name, { ...(guards.get(name) ?? OPEN_GUARD), nodes });
    walk.objects.set(use, guards);
  }
}

/**
 * What is selected as the node of an edge and left of it: under several keys perhaps, and of several types. Nothing where
 * each type is shown by some key, so that nobody has to look.
 */
function keepingNodes({ fields }: Selection, walk: Walk): readonly FieldUse[] {
  const nodes = [...fields.values()].filter(
    (child) => child.name === 'node' && walk.states.get(child) === 'alive',
  );
  const types = [...(nodes[0]?.selections.keys() ?? [])];
  const mayBeGone = types.some((type) => nodes.every((child) => walk.objects.get(child)?.has(type)));
  return mayBeGone ? nodes : [];
}

/**
 * Whether nothing else is left of an inheriting object than what is judged where it hangs: then all that it says there
 * is that it exists. `isJudged` tells that of what is no part of it.
 */
function isBare(
  uses: readonly FieldUse[],
  states: ReadonlyMap<FieldUse, UseState>,
  isJudged: (use: FieldUse) => boolean,
): boolean {
  return uses.every((child) => {
    if (child.kind === 'typename' || states.get(child) !== 'alive' || isJudged(child)) return true;
    if (child.kind !== 'object') return false;
    return [...child.selections.values()].every(
      (inner) => inner.access.cover === 'inherits' && isBare([...inner.fields.values()], states, isJudged),
    );
  });
}

/** What the connection around says to a part of it: nothing, where something else is left of that part. */
export function askPart(
  { use, selection }: Part,
  { connection = [], narrowLeaves }: Context,
  walk: Walk,
): Listed {
  const place: Place = { use, as: 'part' };
  const asked = connection.filter((rule) => walk.ask({ rule, place }, narrowLeaves) !== 'allow');
  const isJudged = (child: FieldUse): boolean => isJudgedBy(asked, walk.checks.get(child) ?? []);
  const isAsked = asked.length > 0 && isBare(keepers(selection), walk.states, isJudged);
  return walk.listed(place, isAsked ? asked : [], narrowLeaves);
}

/** What can keep a part of a connection where the connection would refuse it: an edge is kept by its node alone. */
function keepers({ access, fields }: Selection): readonly FieldUse[] {
  const all = [...fields.values()];
  return access.inheritsAs === 'edge' ? all.filter(({ name }) => name === 'node') : all;
}

/** Whether a use is refused wherever one of `rules`, those of the connection around, is. */
function isJudgedBy(rules: readonly Rule[], checks: readonly Check[]): boolean {
  return rules.every(({ coordinate }) =>
    checks.some(
      ({ rule, place }) =>
        rule.coordinate === coordinate && (place.as === 'connection' || place.as === 'part'),
    ),
  );
}

/** Whether an object that fails `soft` may be passed through somewhere (M12). */
export function mayPass(soft: readonly Check[], { oracle }: Walk): boolean {
  return soft
    .flatMap(({ rule }) => rule.elements)
    .some(
      (element) =>
        element.kind === 'permissions' &&
        element.alternatives.some(({ boundaryType }) => oracle.mayTouch(boundaryType)),
    );
}

/** Fields that return parts of an object of which nothing is left but what reads that object. */
export function bareParts({ reads, parts }: Reader, { states }: Walk): FieldUse[] {
  const read = new Set(reads);
  const bare = parts.filter(({ selection }) =>
    isBare([...selection.fields.values()], states, (use) => read.has(use)),
  );
  return [...new Set(bare.map(({ use }) => use))];
}

/** graphql-js answers `__typename` without asking anybody, so what refuses it is the field around. */
export function refusable(read: FieldUse): FieldUse {
  return read.kind === 'typename' ? (read.parent ?? read) : read;
}

/** The same where a position has several types, of which one may not be named: nothing there can be told apart. */
export function nameable(read: FieldUse): FieldUse {
  return isAbstractType(read.parent?.returned) ? refusable(read) : read;
}

/** Stands for the rule of a node type that has none. */
function unmarkedNode(coordinate: string): Rule {
  return {
    coordinate,
    elements: [{ kind: 'never' }],
    public: false,
    inherits: false,
    requires: [],
    origin: {},
  };
}
