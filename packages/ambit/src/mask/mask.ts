import type { GraphQLSchema } from 'graphql';
import type { Policy } from '../compile/policy.ts';
import type { Rights } from '../grants/rights.ts';
import { buildVisible } from './build.ts';
import { visible } from './visible.ts';

/**
 * The part of the schema that a credential may see, as a valid schema of its own that can be executed (M19).
 * Pure: equal rights give equal masks. What is hidden is nowhere in it.
 */
export function buildMask(policy: Policy, rights: Rights): GraphQLSchema {
  return buildVisible(policy.schema, visible(policy, rights));
}
