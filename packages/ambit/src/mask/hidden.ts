import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { Policy } from '../compile/policy.ts';
import { argumentCoordinate, coordinateKind, fieldCoordinate } from '../coordinates.ts';

/**
 * The coordinates that rules with `effect: hide` take out of the schema for one credential: those at which such a
 * rule holds (M1) and that the credential's mask does not show, and whatever cannot stand in a schema without them.
 */
export function hiddenBy(policy: Policy, mask: GraphQLSchema): ReadonlySet<string> {
  const hidden = new Set<string>();
  for (const rule of policy.rules.values()) {
    if (rule.effect !== 'hide') continue;
    for (const coordinate of heldBy(policy.schema, rule.coordinate)) {
      if (coordinateKind(mask, coordinate) === undefined) hidden.add(coordinate);
    }
  }
  for (let size = -1; size !== hidden.size; ) {
    size = hidden.size;
    for (const type of Object.values(policy.schema.getTypeMap())) spread(type, hidden);
  }
  for (const { name, args } of policy.schema.getDirectives()) {
    for (const arg of args)
      if (isGone(arg.type, hidden) || hidden.has(`@${name}`)) hidden.add(`@${name}(${arg.name}:)`);
  }
  return hidden;
}

/** The coordinate of a rule, and on an interface that of every type that implements it (M1). */
function heldBy(schema: GraphQLSchema, coordinate: string): readonly string[] {
  const [head = ''] = coordinate.split('.');
  const type = schema.getType(head);
  if (!isInterfaceType(type)) return [coordinate];
  const { objects, interfaces } = schema.getImplementations(type);
  const rest = coordinate.slice(head.length);
  return [coordinate, ...[...objects, ...interfaces].map(({ name }) => `${name}${rest}`)];
}

type Typed = { readonly type: Parameters<typeof getNamedType>[0] };

function isGone(type: Typed['type'], hidden: ReadonlySet<string>): boolean {
  const named = getNamedType(type);
  return named !== undefined && hidden.has(named.name);
}

/** A hidden type takes its members along, and what it is the type of; a type goes with the last of its members. */
function spread(type: GraphQLNamedType, hidden: Set<string>): void {
  if (type.name.startsWith('__')) return;
  const isTaken = hidden.has(type.name);
  const members = membersOf(type);
  for (const member of isUnionType(type) ? [] : members) {
    if (isTaken || (member.type && isGone(member.type, hidden))) hidden.add(member.coordinate);
    for (const arg of member.args) {
      if (hidden.has(member.coordinate) || isGone(arg.type, hidden)) hidden.add(arg.coordinate);
    }
  }
  if (members.length > 0 && members.every(({ coordinate }) => hidden.has(coordinate))) hidden.add(type.name);
}

interface Member {
  readonly coordinate: string;
  readonly type?: Typed['type'];
  readonly args: readonly (Typed & { readonly coordinate: string })[];
}

function membersOf(type: GraphQLNamedType): readonly Member[] {
  if (isEnumType(type))
    return type.getValues().map(({ name }) => ({ coordinate: fieldCoordinate(type.name, name), args: [] }));
  if (isUnionType(type)) return type.getTypes().map(({ name }) => ({ coordinate: name, args: [] }));
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => ({
      coordinate: fieldCoordinate(type.name, field.name),
      type: field.type,
      args: [],
    }));
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).map((field) => ({
    coordinate: fieldCoordinate(type.name, field.name),
    type: field.type,
    args: field.args.map((arg) => ({
      coordinate: argumentCoordinate(type.name, field.name, arg.name),
      type: arg.type,
    })),
  }));
}
