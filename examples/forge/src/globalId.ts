import type { ForgeData } from './data/ForgeData.ts';
import type { ForgeRecord } from './data/records.ts';

/** The id under which the whole API knows a record. */
export function globalId(record: Pick<ForgeRecord, 'kind' | 'id'>): string {
  return `gid://forge/${record.kind}/${record.id}`;
}

/** The record behind a global id, whoever may see it; undefined where there is none. */
export function locate(data: ForgeData, id: string): ForgeRecord | undefined {
  const parts = /^gid:\/\/forge\/([A-Za-z]+)\/([1-9][0-9]{0,8})$/.exec(id);
  if (parts === null) return undefined;
  const number = Number(parts[2]);
  switch (parts[1]) {
    case 'User':
      return data.users.get(number);
    case 'Group':
      return data.groups.get(number);
    case 'Project':
      return data.projects.get(number);
    case 'Issue':
      return data.issues.get(number);
    case 'MergeRequest':
      return data.mergeRequests.get(number);
    case 'Note':
      return data.notes.get(number);
    case 'CiVariable':
      return data.ciVariables.get(number);
    case 'ProjectMember':
      return data.projectMembers.get(number);
    case 'GroupMember':
      return data.groupMembers.get(number);
    case 'Label':
      return data.labels.get(number);
    case 'AccessKey':
      return data.accessKeys.get(number);
    default:
      return undefined;
  }
}
