import {
  type DirectiveNode,
  type FieldNode,
  type GraphQLDirective,
  type GraphQLError,
  type GraphQLField,
  type GraphQLLeafType,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  type VariableDefinitionNode,
} from 'graphql';
import { isGraphql17 } from './major.ts';

type Values = Readonly<Record<string, unknown>>;

/** The variables of one request as GraphQL coerces them. */
export interface CoercedVariables {
  readonly coerced: Values;
  /** What graphql 17 wants to be given in their place; 16 has no such thing. */
  readonly sourced?: SourcedVariables | undefined;
}

/** Coerced variables as graphql 17 keeps them. */
interface SourcedVariables {
  readonly sources: Readonly<Record<string, unknown>>;
  readonly coerced: Values;
}

/** `getVariableValues` of graphql 17. */
type CoerceVariables17 = (
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  raw: Values,
  options: { readonly maxErrors: number },
) => { readonly errors?: readonly GraphQLError[]; readonly variableValues?: SourcedVariables };

/** `getArgumentValues` of graphql 17. */
type ArgumentValues17 = (
  definition: Definition,
  node: FieldNode | DirectiveNode,
  variables: SourcedVariables,
) => Values;

type Definition = GraphQLField<unknown, unknown> | GraphQLDirective;

const MAX_ERRORS = 20;

/** Coerces variables (spec section 6.1.2), or answers the errors that GraphQL has about them. */
export function coercedVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  raw: Values,
): CoercedVariables | readonly GraphQLError[] {
  if (isGraphql17) {
    const coerce = getVariableValues as unknown as CoerceVariables17;
    const { errors, variableValues } = coerce(schema, definitions, raw, { maxErrors: MAX_ERRORS });
    if (errors) return errors;
    if (!variableValues) throw new Error('graphql answered neither variables nor errors');
    return { coerced: variableValues.coerced, sourced: variableValues };
  }
  const result = getVariableValues(schema, definitions, raw, { maxErrors: MAX_ERRORS });
  return result.errors ?? { coerced: result.coerced };
}

/**
 * The arguments of a field or directive as its resolver gets them, defaults included (spec section 6.4.1).
 * @throws GraphQLError where they do not fit
 */
export function coercedArguments(
  definition: Definition,
  node: FieldNode | DirectiveNode,
  { coerced, sourced = { sources: {}, coerced } }: CoercedVariables,
): Values {
  return isGraphql17
    ? (getArgumentValues as unknown as ArgumentValues17)(definition, node, sourced)
    : getArgumentValues(definition, node, coerced);
}

/** A leaf as the response shows it. @throws whatever the type throws for a value that it does not have */
export function outputValue(type: GraphQLLeafType, value: unknown): unknown {
  const { coerceOutputValue } = type as { readonly coerceOutputValue?: (value: unknown) => unknown };
  return isGraphql17 && coerceOutputValue ? coerceOutputValue.call(type, value) : type.serialize(value);
}
