import type { ForgeData } from '../data/ForgeData.ts';
import { groupMutations } from './groupMutations.ts';
import { issueMutations } from './issueMutations.ts';
import { labelMutations } from './labelMutations.ts';
import { memberMutations } from './memberMutations.ts';
import { mergeRequestMutations } from './mergeRequestMutations.ts';
import { noteMutations } from './noteMutations.ts';
import { personalMutations } from './personalMutations.ts';
import { personalResolvers } from './personalResolvers.ts';
import { placeResolvers } from './placeResolvers.ts';
import { projectMutations } from './projectMutations.ts';
import { queryResolvers } from './queryResolvers.ts';
import type { ResolverMap } from './ResolverMap.ts';
import { subscriptions } from './subscriptions.ts';
import { transferMutations } from './transferMutations.ts';
import { workResolvers } from './workResolvers.ts';

/** All resolvers over one set of data. Fields that are missing here read the record's own value. */
export function createResolvers(data: ForgeData): ResolverMap {
  return {
    ...queryResolvers(data),
    ...placeResolvers(data),
    ...workResolvers(data),
    ...personalResolvers(data),
    Subscription: subscriptions(data),
    Mutation: {
      ...issueMutations(data),
      ...noteMutations(data),
      ...mergeRequestMutations(data),
      ...projectMutations(data),
      ...groupMutations(data),
      ...transferMutations(data),
      ...memberMutations(data),
      ...labelMutations(data),
      ...personalMutations(data),
    },
  };
}
