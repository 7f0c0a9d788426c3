import { type GraphQLOutputType, isListType, isNonNullType } from 'graphql';
import { deadKey, usesOf } from '../decide/decision.ts';
import type { FieldUse, Plan } from '../plan/plan.ts';

/** One response key on the way to a stand-in, or to such a position itself. */
export interface FillNode {
  dead: boolean;
  /** Set where introspection is asked for: the key under which its answer is kept. */
  introspects: string | undefined;
  type: GraphQLOutputType | undefined;
  /** The use that is dead here, where its null goes further than its own position. */
  use: FieldUse | undefined;
  readonly children: Map<string, FillNode>;
}

type Data = Record<string, unknown>;

/** What one request fills in. */
export interface Filling {
  /** What introspection answered, by `deadKey` of the path at which it was asked. */
  readonly values: ReadonlyMap<string, unknown>;
  /** Told the use of each dead position whose null was taken further. */
  readonly onSpread: (use: FieldUse) => void;
}

/** Where stand-ins are; undefined where there are none. The same for every request with this ruling. */
export function fillTree(plan: Plan, dead: ReadonlySet<string>): FillNode | undefined {
  const uses = [...usesOf(plan.root)];
  const asked = uses.filter(({ kind }) => kind === 'introspection').map(({ path }) => deadKey(path));
  if (dead.size === 0 && asked.length === 0) return undefined;
  const root: FillNode = emptyNode();
  const paths = pathsTo([...dead, ...asked]);
  for (const use of uses) {
    const reached = use.path.some((_, index) => dead.has(deadKey(use.path.slice(0, index))));
    if (reached) continue;
    const at = deadKey(use.path);
    if (!paths.has(at)) continue;
    let node = root;
    for (const key of use.path) {
      let child = node.children.get(key);
      if (!child) {
        child = emptyNode();
        node.children.set(key, child);
      }
      node = child;
    }
    node.dead = dead.has(at);
    if (use.kind === 'introspection') node.introspects = at;
    if (!node.type || (use.field && isNonNullType(use.field.type))) node.type = use.field?.type ?? node.type;
    if (node.dead && use.field && isNonNullType(use.field.type)) node.use = use;
  }
  return root;
}

/**
 * Puts null where a dead position left a stand-in, and what introspection answered where that did; null spreads
 * through non-null positions as the GraphQL spec has it (section 6.4.4). Changes `data`; answers it, or null where
 * everything is null.
 */
export function fillStandIns(data: Data, tree: FillNode, filling: Filling): Data | null {
  return fillObject(data, tree, filling) ? data : null;
}

function emptyNode(): FillNode {
  return { dead: false, introspects: undefined, type: undefined, use: undefined, children: new Map() };
}

/** Every path that leads to a stand-in, the stand-in's own included. */
function pathsTo(keys: readonly string[]): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const key of keys) {
    for (let at = key; at !== '' && !paths.has(at); at = at.slice(0, Math.max(0, at.lastIndexOf('.'))))
      paths.add(at);
  }
  return paths;
}

/** Whether the object survives: false where a null in a non-null position takes it along. */
function fillObject(object: Data, node: FillNode, filling: Filling): boolean {
  for (const [key, child] of node.children) {
    const before = object[key];
    if (before === undefined || !Object.hasOwn(object, key)) continue;
    if (child.introspects !== undefined && !child.dead) {
      const value = filling.values.get(child.introspects);
      if (value !== undefined) object[key] = value;
      continue;
    }
    const after = child.dead ? null : fillValue(before, child.type, child, filling);
    if (after !== before) object[key] = after;
    if (after !== null || !(child.dead || before !== null) || !child.type || !isNonNullType(child.type))
      continue;
    if (child.use) filling.onSpread(child.use);
    return false;
  }
  return true;
}

function fillValue(
  value: unknown,
  type: GraphQLOutputType | undefined,
  node: FillNode,
  filling: Filling,
): unknown {
  if (value === null || value === undefined) return value;
  const nullable = type && isNonNullType(type) ? type.ofType : type;
  if (Array.isArray(value)) {
    const itemType = nullable && isListType(nullable) ? nullable.ofType : undefined;
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      const after = fillValue(item, itemType, node, filling);
      if (after === item) continue;
      if (after === null && itemType && isNonNullType(itemType)) return null;
      value[index] = after;
    }
    return value;
  }
  if (typeof value !== 'object') return value;
  return fillObject(value as Data, node, filling) ? value : null;
}
