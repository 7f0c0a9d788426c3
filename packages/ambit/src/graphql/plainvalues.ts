import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInt,
  type GraphQLSchema,
  GraphQLString,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';
import { isGraphql17 } from './major.ts';

/** Stands for a value that has to be coerced by graphql-js: it needs a default, an error, or a conversion. */
const OTHER: unique symbol = Symbol('other');

const MAX_INT = 2 ** 31;

interface Plain {
  readonly name: string;
  readonly type: GraphQLInputType;
}

/**
 * Variables that are already what GraphQL would coerce them to: numbers, texts and booleans where the schema has those,
 * lists and input objects of them. Nearly all variables are; for the rest there is `coercedVariables`.
 */
export class PlainVariables {
  readonly #schema: GraphQLSchema;
  readonly #plain = new WeakMap<OperationDefinitionNode, readonly Plain[] | undefined>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** The coerced variables (spec section 6.1.2); undefined where graphql-js has to coerce them. */
  of(
    operation: OperationDefinitionNode,
    raw: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>> | undefined {
    let plain = this.#plain.get(operation);
    if (plain === undefined && !this.#plain.has(operation)) {
      plain = plainOf(this.#schema, operation);
      this.#plain.set(operation, plain);
    }
    if (plain === undefined) return undefined;
    try {
      return valuesOf(plain, raw);
    } catch {
      // Nested deeper than there is room for: what comes of that is for graphql-js to say.
      return undefined;
    }
  }
}

function valuesOf(
  plain: readonly Plain[],
  raw: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const coerced: Record<string, unknown> = {};
  for (const { name, type } of plain) {
    if (!Object.hasOwn(raw, name)) {
      if (isNonNullType(type)) return undefined;
      continue;
    }
    const value = plainValue(type, raw[name]);
    if (value === OTHER) return undefined;
    coerced[name] = value;
  }
  return coerced;
}

function plainOf(schema: GraphQLSchema, operation: OperationDefinitionNode): readonly Plain[] | undefined {
  if (isGraphql17) return undefined;
  const plain: Plain[] = [];
  for (const definition of operation.variableDefinitions ?? []) {
    const type = typeFromAST(schema, definition.type);
    const { value: name } = definition.variable.name;
    if (definition.defaultValue || !isInputType(type) || name === '__proto__') return undefined;
    plain.push({ name, type });
  }
  return plain;
}

function plainValue(type: GraphQLInputType, value: unknown): unknown {
  if (isNonNullType(type)) return value === null ? OTHER : plainValue(type.ofType, value);
  if (value === null) return null;
  switch (type) {
    case GraphQLString:
    case GraphQLID:
      return typeof value === 'string' ? value : OTHER;
    case GraphQLBoolean:
      return typeof value === 'boolean' ? value : OTHER;
    case GraphQLInt:
      return Number.isInteger(value) && Math.abs(value as number) < MAX_INT ? value : OTHER;
    case GraphQLFloat:
      return Number.isFinite(value) ? value : OTHER;
  }
  if (isListType(type)) return Array.isArray(value) ? plainList(type.ofType, value) : OTHER;
  return isInputObjectType(type) ? plainObject(type, value) : OTHER;
}

function plainList(type: GraphQLInputType, values: readonly unknown[]): unknown {
  const items: unknown[] = [];
  for (const value of values) {
    const item = plainValue(type, value);
    if (item === OTHER) return OTHER;
    items.push(item);
  }
  return items;
}

function plainObject(type: GraphQLInputObjectType, value: unknown): unknown {
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype || type.isOneOf)
    return OTHER;
  const given = value as Record<string, unknown>;
  const fields = type.getFields();
  for (const name of Object.keys(given)) if (!Object.hasOwn(fields, name)) return OTHER;
  const coerced: Record<string, unknown> = {};
  for (const field of Object.values(fields)) {
    if (!Object.hasOwn(given, field.name)) {
      if (field.defaultValue !== undefined || isNonNullType(field.type)) return OTHER;
      continue;
    }
    const inner = plainValue(field.type, given[field.name]);
    if (inner === OTHER) return OTHER;
    coerced[field.name] = inner;
  }
  return coerced;
}
