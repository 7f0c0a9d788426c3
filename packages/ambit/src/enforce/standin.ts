import { type FieldNode, Kind } from 'graphql';

/** Whether a field is one of the two that introspect; their names are reserved, so the name alone tells. */
export function isIntrospection(node: FieldNode): boolean {
  return node.name.value === '__schema' || node.name.value === '__type';
}

/** `__typename` under the same response key and the same conditions: it says that the object around is there. */
export function standIn(node: FieldNode): FieldNode {
  return {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: node.alias?.value ?? node.name.value },
    name: { kind: Kind.NAME, value: '__typename' },
    ...(node.directives ? { directives: node.directives } : {}),
  };
}
