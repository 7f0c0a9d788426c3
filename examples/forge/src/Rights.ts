import type { ForgeData } from './data/ForgeData.ts';
import type {
  AccessLevel,
  ForgeRecord,
  GroupRecord,
  LabelRecord,
  NoteableRecord,
  NoteRecord,
  ProjectRecord,
  UserRecord,
} from './data/records.ts';

const order: readonly AccessLevel[] = ['DEVELOPER', 'MAINTAINER', 'OWNER'];

/** What one person may see and do. This is Forge's own law; it knows nothing of tokens. */
export class Rights {
  readonly #data: ForgeData;
  /** Undefined for somebody who is not signed in. */
  readonly viewer: UserRecord | undefined;

  constructor(data: ForgeData, subject: string | null) {
    this.#data = data;
    this.viewer = subject === null ? undefined : data.users.find((user) => user.username === subject);
  }

  /** Whether the person is a member of the project with at least this access. */
  isMember(project: ProjectRecord, level: AccessLevel = 'DEVELOPER'): boolean {
    const own = this.#data.projectMembers.filter(({ projectId }) => projectId === project.id);
    return this.#isAmong(own, level) || this.isGroupMember(project.groupId, level);
  }

  /** Whether the person is a member of the group, or of one above it, with at least this access. */
  isGroupMember(groupId: number, level: AccessLevel = 'DEVELOPER'): boolean {
    const ids = this.#selfAndAncestors(groupId);
    return this.#isAmong(
      this.#data.groupMembers.filter((member) => ids.includes(member.groupId)),
      level,
    );
  }

  /** Whether the record exists at all, as far as the person can tell. */
  sees(record: ForgeRecord): boolean {
    switch (record.kind) {
      case 'User':
        return true;
      case 'Group':
        return this.#seesGroup(record);
      case 'Project':
        return this.#seesProject(record);
      case 'Issue':
      case 'MergeRequest':
        return this.#seesNoteable(record);
      case 'Note':
        return this.#seesNote(record);
      case 'CiVariable':
        return this.isMember(this.#data.projects.require(record.projectId), 'MAINTAINER');
      case 'ProjectMember':
        return this.#seesProject(this.#data.projects.require(record.projectId));
      case 'GroupMember':
        return this.#seesGroup(this.#data.groups.require(record.groupId));
      case 'Label':
        return this.#seesLabel(record);
      case 'AccessKey':
        return this.#isViewer(record) || this.viewer?.admin === true;
    }
  }

  #seesProject(project: ProjectRecord): boolean {
    if (project.visibility === 'PUBLIC') return true;
    if (project.visibility === 'INTERNAL' && this.viewer !== undefined) return true;
    return this.isMember(project);
  }

  /** A private group is also shown to those who are a member of anything below it. */
  #seesGroup(group: GroupRecord): boolean {
    if (group.visibility === 'PUBLIC') return true;
    if (this.viewer === undefined) return false;
    if (group.visibility === 'INTERNAL' || this.viewer.admin) return true;
    const below = (id: number): boolean => this.#selfAndAncestors(id).includes(group.id);
    const memberships = this.#data.groupMembers.filter((member) => this.#isViewer(member));
    if (
      memberships.some(({ groupId }) => below(groupId) || this.#selfAndAncestors(group.id).includes(groupId))
    )
      return true;
    return this.#data.projectMembers
      .filter((member) => this.#isViewer(member))
      .some(({ projectId }) => below(this.#data.projects.require(projectId).groupId));
  }

  #seesNoteable(noteable: NoteableRecord): boolean {
    const project = this.#data.projects.require(noteable.projectId);
    if (noteable.kind === 'Issue' && noteable.confidential) return this.isMember(project);
    return this.#seesProject(project);
  }

  #seesNote(note: NoteRecord): boolean {
    const noteable = this.#data.noteable(note.noteable);
    if (note.internal) return this.isMember(this.#data.projects.require(noteable.projectId));
    return this.#seesNoteable(noteable);
  }

  #seesLabel({ projectId, groupId }: LabelRecord): boolean {
    if (projectId !== null) return this.#seesProject(this.#data.projects.require(projectId));
    return groupId !== null && this.#seesGroup(this.#data.groups.require(groupId));
  }

  #isAmong(
    members: readonly { readonly userId: number; readonly accessLevel: AccessLevel }[],
    level: AccessLevel,
  ): boolean {
    if (this.viewer?.admin === true) return true;
    return members.some(
      (member) => this.#isViewer(member) && order.indexOf(member.accessLevel) >= order.indexOf(level),
    );
  }

  #isViewer(member: { readonly userId: number }): boolean {
    return member.userId === this.viewer?.id;
  }

  #selfAndAncestors(groupId: number): number[] {
    const { parentId } = this.#data.groups.require(groupId);
    return parentId === null ? [groupId] : [groupId, ...this.#selfAndAncestors(parentId)];
  }
}
