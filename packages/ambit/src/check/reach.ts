import { type GraphQLField, type GraphQLObjectType, getNamedType, isIntrospectionType } from 'graphql';
import { rootTypes } from '../compile/placement.ts';
import type { Policy } from '../compile/policy.ts';

/** One way to an object type: the field that returns it, and the object type on which that field stands. */
export interface Door {
  readonly holder: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
}

/** Every object type that some operation can reach, root types included, with each of the fields that lead to it. */
export type Reach = ReadonlyMap<GraphQLObjectType, readonly Door[]>;

/** Walks from the root types through every field, and through interfaces and unions to what they can be. */
export function reachOf(policy: Policy): Reach {
  const reach = new Map<GraphQLObjectType, Door[]>(rootTypes(policy.schema).map((root) => [root, []]));
  for (const holder of reach.keys()) {
    for (const field of Object.values(holder.getFields())) {
      for (const type of policy.possibleTypes(getNamedType(field.type))) {
        if (isIntrospectionType(type)) continue;
        const doors = reach.get(type) ?? [];
        doors.push({ holder, field });
        reach.set(type, doors);
      }
    }
  }
  return reach;
}
