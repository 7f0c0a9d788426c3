import { getOperationAST, type OperationDefinitionNode, type OperationTypeNode, parse } from 'graphql';
import type { Question } from './world.ts';

/** The operation that a question is about. @throws TypeError if its document has none, or several without a choice */
export function operationOf({ document, operationName }: Question): OperationDefinitionNode {
  const operation = getOperationAST(typeof document === 'string' ? parse(document) : document, operationName);
  if (!operation)
    throw new TypeError('the document has no operation, or several of which `operationName` chooses none');
  return operation;
}

/** Whether it reads, changes or listens. */
export function verbOf(question: Question): `${OperationTypeNode}` {
  return operationOf(question).operation;
}
