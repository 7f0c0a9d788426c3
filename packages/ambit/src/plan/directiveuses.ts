import type { DirectiveNode, OperationDefinitionNode } from 'graphql';
import { AmbitError } from '../errors.ts';
import { RULE_DIRECTIVES } from '../rules/directives.ts';
import type { Condition, DirectiveUse } from './plan.ts';

/** Directives on an operation and on its variables: they always count. */
export function operationDirectives(operation: OperationDefinitionNode): DirectiveUse[] {
  const onVariables = (operation.variableDefinitions ?? []).flatMap(
    (definition) => definition.directives ?? [],
  );
  return [...(operation.directives ?? []), ...onVariables].map((node) => directiveUse(node, []));
}

/** One directive of a client. @throws AmbitError BAD_OPERATION for one that carries rules (M26) */
export function directiveUse(node: DirectiveNode, conditions: readonly Condition[]): DirectiveUse {
  if (!RULE_DIRECTIVES.includes(node.name.value)) return { node, conditions };
  throw new AmbitError('BAD_OPERATION', `\`@${node.name.value}\` cannot be used in an operation`);
}
