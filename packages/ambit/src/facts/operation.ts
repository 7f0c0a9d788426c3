import type { OperationInput } from '../prepare.ts';
import type { Effect, Grants } from '../types.ts';
import type { RequestFacts } from './facts.ts';

/** An operation together with what the credential that asks holds. */
export interface GrantedOperation extends OperationInput {
  readonly grants: Grants;
  /** Overrides the engine's effect for this operation. */
  readonly effect?: Effect;
  /** What is known from outside about this request; what is absent denies. */
  readonly facts?: RequestFacts | undefined;
}

/** An operation to execute in process. Facts come from the engine's own sources only. */
export interface Execution extends Omit<GrantedOperation, 'facts'> {
  readonly contextValue?: unknown;
  readonly rootValue?: unknown;
}
