import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { ShownFields } from './contract.ts';
import { textOf } from './questions.ts';
import type { Visible } from './visible.ts';

/**
 * What is visible as text of bits, in the order of the schema: one for each field and each of its arguments, each
 * interface that a type keeps, each input field, enum value, union, directive and argument of one. Two texts are equal
 * exactly where the same is shown, so they are keys of masks.
 */
export function visibleBits(schema: GraphQLSchema, visible: Visible): string {
  const bits = new Bits();
  for (const type of Object.values(schema.getTypeMap()))
    if (!type.name.startsWith('__')) addType(bits, type, visible);
  for (const directive of schema.getDirectives()) {
    const open = visible.directives.get(directive);
    bits.add(open !== undefined);
    for (const { name } of directive.args) bits.add(open?.has(name) === true);
  }
  return bits.text();
}

function addType(bits: Bits, type: GraphQLNamedType, visible: Visible): void {
  const { membership, objects, supplied } = visible;
  if (isEnumType(type)) for (const { name } of type.getValues()) bits.add(supplied.shows(type, name));
  if (isInputObjectType(type))
    for (const name of Object.keys(type.getFields())) bits.add(supplied.shows(type, name));
  if (isUnionType(type)) bits.add(membership.names(type.name));
  if (!isObjectType(type) && !isInterfaceType(type)) return;
  const shown = isObjectType(type) ? objects.get(type.name) : membership.fieldsOf(type);
  for (const field of Object.values(type.getFields())) addField(bits, field, shown);
  for (const one of type.getInterfaces()) bits.add(membership.keeps(type, one));
}

function addField(bits: Bits, field: GraphQLField<unknown, unknown>, shown: ShownFields | undefined): void {
  const known = shown?.get(field.name);
  bits.add(known !== undefined);
  // Mostly a field is shown with all of its arguments or not at all, and one bit says so.
  if (field.args.length === 0 || !known) return;
  const isWhole = known.args === undefined || field.args.every(({ name }) => known.args?.has(name));
  bits.add(isWhole);
  if (!isWhole) for (const { name } of field.args) bits.add(known.args?.has(name) === true);
}

class Bits {
  readonly #codes: number[] = [];
  #length = 0;

  add(bit: boolean): void {
    const index = this.#length >> 4;
    this.#codes[index] = (this.#codes[index] ?? 0) | (bit ? 1 << (this.#length & 15) : 0);
    this.#length += 1;
  }

  text(): string {
    return textOf(Uint16Array.from(this.#codes));
  }
}
