import type { TypeAccess } from '../compile/policy.ts';
import type { FieldUse, Selection } from '../plan/plan.ts';
import type { Rule } from '../rules/requirement.ts';
import type { Walk } from './context.ts';
import type { Check, ObjectGuard } from './guard.ts';

/** The rules that a connection or edge takes from its node types (M4). */
export function nodeRules(access: TypeAccess, walk: Walk): readonly Rule[] {
  const rules = access.nodeTypes.flatMap((type) => {
    const node = walk.plan.policy.typeAccess(type);
    if (node.cover === 'unmarked') return walk.oracle.opensUnmarked() ? [] : [unmarkedNode(type.name)];
    return node.rules;
  });
  return [...new Map(rules.map((rule) => [rule.coordinate, rule])).values()];
}

/** An edge whose node is outside is dropped with it: its cursor would say that there is one. */
export function edgeGuard(
  use: FieldUse,
  selection: Selection,
  access: TypeAccess,
  walk: Walk,
): ObjectGuard | undefined {
  const [only, ...others] = access.nodeTypes;
  if (!only || others.length > 0) return undefined;
  for (const child of selection.fields.values()) {
    const guard = child.name === 'node' ? walk.objects.get(child)?.get(only.name) : undefined;
    if (!guard) continue;
    const through = ({ rule }: Check): Check => ({ rule, place: { use, as: 'edge' } });
    const { traverse } = guard;
    return {
      show: true,
      hard: guard.hard.map(through),
      soft: guard.soft.map(through),
      traverse,
      reads: new Set(),
    };
  }
  return undefined;
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
