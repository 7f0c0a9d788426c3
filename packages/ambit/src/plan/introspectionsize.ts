import { type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';

/**
 * How many fields a selection of introspection comes to once every fragment is written out. Few words can come to
 * many: what is counted is what an answer holds for each element, not what a document spells.
 */
export function introspectionSize(
  set: SelectionSetNode | undefined,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  known: Map<string, number> = new Map(),
): number {
  let size = 0;
  for (const node of set?.selections ?? []) {
    if (node.kind === Kind.FIELD) size += 1 + introspectionSize(node.selectionSet, fragments, known);
    else if (node.kind === Kind.INLINE_FRAGMENT)
      size += introspectionSize(node.selectionSet, fragments, known);
    else {
      const name = node.name.value;
      const inner = known.get(name) ?? introspectionSize(fragments.get(name)?.selectionSet, fragments, known);
      known.set(name, inner);
      size += inner;
    }
  }
  return size;
}
