import type { ForgeData } from '../data/ForgeData.ts';
import type {
  CiVariableRecord,
  ForgeRecord,
  GroupMemberRecord,
  IssueRecord,
  NoteableRecord,
  NoteRecord,
  ProjectMemberRecord,
  UserRecord,
} from '../data/records.ts';
import { globalId } from '../globalId.ts';
import type { PageArguments } from '../paginate.ts';
import { Rights } from '../Rights.ts';
import type { FieldResolvers, ResolverMap } from './ResolverMap.ts';
import { seen, seenPage } from './seen.ts';

/** What lies in projects, and the people who work on it. */
export function workResolvers(data: ForgeData): ResolverMap {
  const project = ({ projectId }: { readonly projectId: number }) => data.projects.require(projectId);
  const user = ({ userId }: { readonly userId: number }) => data.users.require(userId);
  const noteable = noteableFields(data);
  return {
    Node: { __resolveType: ({ kind }: ForgeRecord) => kind },
    Noteable: { __resolveType: ({ kind }: ForgeRecord) => kind },
    SearchResult: { __resolveType: ({ kind }: ForgeRecord) => kind },
    Issue: {
      ...noteable,
      assignees: ({ assigneeIds }: IssueRecord) => assigneeIds.map((id) => data.users.require(id)),
    },
    MergeRequest: noteable,
    Note: noteFields(data),
    CiVariable: {
      id: (record: ForgeRecord) => globalId(record),
      project: (variable: CiVariableRecord) => project(variable),
    },
    User: userFields(data),
    ProjectMember: {
      id: (record: ForgeRecord) => globalId(record),
      user,
      project: (member: ProjectMemberRecord) => project(member),
    },
    GroupMember: {
      id: (record: ForgeRecord) => globalId(record),
      user,
      group: ({ groupId }: GroupMemberRecord) => data.groups.require(groupId),
    },
  };
}

function noteableFields(data: ForgeData): FieldResolvers {
  return {
    id: (record: ForgeRecord) => globalId(record),
    author: ({ authorId }: NoteableRecord) => data.users.require(authorId),
    project: ({ projectId }: NoteableRecord) => data.projects.require(projectId),
    notes: (noteable: NoteableRecord, args: PageArguments, context) =>
      seenPage(data, context, data.notesAbout(noteable), args),
  };
}

function noteFields(data: ForgeData): FieldResolvers {
  return {
    id: (record: ForgeRecord) => globalId(record),
    author: ({ authorId }: NoteRecord) => data.users.require(authorId),
    noteable: ({ noteable }: NoteRecord, _: unknown, context) => seen(data, context, data.noteable(noteable)),
    project: ({ noteable }: NoteRecord) => data.projects.require(data.noteable(noteable).projectId),
  };
}

function userFields(data: ForgeData): FieldResolvers {
  return {
    id: (record: ForgeRecord) => globalId(record),
    email(user: UserRecord, _: unknown, context) {
      const { viewer } = new Rights(data, context.subject);
      return viewer?.id === user.id || viewer?.admin === true ? user.email : null;
    },
  };
}
