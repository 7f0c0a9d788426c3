import { type GraphQLOutputType, isListType, isNonNullType } from 'graphql';
import { deadKey, usesOf } from '../decision.ts';
import type { Plan } from '../plan.ts';

/** One response key on the way to a dead position, or such a position itself. */
interface NullNode {
  dead: boolean;
  type: GraphQLOutputType | undefined;
  readonly children: Map<string, NullNode>;
}

type Data = Record<string, unknown>;

/**
 * Puts null where a dead position left a stand-in, and lets it spread through non-null positions as the
 * GraphQL spec has it (section 6.4.4). Changes `data`; answers it, or null where everything is null.
 */
export function nullDead(data: Data, plan: Plan, dead: ReadonlySet<string>): Data | null {
  if (dead.size === 0) return data;
  return fillObject(data, nullTree(plan, dead)) ? data : null;
}

function nullTree(plan: Plan, dead: ReadonlySet<string>): NullNode {
  const root: NullNode = { dead: false, type: undefined, children: new Map() };
  for (const use of usesOf(plan.root)) {
    const reached = use.path.some((_, index) => dead.has(deadKey(use.path.slice(0, index))));
    if (reached) continue;
    if (![...dead].some((key) => key === deadKey(use.path) || key.startsWith(`${deadKey(use.path)}.`)))
      continue;
    let node = root;
    for (const key of use.path) {
      let child = node.children.get(key);
      if (!child) {
        child = { dead: false, type: undefined, children: new Map() };
        node.children.set(key, child);
      }
      node = child;
    }
    node.dead = dead.has(deadKey(use.path));
    if (!node.type || (use.field && isNonNullType(use.field.type))) node.type = use.field?.type ?? node.type;
  }
  return root;
}

/** Whether the object survives: false where a null in a non-null position takes it along. */
function fillObject(object: Data, node: NullNode): boolean {
  for (const [key, child] of node.children) {
    if (!Object.hasOwn(object, key)) continue;
    const before = object[key];
    const after = child.dead ? null : fillValue(before, child.type, child);
    object[key] = after;
    if (after === null && (child.dead || before !== null) && child.type && isNonNullType(child.type))
      return false;
  }
  return true;
}

function fillValue(value: unknown, type: GraphQLOutputType | undefined, node: NullNode): unknown {
  if (value === null || value === undefined) return value;
  const nullable = type && isNonNullType(type) ? type.ofType : type;
  if (Array.isArray(value)) {
    const itemType = nullable && isListType(nullable) ? nullable.ofType : undefined;
    for (const [index, item] of value.entries()) {
      const after = fillValue(item, itemType, node);
      if (after === null && item !== null && itemType && isNonNullType(itemType)) return null;
      value[index] = after;
    }
    return value;
  }
  if (typeof value !== 'object') return value;
  return fillObject(value as Data, node) ? value : null;
}
