import type { ForgeData } from '../data/ForgeData.ts';
import { issueMutations } from './issueMutations.ts';
import { mergeRequestMutations } from './mergeRequestMutations.ts';
import { noteMutations } from './noteMutations.ts';
import { placeResolvers } from './placeResolvers.ts';
import { projectMutations } from './projectMutations.ts';
import { queryResolvers } from './queryResolvers.ts';
import type { ResolverMap } from './ResolverMap.ts';
import { workResolvers } from './workResolvers.ts';

/** All resolvers over one set of data. Fields that are missing here read the record's own value. */
export function createResolvers(data: ForgeData): ResolverMap {
  return {
    ...queryResolvers(data),
    ...placeResolvers(data),
    ...workResolvers(data),
    Mutation: {
      ...issueMutations(data),
      ...noteMutations(data),
      ...mergeRequestMutations(data),
      ...projectMutations(data),
    },
  };
}
