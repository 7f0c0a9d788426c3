import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { argumentCoordinate, fieldCoordinate } from '../coordinates.ts';

/**
 * Every coordinate that a document names, in all of its operations and fragments, used or not: types, fields,
 * arguments, input fields, enum values, directives. The document has to be valid against the schema.
 */
export function namedIn(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  const info = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: ({ name }) => {
        const parent = info.getParentType();
        if (parent) names.add(fieldCoordinate(parent.name, name.value));
      },
      Directive: ({ name }) => void names.add(`@${name.value}`),
      Argument: ({ name }) => {
        const directive = info.getDirective();
        const parent = info.getParentType();
        const field = info.getFieldDef();
        if (directive) names.add(`@${directive.name}(${name.value}:)`);
        else if (parent && field) names.add(argumentCoordinate(parent.name, field.name, name.value));
      },
      ObjectField: ({ name }) => {
        const parent = getNamedType(info.getParentInputType());
        if (parent) names.add(fieldCoordinate(parent.name, name.value));
      },
      EnumValue: ({ value }) => {
        const type = getNamedType(info.getInputType());
        if (type) names.add(fieldCoordinate(type.name, value));
      },
      NamedType: ({ name }) => void names.add(name.value),
      // The kind of an operation names a type as well.
      OperationDefinition: ({ operation }) => {
        const root = schema.getRootType(operation);
        if (root) names.add(root.name);
      },
    }),
  );
  return names;
}

/** The input fields and enum values that the variables of one request name. */
export function namedInVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  raw: Readonly<Record<string, unknown>>,
): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { variable, type: node } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const type = typeFromAST(schema, node as Parameters<typeof typeFromAST>[1]);
    if (isInputType(type) && Object.hasOwn(raw, name)) inValue(type, raw[name], names);
  }
  return names;
}

function inValue(type: GraphQLInputType, value: unknown, into: Set<string>): void {
  if (value === null || value === undefined) return;
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) {
    const items: unknown[] = Array.isArray(value) ? value : [value];
    for (const item of items) inValue(nullable.ofType, item, into);
  } else if (isInputObjectType(nullable) && typeof value === 'object') {
    for (const field of Object.values(nullable.getFields())) {
      if (!Object.hasOwn(value, field.name)) continue;
      into.add(fieldCoordinate(nullable.name, field.name));
      inValue(field.type, (value as Record<string, unknown>)[field.name], into);
    }
  } else if (isEnumType(nullable) && typeof value === 'string')
    into.add(fieldCoordinate(nullable.name, value));
}
