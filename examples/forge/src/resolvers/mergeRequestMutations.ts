import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type { MergeRequestState } from '../data/records.ts';
import type { FieldResolvers } from './ResolverMap.ts';
import { done, undone, visibleRecord, writableProject } from './writable.ts';

type StateEvent = 'CLOSE' | 'REOPEN' | 'MERGE';

interface CreateMergeRequestInput {
  readonly projectPath: string;
  readonly title: string;
  readonly description?: string | null;
  readonly sourceBranch: string;
  readonly targetBranch?: string | null;
}

interface UpdateMergeRequestInput {
  readonly id: string;
  readonly title?: string | null;
  readonly description?: string | null;
  readonly stateEvent?: StateEvent | null;
}

const after: Readonly<Record<StateEvent, MergeRequestState>> = {
  CLOSE: 'CLOSED',
  REOPEN: 'OPEN',
  MERGE: 'MERGED',
};

/** Everything that changes merge requests. */
export function mergeRequestMutations(data: ForgeData): FieldResolvers {
  return {
    createMergeRequest: (_: unknown, args: { input: CreateMergeRequestInput }, context) =>
      createMergeRequest(data, args.input, context),
    updateMergeRequest: (_: unknown, args: { input: UpdateMergeRequestInput }, context) =>
      updateMergeRequest(data, args.input, context),
    mergeMergeRequest: (_: unknown, args: { input: { readonly id: string } }, context) =>
      updateMergeRequest(data, { id: args.input.id, stateEvent: 'MERGE' }, context),
  };
}

function createMergeRequest(data: ForgeData, input: CreateMergeRequestInput, context: ForgeContext): unknown {
  const { project, viewer } = writableProject(data, context, input.projectPath);
  const targetBranch = input.targetBranch ?? 'main';
  if (input.title.trim() === '') return undone('The title must not be blank.');
  if (input.sourceBranch === targetBranch) return undone('A branch cannot be merged into itself.');
  const taken = data.mergeRequests.filter(({ projectId }) => projectId === project.id).map(({ iid }) => iid);
  const now = data.now();
  const mergeRequest = data.mergeRequests.insert((id) => ({
    kind: 'MergeRequest',
    id,
    iid: Math.max(0, ...taken) + 1,
    projectId: project.id,
    title: input.title,
    description: input.description ?? '',
    state: 'OPEN',
    sourceBranch: input.sourceBranch,
    targetBranch,
    authorId: viewer.id,
    createdAt: now,
    updatedAt: now,
  }));
  return done('mergeRequest', mergeRequest);
}

function updateMergeRequest(data: ForgeData, input: UpdateMergeRequestInput, context: ForgeContext): unknown {
  const mergeRequest = visibleRecord(data, context, 'MergeRequest', input.id);
  writableProject(data, context, data.projects.require(mergeRequest.projectId).fullPath);
  const title = input.title ?? mergeRequest.title;
  if (title.trim() === '') return undone('The title must not be blank.');
  if (input.stateEvent != null && mergeRequest.state === 'MERGED') return undone('It is already merged.');
  const changed = data.mergeRequests.update(mergeRequest.id, {
    title,
    description: input.description ?? mergeRequest.description,
    state: input.stateEvent == null ? mergeRequest.state : after[input.stateEvent],
    updatedAt: data.now(),
  });
  return done('mergeRequest', changed);
}
