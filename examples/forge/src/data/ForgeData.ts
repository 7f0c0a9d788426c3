import { Feed } from './Feed.ts';
import type {
  AccessKeyRecord,
  CiVariableRecord,
  GroupMemberRecord,
  GroupRecord,
  IssueRecord,
  LabelRecord,
  MergeRequestRecord,
  NoteableKey,
  NoteableRecord,
  NoteRecord,
  ProjectMemberRecord,
  ProjectRecord,
  UserRecord,
} from './records.ts';
import type { AnnouncementRecord, PreferencesRecord } from './settings.ts';
import { Table } from './Table.ts';

/** All that one Forge holds, in memory. */
export class ForgeData {
  readonly users: Table<UserRecord> = new Table();
  readonly groups: Table<GroupRecord> = new Table();
  readonly projects: Table<ProjectRecord> = new Table();
  readonly issues: Table<IssueRecord> = new Table();
  readonly mergeRequests: Table<MergeRequestRecord> = new Table();
  readonly notes: Table<NoteRecord> = new Table();
  readonly ciVariables: Table<CiVariableRecord> = new Table();
  readonly projectMembers: Table<ProjectMemberRecord> = new Table();
  readonly groupMembers: Table<GroupMemberRecord> = new Table();
  readonly labels: Table<LabelRecord> = new Table();
  readonly accessKeys: Table<AccessKeyRecord> = new Table();
  readonly preferences: Table<PreferencesRecord> = new Table();
  readonly announcements: Table<AnnouncementRecord> = new Table();
  /** Every note, when it is added. */
  readonly addedNotes: Feed<NoteRecord> = new Feed();
  #minutes = 0;

  /** Everything that is kept, to tell whether anything was changed. */
  tables(): readonly Table<{ readonly id: number }>[] {
    return [
      this.users,
      this.groups,
      this.projects,
      this.issues,
      this.mergeRequests,
      this.notes,
      this.ciVariables,
      this.projectMembers,
      this.groupMembers,
      this.labels,
      this.accessKeys,
      this.preferences,
      this.announcements,
    ];
  }

  /** What a note is about. */
  noteable(key: NoteableKey): NoteableRecord {
    return key.kind === 'Issue' ? this.issues.require(key.id) : this.mergeRequests.require(key.id);
  }

  /** Notes about an issue or a merge request, oldest first. */
  notesAbout({ kind, id }: NoteableKey): NoteRecord[] {
    return this.notes.filter(({ noteable }) => noteable.kind === kind && noteable.id === id);
  }

  projectAt(fullPath: string): ProjectRecord | undefined {
    return this.projects.find((project) => project.fullPath === fullPath);
  }

  groupAt(fullPath: string): GroupRecord | undefined {
    return this.groups.find((group) => group.fullPath === fullPath);
  }

  /** Deletes an issue or a merge request with its notes. */
  deleteNoteable(noteable: NoteableRecord): void {
    for (const note of this.notesAbout(noteable)) this.notes.delete(note.id);
    (noteable.kind === 'Issue' ? this.issues : this.mergeRequests).delete(noteable.id);
  }

  /** Deletes a project with everything in it. */
  deleteProject({ id }: ProjectRecord): void {
    const inProject = ({ projectId }: { readonly projectId: number }): boolean => projectId === id;
    for (const issue of this.issues.filter(inProject)) this.deleteNoteable(issue);
    for (const mergeRequest of this.mergeRequests.filter(inProject)) this.deleteNoteable(mergeRequest);
    for (const variable of this.ciVariables.filter(inProject)) this.ciVariables.delete(variable.id);
    for (const member of this.projectMembers.filter(inProject)) this.projectMembers.delete(member.id);
    for (const label of this.labels.filter(({ projectId }) => projectId === id)) this.labels.delete(label.id);
    this.projects.delete(id);
  }

  /** The time of Forge's own clock: one minute later each time that it is asked, so that every run is alike. */
  now(): string {
    this.#minutes += 1;
    return new Date(Date.UTC(2026, 0, 5, 9, 0) + this.#minutes * 60_000).toISOString();
  }
}
