import type { GraphQLSchema } from 'graphql';
import type { Policy } from '../policy.ts';
import type { Rights } from '../rights.ts';

export function buildMask(policy: Policy, _rights: Rights): GraphQLSchema {
  return policy.schema;
}
