import { canary } from './canary.ts';
import type { Dice } from './Dice.ts';
import type { ForgeData } from './ForgeData.ts';
import { changes } from './phrases.ts';
import type { MergeRequestState } from './records.ts';

const perProject = 3;
const states: readonly MergeRequestState[] = ['OPEN', 'OPEN', 'MERGED', 'CLOSED'];

/** Opens a few merge requests in each project. The first of each is open. */
export function addMergeRequests(data: ForgeData, dice: Dice): void {
  for (const project of data.projects.all()) {
    for (let iid = 1; iid <= perProject; iid += 1) {
      const title = dice.pick(changes);
      data.mergeRequests.insert((id) => {
        const createdAt = new Date(Date.UTC(2025, 5, 2, 9) + id * 90_000_000).toISOString();
        const secret = project.visibility === 'PRIVATE';
        return {
          kind: 'MergeRequest',
          id,
          iid,
          projectId: project.id,
          title,
          description: secret ? canary('merge_request', id, project.fullPath) : `${title}, as agreed.`,
          state: iid === 1 ? 'OPEN' : dice.pick(states),
          sourceBranch: `${title.toLowerCase().replaceAll(' ', '-')}-${iid}`,
          targetBranch: 'main',
          authorId: 2 + dice.below(data.users.size - 1),
          createdAt,
          updatedAt: createdAt,
        };
      });
    }
  }
}
