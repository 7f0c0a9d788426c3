import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  Kind,
  type ValueNode,
} from 'graphql';
import { AmbitError } from '../errors.ts';
import { isGraphql17 } from './major.ts';

/** An argument or an input field, as far as its default goes. */
export interface InputElement {
  readonly name: string;
  readonly type: GraphQLInputType;
  /** What a resolver gets. All that graphql 16 has; in 17 only where a schema made in code says it so. */
  readonly defaultValue?: unknown;
}

/** A default as graphql 17 keeps it: a literal as written, or a value as a client would send it. */
type WrittenDefault = { readonly literal: ValueNode } | { readonly value: unknown };

/** An enum value or an input field that a default names. */
export interface Mention {
  readonly type: GraphQLEnumType | GraphQLInputObjectType;
  readonly member: string;
}

/** What to hand to a constructor so that an element keeps its default. */
export function defaultConfig(element: InputElement): { defaultValue?: unknown; default?: WrittenDefault } {
  const written = writtenDefault(element);
  if (written) return { default: written };
  return element.defaultValue === undefined ? {} : { defaultValue: element.defaultValue };
}

/**
 * Every enum value and input field that is supplied where `element` is left out, at any depth: those that its default
 * names, and those that the defaults of input fields left out there name in turn.
 */
export function mentionsOf(element: InputElement): readonly Mention[] {
  const walk = new DefaultWalk();
  walk.element(element);
  return walk.mentions;
}

/**
 * Stops where a default is kept in a way that is not known, since nobody could say what it supplies.
 * @throws AmbitError BAD_SCHEMA
 */
export function requireReadableDefaults(schema: GraphQLSchema): void {
  if (!isGraphql17) return;
  for (const directive of schema.getDirectives()) directive.args.forEach(writtenDefault);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isInputObjectType(type)) Object.values(type.getFields()).forEach(writtenDefault);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) field.args.forEach(writtenDefault);
  }
}

/** graphql takes the literal where there is one, and a written default before an inner one. */
function writtenDefault(element: InputElement): WrittenDefault | undefined {
  const found = (element as { readonly default?: unknown }).default;
  if (!isGraphql17 || found === undefined) return undefined;
  if (typeof found === 'object' && found !== null) {
    const { literal } = found as { readonly literal?: ValueNode };
    if (typeof literal?.kind === 'string') return { literal };
    if (!literal && 'value' in found) return { value: found.value };
  }
  throw new AmbitError('BAD_SCHEMA', `the default of \`${element.name}\` is kept in a way that is not known`);
}

class DefaultWalk {
  readonly mentions: Mention[] = [];
  /** Each default says the same wherever it is met; a circle of them ends here. */
  readonly #met = new Set<InputElement>();

  element(element: InputElement): void {
    if (this.#met.has(element) || isScalarType(getNamedType(element.type))) return;
    this.#met.add(element);
    const written = writtenDefault(element);
    if (written && 'literal' in written) this.#literal(element.type, written.literal);
    else if (written) this.#value(element.type, written.value);
    else if (element.defaultValue !== undefined) this.#inner(element.type, element.defaultValue);
  }

  #literal(type: GraphQLInputType, node: ValueNode): void {
    const nullable = isNonNullType(type) ? type.ofType : type;
    if (isListType(nullable)) {
      for (const item of node.kind === Kind.LIST ? node.values : [node]) this.#literal(nullable.ofType, item);
    } else if (isInputObjectType(nullable) && node.kind === Kind.OBJECT) {
      const given = new Map(node.fields.map(({ name, value }) => [name.value, value]));
      this.#members(
        nullable,
        (name) => given.get(name),
        (inner, value) => this.#literal(inner, value),
      );
    } else if (isEnumType(nullable) && node.kind === Kind.ENUM) this.#mention(nullable, node.value);
  }

  #value(type: GraphQLInputType, value: unknown): void {
    const nullable = isNonNullType(type) ? type.ofType : type;
    if (isListType(nullable)) {
      for (const item of itemsOf(value)) this.#value(nullable.ofType, item);
    } else if (isInputObjectType(nullable) && isRecord(value)) {
      this.#members(
        nullable,
        (name) => value[name],
        (inner, given) => this.#value(inner, given),
      );
    } else if (isEnumType(nullable) && typeof value === 'string') this.#mention(nullable, value);
  }

  /** Coercion puts the defaults of fields that are left out into what was written. */
  #members<T>(
    type: GraphQLInputObjectType,
    given: (name: string) => T | undefined,
    inside: (type: GraphQLInputType, given: T) => void,
  ): void {
    for (const field of Object.values(type.getFields())) {
      const value = given(field.name);
      if (value === undefined && !hasDefault(field)) continue;
      this.#mention(type, field.name);
      if (value === undefined) this.element(field);
      else inside(field.type, value);
    }
  }

  /** A value as resolvers get it: complete, and with what enum values stand for in place of their names. */
  #inner(type: GraphQLInputType, value: unknown): void {
    if (value === null || value === undefined) return;
    const nullable = isNonNullType(type) ? type.ofType : type;
    if (isListType(nullable)) {
      for (const item of itemsOf(value)) this.#inner(nullable.ofType, item);
    } else if (isInputObjectType(nullable) && isRecord(value)) {
      for (const field of Object.values(nullable.getFields())) {
        if (value[field.name] === undefined) continue;
        this.#mention(nullable, field.name);
        this.#inner(field.type, value[field.name]);
      }
    } else if (isEnumType(nullable)) {
      const all = nullable.getValues();
      const meant = all.filter((one) => one.value === value);
      // What stands for none of them could be read as any of them.
      for (const { name } of meant.length > 0 ? meant : all) this.#mention(nullable, name);
    }
  }

  #mention(type: Mention['type'], member: string): void {
    this.mentions.push({ type, member });
  }
}

function hasDefault(element: InputElement): boolean {
  return writtenDefault(element) !== undefined || element.defaultValue !== undefined;
}

/** The items of what stands where a list is wanted; anything else is a list of one, as GraphQL coerces it. */
export function itemsOf(value: unknown): Iterable<unknown> {
  const isIterable =
    typeof value === 'object' && value !== null && Symbol.iterator in value && value[Symbol.iterator];
  return isIterable ? (value as Iterable<unknown>) : [value];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
