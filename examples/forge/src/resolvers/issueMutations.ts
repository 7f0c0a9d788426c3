import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type { IssueRecord, ProjectRecord } from '../data/records.ts';
import type { FieldResolvers } from './ResolverMap.ts';
import { done, undone, visibleRecord, writableProject } from './writable.ts';

interface CreateIssueInput {
  readonly projectPath: string;
  readonly title: string;
  readonly description?: string | null;
  readonly confidential?: boolean | null;
  readonly labels?: readonly string[] | null;
}

interface UpdateIssueInput {
  readonly id: string;
  readonly title?: string | null;
  readonly description?: string | null;
  readonly labels?: readonly string[] | null;
  readonly stateEvent?: 'CLOSE' | 'REOPEN' | null;
  readonly confidential?: boolean | null;
}

interface MoveIssueInput {
  readonly id: string;
  readonly targetProjectPath: string;
}

interface AssignIssueInput {
  readonly id: string;
  readonly usernames: readonly string[];
}

/** Everything that changes issues. */
export function issueMutations(data: ForgeData): FieldResolvers {
  return {
    createIssue: (_: unknown, args: { input: CreateIssueInput }, context) =>
      createIssue(data, args.input, context),
    updateIssue: (_: unknown, args: { input: UpdateIssueInput }, context) =>
      updateIssue(data, args.input, context),
    destroyIssue: (_: unknown, args: { input: { readonly id: string } }, context) =>
      destroyIssue(data, args.input.id, context),
    moveIssue: (_: unknown, args: { input: MoveIssueInput }, context) => moveIssue(data, args.input, context),
    assignIssue: (_: unknown, args: { input: AssignIssueInput }, context) =>
      assignIssue(data, args.input, context),
  };
}

function createIssue(data: ForgeData, input: CreateIssueInput, context: ForgeContext): unknown {
  const { project, viewer } = writableProject(data, context, input.projectPath);
  if (input.title.trim() === '') return undone('The title must not be blank.');
  const now = data.now();
  const issue = data.issues.insert((id) => ({
    kind: 'Issue',
    id,
    iid: nextIid(data, project),
    projectId: project.id,
    title: input.title,
    description: input.description ?? '',
    state: 'OPEN',
    confidential: input.confidential ?? false,
    labels: [...(input.labels ?? [])].sort(),
    authorId: viewer.id,
    assigneeIds: [],
    createdAt: now,
    updatedAt: now,
  }));
  return done('issue', issue);
}

function updateIssue(data: ForgeData, input: UpdateIssueInput, context: ForgeContext): unknown {
  const issue = writableIssue(data, context, input.id);
  const title = input.title ?? issue.title;
  if (title.trim() === '') return undone('The title must not be blank.');
  const changed = data.issues.update(issue.id, {
    title,
    description: input.description ?? issue.description,
    labels: input.labels == null ? issue.labels : [...input.labels].sort(),
    state: input.stateEvent == null ? issue.state : input.stateEvent === 'CLOSE' ? 'CLOSED' : 'OPEN',
    confidential: input.confidential ?? issue.confidential,
    updatedAt: data.now(),
  });
  return done('issue', changed);
}

function destroyIssue(data: ForgeData, id: string, context: ForgeContext): unknown {
  const issue = writableIssue(data, context, id);
  data.deleteNoteable(issue);
  return done('issue', issue);
}

function moveIssue(data: ForgeData, input: MoveIssueInput, context: ForgeContext): unknown {
  const issue = writableIssue(data, context, input.id);
  const { project } = writableProject(data, context, input.targetProjectPath);
  if (project.id === issue.projectId) return undone('The issue is already in this project.');
  const moved = data.issues.update(issue.id, {
    projectId: project.id,
    iid: nextIid(data, project),
    updatedAt: data.now(),
  });
  return done('issue', moved);
}

function assignIssue(data: ForgeData, input: AssignIssueInput, context: ForgeContext): unknown {
  const issue = writableIssue(data, context, input.id);
  const people = [...new Set(input.usernames)].map((name) =>
    data.users.find(({ username }) => username === name),
  );
  const assigneeIds = people.flatMap((user) => (user === undefined ? [] : [user.id]));
  if (assigneeIds.length < people.length) return undone('There is nobody with one of these usernames.');
  return done('issue', data.issues.update(issue.id, { assigneeIds, updatedAt: data.now() }));
}

function writableIssue(data: ForgeData, context: ForgeContext, id: string): IssueRecord {
  const issue = visibleRecord(data, context, 'Issue', id);
  writableProject(data, context, data.projects.require(issue.projectId).fullPath);
  return issue;
}

function nextIid(data: ForgeData, project: ProjectRecord): number {
  const taken = data.issues.filter(({ projectId }) => projectId === project.id).map(({ iid }) => iid);
  return Math.max(0, ...taken) + 1;
}
