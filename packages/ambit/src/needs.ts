import type { Plan } from './plan.ts';
import type { Policy } from './policy.ts';
import type { Grants, Need, Requirement } from './types.ts';

export interface OperationNeeds {
  readonly needs: Requirement;
  readonly grants: Grants;
  readonly because: readonly { readonly requirement: Need; readonly coordinate: string; readonly line: number | null }[];
}
export function needsOf(_policy: Policy, _plan: Plan, _variables: Readonly<Record<string, unknown>> | undefined): OperationNeeds {
  return { needs: [], grants: {}, because: [] };
}
