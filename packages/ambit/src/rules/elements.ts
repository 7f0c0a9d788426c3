import {
  type ASTNode,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
} from 'graphql';
import { argumentCoordinate, fieldCoordinate } from '../coordinates.ts';

/** What rules can be written on: it has directives in its SDL, and extensions in code. */
export interface SchemaElement {
  readonly astNode?: ASTNode | null | undefined;
  readonly extensionASTNodes?: readonly ASTNode[] | undefined;
  readonly extensions?: Readonly<Record<string | symbol, unknown>> | undefined;
}

/** Every element of a schema on which rules can stand, with its coordinate. */
export function* schemaElements(schema: GraphQLSchema): Generator<[coordinate: string, SchemaElement]> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type)) continue;
    yield [type.name, type];
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        yield [fieldCoordinate(type.name, field.name), field];
        for (const arg of field.args) yield [argumentCoordinate(type.name, field.name, arg.name), arg];
      }
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        yield [fieldCoordinate(type.name, field.name), field];
    } else if (isEnumType(type)) {
      for (const value of type.getValues()) yield [fieldCoordinate(type.name, value.name), value];
    }
  }
}
