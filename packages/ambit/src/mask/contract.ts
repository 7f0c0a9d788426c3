import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { SuppliedTypes } from './supplied.ts';

/** A shown field: the names of its shown arguments, or undefined where all are. */
export interface ShownField {
  readonly args: ReadonlySet<string> | undefined;
}

/** Fields of one type that are shown, by name. */
export type ShownFields = ReadonlyMap<string, ShownField>;

/** A type with those of its fields that are shown. */
export interface Shown {
  readonly type: GraphQLObjectType | GraphQLInterfaceType;
  readonly fields: ShownFields;
}

/** Whether one named type still stands in for another. */
type IsKind = (type: GraphQLNamedType, upper: GraphQLNamedType) => boolean;

/** Whether what is left of a type still keeps the contract of what is left of an interface. */
export function fits(implementer: Shown, declared: Shown, supplied: SuppliedTypes, isKind: IsKind): boolean {
  const theirs = declared.type.getFields();
  const ours = implementer.type.getFields();
  for (const name of declared.fields.keys()) {
    const upper = theirs[name];
    const field = ours[name];
    if (!upper || !field || !implementer.fields.has(name)) return false;
    if (!isSubtype(field.type, upper.type, isKind)) return false;
    if (!acceptsAll(shownArguments(field, implementer), shownArguments(upper, declared), supplied))
      return false;
  }
  return true;
}

function shownArguments(
  field: GraphQLField<unknown, unknown>,
  { fields }: Shown,
): readonly GraphQLArgument[] {
  const shown = fields.get(field.name)?.args;
  return shown ? field.args.filter(({ name }) => shown.has(name)) : field.args;
}

/** Arguments of an interface's field are there with the very same type; what there is beyond them is optional. */
function acceptsAll(
  ours: readonly GraphQLArgument[],
  theirs: readonly GraphQLArgument[],
  supplied: SuppliedTypes,
): boolean {
  const typeOf = (arg: GraphQLArgument): string =>
    supplied.forces(arg) && !isNonNullType(arg.type) ? `${arg.type}!` : `${arg.type}`;
  for (const upper of theirs) {
    const own = ours.find(({ name }) => name === upper.name);
    if (!own || typeOf(own) !== typeOf(upper)) return false;
  }
  return ours.every((own) => theirs.some(({ name }) => name === own.name) || !supplied.requires(own));
}

function isSubtype(type: GraphQLOutputType, upper: GraphQLOutputType, isKind: IsKind): boolean {
  if (isNonNullType(upper)) return isNonNullType(type) && isSubtype(type.ofType, upper.ofType, isKind);
  if (isNonNullType(type)) return isSubtype(type.ofType, upper, isKind);
  if (isListType(upper)) return isListType(type) && isSubtype(type.ofType, upper.ofType, isKind);
  return !isListType(type) && isKind(type, upper);
}
