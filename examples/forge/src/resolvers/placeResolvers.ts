import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type {
  ForgeRecord,
  GroupRecord,
  IssueState,
  MergeRequestState,
  ProjectRecord,
} from '../data/records.ts';
import { globalId } from '../globalId.ts';
import type { PageArguments } from '../paginate.ts';
import { Rights } from '../Rights.ts';
import type { FieldResolvers, ResolverMap } from './ResolverMap.ts';
import { seen, seenPage } from './seen.ts';

type IssueArguments = PageArguments & { readonly state?: IssueState | null };
type MergeRequestArguments = PageArguments & { readonly state?: MergeRequestState | null };

/** Groups and projects: the places in which everything else lies. */
export function placeResolvers(data: ForgeData): ResolverMap {
  return { Group: groupFields(data), Project: projectFields(data) };
}

function groupFields(data: ForgeData): FieldResolvers {
  const projectsIn = (group: GroupRecord, deep: boolean): ProjectRecord[] =>
    data.projects.filter(
      ({ groupId, fullPath }) => groupId === group.id || (deep && fullPath.startsWith(`${group.fullPath}/`)),
    );
  return {
    id: (record: ForgeRecord) => globalId(record),
    parent: ({ parentId }: GroupRecord, _: unknown, context) =>
      parentId === null ? null : seen(data, context, data.groups.require(parentId)),
    groups: (group: GroupRecord, args: PageArguments, context) =>
      seenPage(
        data,
        context,
        data.groups.filter(({ parentId }) => parentId === group.id),
        args,
      ),
    projects: (group: GroupRecord, args: PageArguments & { includeSubgroups?: boolean | null }, context) =>
      seenPage(data, context, projectsIn(group, args.includeSubgroups === true), args),
    issues(group: GroupRecord, args: IssueArguments, context) {
      const projectIds = new Set(projectsIn(group, true).map(({ id }) => id));
      const issues = data.issues.filter(
        ({ projectId, state }) => projectIds.has(projectId) && (args.state ?? state) === state,
      );
      return seenPage(data, context, issues, args);
    },
    members: (group: GroupRecord, args: PageArguments, context) =>
      seenPage(
        data,
        context,
        data.groupMembers.filter(({ groupId }) => groupId === group.id),
        args,
      ),
    labels: ({ id }: GroupRecord, args: PageArguments, context) =>
      seenPage(
        data,
        context,
        data.labels.filter(({ groupId }) => groupId === id),
        args,
      ),
  };
}

function projectFields(data: ForgeData): FieldResolvers {
  const issues = ({ id }: ProjectRecord, args: IssueArguments) =>
    data.issues.filter(({ projectId, state }) => projectId === id && (args.state ?? state) === state);
  const mergeRequests = ({ id }: ProjectRecord, args: MergeRequestArguments) =>
    data.mergeRequests.filter(({ projectId, state }) => projectId === id && (args.state ?? state) === state);
  return {
    id: (record: ForgeRecord) => globalId(record),
    group: ({ groupId }: ProjectRecord, _: unknown, context) =>
      seen(data, context, data.groups.require(groupId)),
    openIssuesCount: (project: ProjectRecord, _: unknown, context) =>
      seenPage(data, context, issues(project, { state: 'OPEN' }), {}).totalCount,
    runnersToken: (project: ProjectRecord, _: unknown, context) =>
      new Rights(data, context.subject).isMember(project, 'MAINTAINER') ? project.runnersToken : null,
    issue: (project: ProjectRecord, { iid }: { iid: string }, context) =>
      seen(
        data,
        context,
        issues(project, {}).find((issue) => String(issue.iid) === iid),
      ),
    issues: (project: ProjectRecord, args: IssueArguments, context) =>
      seenPage(data, context, issues(project, args), args),
    mergeRequest: (project: ProjectRecord, { iid }: { iid: string }, context) =>
      seen(
        data,
        context,
        mergeRequests(project, {}).find((mergeRequest) => String(mergeRequest.iid) === iid),
      ),
    mergeRequests: (project: ProjectRecord, args: MergeRequestArguments, context) =>
      seenPage(data, context, mergeRequests(project, args), args),
    ...projectSettings(data),
  };
}

function projectSettings(data: ForgeData): FieldResolvers {
  return {
    ciVariables: ({ id }: ProjectRecord, args: PageArguments, context: ForgeContext) =>
      seenPage(
        data,
        context,
        data.ciVariables.filter(({ projectId }) => projectId === id),
        args,
      ),
    members: ({ id }: ProjectRecord, args: PageArguments, context: ForgeContext) =>
      seenPage(
        data,
        context,
        data.projectMembers.filter(({ projectId }) => projectId === id),
        args,
      ),
    labels: ({ id }: ProjectRecord, args: PageArguments, context: ForgeContext) =>
      seenPage(
        data,
        context,
        data.labels.filter(({ projectId }) => projectId === id),
        args,
      ),
  };
}
