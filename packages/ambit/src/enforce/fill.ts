import { type GraphQLOutputType, isListType, isNonNullType } from 'graphql';
import { deadKey, usesOf } from '../decide/decision.ts';
import type { FieldUse, Plan } from '../plan/plan.ts';

/** One response key on the way to a stand-in, or to such a position itself. */
interface FillNode {
  dead: boolean;
  /** What takes the place of the stand-in; undefined where nothing does. */
  value: unknown;
  type: GraphQLOutputType | undefined;
  /** The use that is dead here, where its null goes further than its own position. */
  use: FieldUse | undefined;
  readonly children: Map<string, FillNode>;
}

type Data = Record<string, unknown>;

/**
 * Puts null where a dead position left a stand-in, and what introspection answered where that did; null spreads
 * through non-null positions as the GraphQL spec has it (section 6.4.4). Changes `data`; answers it, or null where
 * everything is null. Of each dead position whose null was taken further, `onSpread` is told the use.
 */
export function fillStandIns(
  data: Data,
  plan: Plan,
  dead: ReadonlySet<string>,
  values: ReadonlyMap<string, unknown>,
  onSpread: (use: FieldUse) => void = () => undefined,
): Data | null {
  if (dead.size === 0 && values.size === 0) return data;
  return fillObject(data, fillTree(plan, dead, values), onSpread) ? data : null;
}

function fillTree(plan: Plan, dead: ReadonlySet<string>, values: ReadonlyMap<string, unknown>): FillNode {
  const root: FillNode = emptyNode();
  const paths = pathsTo(dead, values);
  for (const use of usesOf(plan.root)) {
    const reached = use.path.some((_, index) => dead.has(deadKey(use.path.slice(0, index))));
    if (reached) continue;
    if (!paths.has(deadKey(use.path))) continue;
    let node = root;
    for (const key of use.path) {
      let child = node.children.get(key);
      if (!child) {
        child = emptyNode();
        node.children.set(key, child);
      }
      node = child;
    }
    node.dead = dead.has(deadKey(use.path));
    node.value = values.get(deadKey(use.path));
    if (!node.type || (use.field && isNonNullType(use.field.type))) node.type = use.field?.type ?? node.type;
    if (node.dead && use.field && isNonNullType(use.field.type)) node.use = use;
  }
  return root;
}

function emptyNode(): FillNode {
  return { dead: false, value: undefined, type: undefined, use: undefined, children: new Map() };
}

/** Every path that leads to a stand-in, the stand-in's own included. */
function pathsTo(dead: ReadonlySet<string>, values: ReadonlyMap<string, unknown>): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const key of [...dead, ...values.keys()]) {
    for (let at = key; at !== '' && !paths.has(at); at = at.slice(0, Math.max(0, at.lastIndexOf('.'))))
      paths.add(at);
  }
  return paths;
}

/** Whether the object survives: false where a null in a non-null position takes it along. */
function fillObject(object: Data, node: FillNode, onSpread: (use: FieldUse) => void): boolean {
  for (const [key, child] of node.children) {
    if (!Object.hasOwn(object, key)) continue;
    if (child.value !== undefined) {
      object[key] = child.value;
      continue;
    }
    const before = object[key];
    const after = child.dead ? null : fillValue(before, child.type, child, onSpread);
    object[key] = after;
    if (after !== null || !(child.dead || before !== null) || !child.type || !isNonNullType(child.type))
      continue;
    if (child.use) onSpread(child.use);
    return false;
  }
  return true;
}

function fillValue(
  value: unknown,
  type: GraphQLOutputType | undefined,
  node: FillNode,
  onSpread: (use: FieldUse) => void,
): unknown {
  if (value === null || value === undefined) return value;
  const nullable = type && isNonNullType(type) ? type.ofType : type;
  if (Array.isArray(value)) {
    const itemType = nullable && isListType(nullable) ? nullable.ofType : undefined;
    for (const [index, item] of value.entries()) {
      const after = fillValue(item, itemType, node, onSpread);
      if (after === null && item !== null && itemType && isNonNullType(itemType)) return null;
      value[index] = after;
    }
    return value;
  }
  if (typeof value !== 'object') return value;
  return fillObject(value as Data, node, onSpread) ? value : null;
}
