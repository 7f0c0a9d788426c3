import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  Kind,
  typeFromAST,
} from 'graphql';

/** Stands where nobody said what will be sent. No boundary is called so, and whoever asks says so. */
const TEXT = '<unknown>';

const SCALARS: Readonly<Record<string, unknown>> = { Int: 0, Float: 0, Boolean: true };

/**
 * Values for the variables that an operation cannot do without, so that it can be decided before anybody knows
 * them. Empty where it can do without.
 */
export function placeholders(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): Readonly<Record<string, unknown>> {
  const operation = document.definitions.find(
    (one) =>
      one.kind === Kind.OPERATION_DEFINITION &&
      (operationName === undefined || one.name?.value === operationName),
  );
  const definitions =
    operation?.kind === Kind.OPERATION_DEFINITION ? (operation.variableDefinitions ?? []) : [];
  const values: Record<string, unknown> = {};
  for (const { variable, type: node, defaultValue } of definitions) {
    const type = typeFromAST(schema, node);
    if (defaultValue || !isNonNullType(type)) continue;
    values[variable.name.value] = placeholder(type as GraphQLInputType);
  }
  return values;
}

function placeholder(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return placeholder(type.ofType);
  if (isListType(type)) return [placeholder(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) return SCALARS[type.name] ?? TEXT;
  const fields = Object.values(type.getFields());
  const sent = type.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField);
  return Object.fromEntries(sent.map((field) => [field.name, placeholder(field.type)]));
}
