import {
  type DirectiveNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';
import type { Policy } from '../compile/policy.ts';
import { argumentCoordinate, fieldCoordinate } from '../coordinates.ts';
import { type InputElement, itemsOf, mentionsOf } from '../graphql/defaults.ts';
import { type CoercedVariables, coercedArguments } from '../graphql/values.ts';
import { NO_IDENTITY } from '../rules/placesource.ts';
import type { Rule } from '../rules/requirement.ts';
import type { FieldUse } from './plan.ts';

/** The variables of one request: as the client sent them, and as GraphQL coerces them. */
export interface Variables extends CoercedVariables {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly operation: OperationDefinitionNode;
  /** Rules met inside a variable's value, by type and name: a large value used often is walked once. */
  walks?: Map<string, ReadonlyMap<string, Rule>>;
}

/**
 * Rules of everything that the client supplies to a field: arguments, input fields, enum values and the named
 * types of those (M7). What is not sent is not asked for, except an enum value inside a schema default.
 */
export function suppliedRules(policy: Policy, use: FieldUse, variables: Variables): Rule[] {
  if (!use.access?.guardsInput || !use.field) return [];
  const walk = new InputWalk(policy, variables);
  const holders = [use.parentType.name, ...use.parentType.getInterfaces().map((one) => one.name)];
  for (const { node } of use.occurrences) {
    for (const argument of use.field.args) {
      const names = holders.map((holder) => argumentCoordinate(holder, use.name, argument.name));
      walk.argument(argument, names, node.arguments?.find((one) => one.name.value === argument.name)?.value);
    }
  }
  return [...walk.rules.values()];
}

/** The same for what a client supplies to an executable directive: `@name(arg:)` (M26). */
export function suppliedDirectiveRules(policy: Policy, node: DirectiveNode, variables: Variables): Rule[] {
  const walk = new InputWalk(policy, variables);
  for (const argument of policy.schema.getDirective(node.name.value)?.args ?? []) {
    const given = node.arguments?.find((one) => one.name.value === argument.name)?.value;
    walk.argument(argument, [`@${node.name.value}(${argument.name}:)`], given);
  }
  return [...walk.rules.values()];
}

class InputWalk {
  readonly rules: Map<string, Rule> = new Map();
  readonly #policy: Policy;
  readonly #variables: Variables;

  constructor(policy: Policy, variables: Variables) {
    this.#policy = policy;
    this.#variables = variables;
  }

  argument(argument: GraphQLArgument, coordinates: readonly string[], node: ValueNode | undefined): void {
    if (node && this.#value(argument.type, node)) for (const name of coordinates) this.#hit(name);
    else this.#default(argument);
  }

  /** Walks a literal; answers whether anything was supplied. */
  #value(type: GraphQLInputType, node: ValueNode): boolean {
    if (node.kind === Kind.VARIABLE) return this.#variable(type, node.name.value);
    this.#hit(getNamedType(type).name);
    if (node.kind === Kind.NULL) return true;
    const nullable = isNonNullType(type) ? type.ofType : type;
    if (isListType(nullable)) {
      const items = node.kind === Kind.LIST ? node.values : [node];
      for (const item of items) this.#value(nullable.ofType, item);
    } else if (isInputObjectType(nullable) && node.kind === Kind.OBJECT) {
      for (const field of Object.values(nullable.getFields())) {
        const given = node.fields.find((one) => one.name.value === field.name)?.value;
        if (given && this.#value(field.type, given)) this.#hit(fieldCoordinate(nullable.name, field.name));
        else this.#default(field);
      }
    } else if (isEnumType(nullable) && (node.kind === Kind.ENUM || node.kind === Kind.STRING)) {
      this.#hit(fieldCoordinate(nullable.name, node.value));
    }
    return true;
  }

  #variable(type: GraphQLInputType, name: string): boolean {
    const { raw, operation } = this.#variables;
    const isSent = Object.hasOwn(raw, name) && raw[name] !== undefined;
    const definition = operation.variableDefinitions?.find((one) => one.variable.name.value === name);
    if (!isSent && !definition?.defaultValue) return false;
    const key = `${name} ${String(type)}`;
    this.#variables.walks ??= new Map();
    let met = this.#variables.walks.get(key);
    if (!met) {
      const walk = new InputWalk(this.#policy, this.#variables);
      if (isSent) walk.#json(type, raw[name]);
      else if (definition?.defaultValue) walk.#value(type, definition.defaultValue);
      met = walk.rules;
      this.#variables.walks.set(key, met);
    }
    for (const [coordinate, rule] of met) this.rules.set(coordinate, rule);
    return true;
  }

  /** The same walk over a JSON value that came as a variable. */
  #json(type: GraphQLInputType, value: unknown): void {
    this.#hit(getNamedType(type).name);
    if (value === null || value === undefined) return;
    const nullable = isNonNullType(type) ? type.ofType : type;
    if (isListType(nullable)) {
      for (const item of itemsOf(value)) this.#json(nullable.ofType, item);
    } else if (isInputObjectType(nullable) && typeof value === 'object') {
      for (const field of Object.values(nullable.getFields())) {
        const given = (value as Record<string, unknown>)[field.name];
        if (given === undefined) this.#default(field);
        else {
          this.#hit(fieldCoordinate(nullable.name, field.name));
          this.#json(field.type, given);
        }
      }
    } else if (isEnumType(nullable)) this.#hit(fieldCoordinate(nullable.name, String(value)));
  }

  /** A schema default needs nothing by itself, but may not smuggle in an enum value that the credential may not use. */
  #default(element: InputElement): void {
    for (const { type, member } of mentionsOf(element))
      if (isEnumType(type)) this.#hit(fieldCoordinate(type.name, member));
  }

  #hit(coordinate: string): void {
    const rule = this.#policy.rules.get(coordinate);
    if (rule && rule.elements.length > 0) this.rules.set(coordinate, rule);
  }
}

/** More places than this in one argument are not looked at, and so not reached. */
const MAX_PLACES = 1000;

/**
 * The values at `path` in a field's coerced arguments, lists flattened; undefined where nothing is named, because it is
 * absent, null or an empty list (M14). Where it cannot be told what is named, since only some of it is or it is too
 * much, the one value is `NO_IDENTITY`.
 */
export function argumentValues(
  use: FieldUse,
  path: readonly string[],
  variables: Variables,
): readonly unknown[] | undefined {
  const node: FieldNode | undefined = use.occurrences[0]?.node;
  if (!use.field || !node) return undefined;
  const named: unknown[] = [];
  let isWhole = true;
  const take = (value: unknown, depth: number): void => {
    const isNothing = value === undefined || value === null || (Array.isArray(value) && value.length === 0);
    if (isNothing) isWhole = false;
    else if (named.length > MAX_PLACES) return;
    else if (Array.isArray(value)) for (const item of value.slice(0, MAX_PLACES + 1)) take(item, depth);
    else if (depth === path.length) named.push(value);
    else take(own(value, path[depth] ?? ''), depth + 1);
  };
  try {
    take(coercedArguments(use.field, node, variables), 0);
  } catch {
    return UNTOLD;
  }
  if (named.length === 0) return undefined;
  return isWhole && named.length <= MAX_PLACES ? named : UNTOLD;
}

const UNTOLD: readonly unknown[] = [NO_IDENTITY];

function own(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}
