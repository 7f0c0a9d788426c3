import { OperationTypeNode } from 'graphql';
import type { Prepared } from '../prepare.ts';

/** What this gateway cannot decide yet, as a sentence; such an operation is never forwarded. */
export function notCarried({ plan, decision }: Prepared): string | undefined {
  if (plan.operation.operation === OperationTypeNode.SUBSCRIPTION)
    return 'this gateway does not carry subscriptions yet';
  const incremental = plan.directives.find(
    ({ node }) => node.name.value === 'defer' || node.name.value === 'stream',
  );
  if (incremental) return `this gateway does not carry \`@${incremental.node.name.value}\` yet`;
  const isMutation = plan.operation.operation === OperationTypeNode.MUTATION;
  if (isMutation && decision.isMovable && plan.root.fields.size > 1) {
    return 'this gateway carries a mutation whose place has to be looked up only by itself; send one mutation at a time';
  }
  return undefined;
}
