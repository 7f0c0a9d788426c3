import {
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
} from 'graphql';
import { AmbitError } from '../errors.ts';

/**
 * The operation that a request means (GraphQL spec, section 6.1): by its name, never by what the name looks like.
 * @throws AmbitError BAD_OPERATION
 */
export function selectOperation(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  const [first] = operations;
  if (!first) throw new AmbitError('BAD_OPERATION', 'the document holds no operation');
  if (name === undefined || name === '') {
    if (operations.length === 1) return first;
    throw new AmbitError(
      'BAD_OPERATION',
      `the document holds ${operations.length} operations; say which by its name`,
    );
  }
  const named = operations.find((one) => one.name?.value === name);
  if (named) return named;
  throw new AmbitError('BAD_OPERATION', `the document holds no operation named \`${name}\``);
}

/** The root type of an operation. @throws AmbitError BAD_OPERATION where the schema has none */
export function rootTypeOf(schema: GraphQLSchema, operation: OperationTypeNode): GraphQLObjectType {
  const type = schema.getRootType(operation);
  if (type) return type;
  throw new AmbitError('BAD_OPERATION', `this schema has no ${operation} type`);
}

/**
 * Older graphql-js keeps coerced variables in a plain object, and a variable of this name becomes the prototype of
 * all the others, here or in the upstream.
 */
export function refusePrototype(operation: OperationDefinitionNode): void {
  if (!operation.variableDefinitions?.some(({ variable }) => variable.name.value === '__proto__')) return;
  throw new AmbitError('BAD_OPERATION', 'a variable cannot be called `__proto__`');
}
