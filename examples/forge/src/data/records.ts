/**
 * What Forge keeps. Records are never changed in place: a mutation puts a new one under the same id.
 * `kind` is the name of the GraphQL type.
 */

export type Visibility = 'PUBLIC' | 'INTERNAL' | 'PRIVATE';
export type AccessLevel = 'DEVELOPER' | 'MAINTAINER' | 'OWNER';
export type IssueState = 'OPEN' | 'CLOSED';
export type MergeRequestState = 'OPEN' | 'MERGED' | 'CLOSED';

export interface UserRecord {
  readonly kind: 'User';
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly admin: boolean;
  readonly createdAt: string;
}

export interface GroupRecord {
  readonly kind: 'Group';
  readonly id: number;
  readonly fullPath: string;
  readonly name: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly parentId: number | null;
}

export interface ProjectRecord {
  readonly kind: 'Project';
  readonly id: number;
  readonly fullPath: string;
  readonly name: string;
  readonly description: string;
  readonly visibility: Visibility;
  readonly groupId: number;
  readonly runnersToken: string;
  readonly createdAt: string;
}

export interface IssueRecord {
  readonly kind: 'Issue';
  readonly id: number;
  readonly iid: number;
  readonly projectId: number;
  readonly title: string;
  readonly description: string;
  readonly state: IssueState;
  readonly confidential: boolean;
  readonly labels: readonly string[];
  readonly authorId: number;
  readonly assigneeIds: readonly number[];
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface MergeRequestRecord {
  readonly kind: 'MergeRequest';
  readonly id: number;
  readonly iid: number;
  readonly projectId: number;
  readonly title: string;
  readonly description: string;
  readonly state: MergeRequestState;
  readonly sourceBranch: string;
  readonly targetBranch: string;
  readonly authorId: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a note is about. */
export interface NoteableKey {
  readonly kind: 'Issue' | 'MergeRequest';
  readonly id: number;
}

export interface NoteRecord {
  readonly kind: 'Note';
  readonly id: number;
  readonly noteable: NoteableKey;
  readonly body: string;
  readonly internal: boolean;
  readonly authorId: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface CiVariableRecord {
  readonly kind: 'CiVariable';
  readonly id: number;
  readonly projectId: number;
  readonly key: string;
  readonly value: string;
  readonly masked: boolean;
  readonly protected: boolean;
}

export interface ProjectMemberRecord {
  readonly kind: 'ProjectMember';
  readonly id: number;
  readonly projectId: number;
  readonly userId: number;
  readonly accessLevel: AccessLevel;
}

export interface GroupMemberRecord {
  readonly kind: 'GroupMember';
  readonly id: number;
  readonly groupId: number;
  readonly userId: number;
  readonly accessLevel: AccessLevel;
}

/** A word to sort work by, kept by a project or by a group: one of the two ids is null. */
export interface LabelRecord {
  readonly kind: 'Label';
  readonly id: number;
  readonly title: string;
  readonly color: string;
  readonly projectId: number | null;
  readonly groupId: number | null;
}

export interface AccessKeyRecord {
  readonly kind: 'AccessKey';
  readonly id: number;
  readonly userId: number;
  readonly title: string;
  readonly fingerprint: string;
  readonly createdAt: string;
}

export type NoteableRecord = IssueRecord | MergeRequestRecord;

export type ForgeRecord =
  | UserRecord
  | GroupRecord
  | ProjectRecord
  | IssueRecord
  | MergeRequestRecord
  | NoteRecord
  | CiVariableRecord
  | ProjectMemberRecord
  | GroupMemberRecord
  | LabelRecord
  | AccessKeyRecord;
