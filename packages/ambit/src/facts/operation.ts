import type { OperationInput } from '../prepare.ts';
import type { Effect, Grants } from '../types.ts';
import type { RequestFacts } from './facts.ts';

/** An operation together with what the credential that asks holds. */
export interface GrantedOperation extends OperationInput {
  readonly grants: Grants;
  /** Overrides the engine's effect for this operation. */
  readonly effect?: Effect | undefined;
  /** What is known from outside about this request; what is absent denies. */
  readonly facts?: RequestFacts | undefined;
}
