import {
  astFromValue,
  type GraphQLInputType,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  Kind,
  type ValueNode,
} from 'graphql';
import { fieldNames } from './covering.ts';
import type { Operation, Use } from './operation.ts';

/** M7: the coordinates of everything that the client supplies to a field. */
export function suppliedTo(use: Use, operation: Operation): string[] {
  const supplied: string[] = [];
  for (const argument of use.field?.args ?? []) {
    const node = use.nodes[0]!.arguments?.find((one) => one.name.value === argument.name)?.value;
    const within = node && insideLiteral(argument.type, node, operation);
    if (within) {
      supplied.push(...within);
      supplied.push(...fieldNames(use.on, use.name).map((name) => `${name}(${argument.name}:)`));
    } else supplied.push(...insideDefault(argument));
  }
  return supplied;
}

/** What a literal supplies: its type, and what is in it. Undefined where it is an absent variable. */
function insideLiteral(type: GraphQLInputType, node: ValueNode, operation: Operation): string[] | undefined {
  if (node.kind === Kind.VARIABLE) return insideVariable(type, node.name.value, operation);
  const supplied = [getNamedType(type).name];
  if (node.kind === Kind.NULL) return supplied;
  const bare = getNullableType(type);
  if (isListType(bare)) {
    for (const item of node.kind === Kind.LIST ? node.values : [node])
      supplied.push(...(insideLiteral(bare.ofType, item, operation) ?? []));
  } else if (isInputObjectType(bare) && node.kind === Kind.OBJECT) {
    for (const field of Object.values(bare.getFields())) {
      const given = node.fields.find(({ name }) => name.value === field.name)?.value;
      const within = given && insideLiteral(field.type, given, operation);
      supplied.push(...(within ? [`${bare.name}.${field.name}`, ...within] : insideDefault(field)));
    }
  } else if (isEnumType(bare) && node.kind === Kind.ENUM) supplied.push(`${bare.name}.${node.value}`);
  return supplied;
}

/** The raw value of a variable, else its default, else nothing. */
function insideVariable(type: GraphQLInputType, name: string, operation: Operation): string[] | undefined {
  const raw = Object.hasOwn(operation.raw, name) ? operation.raw[name] : undefined;
  if (raw !== undefined) return insideJson(type, raw);
  const declared = operation.definition.variableDefinitions?.find((one) => one.variable.name.value === name);
  return declared?.defaultValue && insideLiteral(type, declared.defaultValue, operation);
}

function insideJson(type: GraphQLInputType, value: unknown): string[] {
  const supplied = [getNamedType(type).name];
  if (value === null) return supplied;
  const bare = getNullableType(type);
  if (isListType(bare)) {
    for (const item of Array.isArray(value) ? value : [value])
      supplied.push(...insideJson(bare.ofType, item));
  } else if (isInputObjectType(bare)) {
    for (const field of Object.values(bare.getFields())) {
      const given = (value as Record<string, unknown>)[field.name];
      supplied.push(
        ...(given === undefined
          ? insideDefault(field)
          : [`${bare.name}.${field.name}`, ...insideJson(field.type, given)]),
      );
    }
  } else if (isEnumType(bare)) supplied.push(`${bare.name}.${String(value)}`);
  return supplied;
}

/** A schema default that is not sent needs nothing but the enum values in it. */
function insideDefault(element: {
  readonly type: GraphQLInputType;
  readonly defaultValue?: unknown;
}): string[] {
  if (element.defaultValue === undefined) return [];
  const node = astFromValue(element.defaultValue, element.type);
  return node ? enumValuesIn(element.type, node) : [];
}

function enumValuesIn(type: GraphQLInputType, node: ValueNode): string[] {
  const bare = getNullableType(type);
  if (isListType(bare))
    return (node.kind === Kind.LIST ? node.values : [node]).flatMap((item) =>
      enumValuesIn(bare.ofType, item),
    );
  if (isInputObjectType(bare) && node.kind === Kind.OBJECT)
    return node.fields.flatMap(({ name, value }) => enumValuesIn(bare.getFields()[name.value]!.type, value));
  return isEnumType(bare) && node.kind === Kind.ENUM ? [`${bare.name}.${node.value}`] : [];
}

/** M14: the values of a boundary argument, after coercion; undefined where nothing is named. */
export function argumentValues(
  use: Use,
  steps: readonly string[],
  operation: Operation,
): readonly unknown[] | undefined {
  let values: unknown[];
  try {
    values = [getArgumentValues(use.field!, use.nodes[0]!, operation.coerced)];
  } catch {
    return UNTOLD;
  }
  for (const step of steps)
    values = values
      .map((value) => (value as Record<string, unknown> | null | undefined)?.[step])
      .flatMap((value) => (Array.isArray(value) ? holding(value) : [value]));
  const isNothing = (value: unknown): boolean => value === undefined || value === null;
  if (values.every(isNothing)) return undefined;
  return values.some(isNothing) ? UNTOLD : values;
}

/** What a list holds at any depth; an empty one holds nothing, which counts like null. */
function holding(list: readonly unknown[]): unknown[] {
  return list.length === 0 ? [null] : list.flatMap((one) => (Array.isArray(one) ? holding(one) : [one]));
}

/** Something is named, and cannot be told: the text that names nothing. */
const UNTOLD: readonly unknown[] = [''];
