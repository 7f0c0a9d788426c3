import type { ForgeData } from '../data/ForgeData.ts';
import type { AccessKeyRecord, ForgeRecord, LabelRecord } from '../data/records.ts';
import type { PreferencesRecord } from '../data/settings.ts';
import { globalId } from '../globalId.ts';
import type { ResolverMap } from './ResolverMap.ts';

/** What belongs to one person, and labels. */
export function personalResolvers(data: ForgeData): ResolverMap {
  return {
    AccessKey: {
      id: (record: ForgeRecord) => globalId(record),
      owner: ({ userId }: AccessKeyRecord) => data.users.require(userId),
    },
    Preferences: { owner: ({ id }: PreferencesRecord) => data.users.require(id) },
    Label: {
      id: (record: ForgeRecord) => globalId(record),
      project: ({ projectId }: LabelRecord) => (projectId === null ? null : data.projects.require(projectId)),
      group: ({ groupId }: LabelRecord) => (groupId === null ? null : data.groups.require(groupId)),
    },
  };
}
