import {
  astFromValue,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
  Kind,
  type ValueNode,
} from 'graphql';

/** An argument or an input field, as far as its default goes. */
export interface InputElement {
  readonly type: GraphQLInputType;
  readonly defaultValue?: unknown;
}

/** A default as graphql 17 keeps it: a literal as written, or a value as a client would send it. */
type ModernDefault = { readonly literal: ValueNode } | { readonly value: unknown };

/** An enum value or an input field that a default names. */
export interface Mention {
  readonly type: GraphQLEnumType | GraphQLInputObjectType;
  readonly member: string;
}

/** What to hand to a constructor so that an element keeps its default, under either major version of graphql. */
export function defaultConfig(element: InputElement): { defaultValue?: unknown; default?: ModernDefault } {
  const modern = modernDefault(element);
  if (modern) return { default: modern };
  return element.defaultValue === undefined ? {} : { defaultValue: element.defaultValue };
}

/** Every enum value and input field that the default of `element` names, at any depth. */
export function mentionsOf(element: InputElement): readonly Mention[] {
  const mentions: Mention[] = [];
  if (isScalarType(getNamedType(element.type))) return mentions;
  const modern = modernDefault(element);
  if (modern && 'literal' in modern) inLiteral(element.type, modern.literal, mentions);
  else if (modern) inValue(element.type, modern.value, mentions);
  else if (element.defaultValue !== undefined) {
    const literal = literalOf(element);
    if (literal) inLiteral(element.type, literal, mentions);
  }
  return mentions;
}

function modernDefault(element: InputElement): ModernDefault | undefined {
  return (element as { readonly default?: ModernDefault }).default ?? undefined;
}

/** A default that does not fit its type has no literal, and so cannot be printed either. */
function literalOf(element: InputElement): ValueNode | undefined {
  try {
    return astFromValue(element.defaultValue, element.type) ?? undefined;
  } catch {
    return undefined;
  }
}

function inLiteral(type: GraphQLInputType, node: ValueNode, into: Mention[]): void {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) {
    for (const item of node.kind === Kind.LIST ? node.values : [node]) inLiteral(nullable.ofType, item, into);
  } else if (isInputObjectType(nullable) && node.kind === Kind.OBJECT) {
    for (const { name, value } of node.fields)
      member(nullable, name.value, into, (inner) => inLiteral(inner, value, into));
  } else if (isEnumType(nullable) && node.kind === Kind.ENUM)
    into.push({ type: nullable, member: node.value });
}

function inValue(type: GraphQLInputType, value: unknown, into: Mention[]): void {
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) {
    for (const item of Array.isArray(value) ? value : [value]) inValue(nullable.ofType, item, into);
  } else if (isInputObjectType(nullable) && typeof value === 'object' && value !== null) {
    for (const [name, given] of Object.entries(value))
      member(nullable, name, into, (inner) => inValue(inner, given, into));
  } else if (isEnumType(nullable) && typeof value === 'string') into.push({ type: nullable, member: value });
}

function member(
  type: GraphQLInputObjectType,
  name: string,
  into: Mention[],
  inside: (type: GraphQLInputType) => void,
): void {
  into.push({ type, member: name });
  const fields = type.getFields();
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field) inside(field.type);
}
