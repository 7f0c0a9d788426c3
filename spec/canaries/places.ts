import type { ForgeData } from '@ambit/example-forge';
import { globalId } from '@ambit/example-forge';
import { SUBJECT } from './credentials.ts';
import type { Dice } from './dice.ts';
import type { Asked } from './law.ts';
import type { Operation } from './operations.ts';

/** Where an object lies, as far as it is known; `user` is the subject's own, `elsewhere` somebody else's. */
export type Place =
  | { readonly project: string }
  | { readonly group: string }
  | 'instance'
  | 'user'
  | 'elsewhere'
  | 'unknown';

/** A rule that says by which argument a mutation names its place. */
type Aim = Pick<Asked, 'boundaryType' | 'boundaryArgument'>;

/** What an operation is aimed at: its variables, and where that lies. */
export interface Target {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly place: Place;
}

/** The group in which a project or group lies; undefined at the top. */
export function groupOf(path: string): string | undefined {
  const end = path.lastIndexOf('/');
  return end < 0 ? undefined : path.slice(0, end);
}

/** Finds real arguments for operations in the data of a Forge, as it stands at that moment. */
export class Places {
  readonly #data: ForgeData;
  #written = 0;

  constructor(data: ForgeData) {
    this.#data = data;
  }

  projects(): string[] {
    return this.#data.projects.all().map(({ fullPath }) => fullPath);
  }

  groups(): string[] {
    return this.#data.groups.all().map(({ fullPath }) => fullPath);
  }

  /** Aims a query at an object of its kind in the project, or in the group that holds the project. */
  aim({ root, aim }: Operation, project: string, dice: Dice): Target {
    const kind = this.#kinds().includes(aim) ? aim : dice.pick(this.#kinds());
    const { path, id, place } = this.#object(kind, project, dice);
    const ids = [id, ...(dice.chance(0.5) ? [] : [this.#object(kind, dice.pick(this.projects()), dice).id])];
    const known: Readonly<Record<string, unknown>> = {
      fullPath: path,
      id,
      ids,
      username: dice.pick(this.#data.users.all()).username,
      text: dice.pick(['', 'a', 'e', 'web', 'Vault', 'the']),
    };
    const names = root.args.map(({ name }) => name).filter((name) => name in known);
    const variables = Object.fromEntries(names.map((name) => [name, known[name]]));
    const isOne = names.some(
      (name) => name === 'fullPath' || name === 'id' || (name === 'ids' && ids.length === 1),
    );
    return { variables, place: isOne ? place : 'unknown' };
  }

  /** The same variables, naming nothing that exists. */
  nothing({ variables }: Target): Target {
    const nowhere = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(nowhere);
      return typeof value === 'string'
        ? value.replace(/\d+$/, '999999').replace(/^(acme.*)$/, '$1/nothing-here')
        : value;
    };
    return {
      variables: Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, nowhere(value)])),
      place: 'unknown',
    };
  }

  /** Whether the project has an object that a mutation with these input fields could concern. */
  has(fields: readonly string[], kind: string, project: string): boolean {
    return !fields.includes('id') || this.#idsIn(kind, project).length > 0;
  }

  /** Input for a mutation that concerns an object of `kind` in the project. */
  input(
    fields: readonly string[],
    kind: string,
    project: string,
    dice: Dice,
  ): Record<string, unknown> | undefined {
    this.#written += 1;
    const ids = this.#idsIn(kind, project);
    if (fields.includes('id') && ids.length === 0) return undefined;
    const group = groupOf(project) ?? project;
    const keptByGroup = kind === 'Label' && dice.chance(0.5);
    const about = dice.chance(0.5) ? 'issueIid' : 'mergeRequestIid';
    const known: Record<string, () => unknown> = {
      [keptByGroup ? 'groupPath' : 'projectPath']: () => (keptByGroup ? group : project),
      ...(kind === 'Project' ? { groupPath: () => group } : {}),
      fullPath: () => (kind === 'Group' ? group : project),
      targetProjectPath: () => dice.pick(this.projects()),
      id: () => dice.pick(ids),
      key: () => `KEY_${this.#written}`,
      [about]: () => '1',
      title: () => `Title ${this.#written}`,
      body: () => `Text ${this.#written}`,
      value: () => `value ${this.#written}`,
      name: () => `Name ${this.#written}`,
      sourceBranch: () => `branch-${this.#written}`,
      slug: () => `new-${this.#written}`,
      parentPath: () => group,
      targetGroupPath: () => dice.pick(this.groups()),
      username: () =>
        kind === 'Preferences' && dice.chance(0.7) ? SUBJECT : dice.pick(this.#data.users.all()).username,
      usernames: () => [dice.pick(this.#data.users.all()).username],
      text: () => `Announcement ${this.#written}`,
      theme: () => dice.pick(['LIGHT', 'DARK']),
      mailsNotes: () => dice.chance(0.5),
      ...(dice.chance(0.3)
        ? {
            confidential: () => dice.chance(0.5),
            stateEvent: () => dice.pick(kind === 'Issue' ? ['CLOSE'] : ['CLOSE', 'MERGE']),
          }
        : {}),
      ...(dice.chance(0.3) ? { internal: () => true, masked: () => false, labels: () => ['a'] } : {}),
    };
    return Object.fromEntries(fields.flatMap((name) => (known[name] ? [[name, known[name]()]] : [])));
  }

  /** The project in which a record lies now; undefined where it is no longer there. */
  projectOf(kind: string, id: number): string | undefined {
    const data = this.#data;
    if (kind === 'project' || kind === 'runner_token') return data.projects.get(id)?.fullPath;
    const note = kind === 'note' ? data.notes.get(id) : undefined;
    const noteable =
      note && (note.noteable.kind === 'Issue' ? data.issues : data.mergeRequests).get(note.noteable.id);
    const tables = { issue: data.issues, merge_request: data.mergeRequests, ci_variable: data.ciVariables };
    const record = noteable ?? (kind in tables ? tables[kind as keyof typeof tables].get(id) : undefined);
    return record && data.projects.get(record.projectId)?.fullPath;
  }

  /** Where the input of a mutation aims, as one of its rules reads it. */
  aimOf(
    { boundaryType, boundaryArgument }: Aim,
    input: Readonly<Record<string, unknown>>,
    project: string,
  ): Place {
    const value = String(input[boundaryArgument?.replace('input.', '') ?? ''] ?? '');
    if (boundaryType === 'instance') return 'instance';
    if (boundaryType === 'user') return this.#isOwn(value) ? 'user' : 'elsewhere';
    if (boundaryArgument === 'input.id') return this.#keeper(value) ?? { project };
    if ('groupPath' in input && boundaryArgument !== 'input.targetGroupPath')
      return { group: String(input['groupPath']) };
    return boundaryType === 'group' && value !== '' ? { group: value } : { project: value || project };
  }

  /** Whether a username, or the id of a key, is that of the subject of all credentials. */
  #isOwn(value: string): boolean {
    const key = this.#data.accessKeys.find((one) => globalId(one) === value);
    return (
      value === SUBJECT || (key !== undefined && this.#data.users.require(key.userId).username === SUBJECT)
    );
  }

  /** The place that keeps a label. */
  #keeper(id: string): Place | undefined {
    const label = this.#data.labels.find((one) => globalId(one) === id);
    if (!label) return undefined;
    return label.projectId === null
      ? { group: this.#data.groups.require(label.groupId ?? 0).fullPath }
      : { project: this.#data.projects.require(label.projectId).fullPath };
  }

  /** Everything that is kept, to tell whether something was changed. */
  snapshot(): string {
    return JSON.stringify(this.#data.tables().map((table) => table.all()));
  }

  #kinds(): string[] {
    return [
      'Project',
      'Group',
      'Issue',
      'MergeRequest',
      'Note',
      'CiVariable',
      'ProjectMember',
      'GroupMember',
      'User',
      'Label',
      'AccessKey',
    ];
  }

  #object(kind: string, project: string, dice: Dice): { id: string; path: string; place: Place } {
    const group = dice.chance(0.7) ? (groupOf(project) ?? project) : dice.pick(this.groups());
    if (kind === 'User')
      return { id: globalId(dice.pick(this.#data.users.all())), path: project, place: 'instance' };
    if (kind === 'Group') return { id: globalId(this.#groupAt(group)), path: group, place: { group } };
    if (kind === 'GroupMember') {
      const member = dice.pick(this.#data.groupMembers.all());
      const at = this.#data.groups.require(member.groupId).fullPath;
      return { id: globalId(member), path: at, place: { group: at } };
    }
    if (kind === 'Label' || kind === 'AccessKey') {
      const { labels, accessKeys } = this.#data;
      const id = globalId(kind === 'Label' ? dice.pick(labels.all()) : dice.pick(accessKeys.all()));
      return { id, path: project, place: this.#keeper(id) ?? (this.#isOwn(id) ? 'user' : 'elsewhere') };
    }
    const ids = this.#idsIn(kind, project);
    if (ids.length > 0) return { id: dice.pick(ids), path: project, place: { project } };
    return this.#object(kind, dice.pick(this.projects()), dice);
  }

  #groupAt(path: string): { kind: 'Group'; id: number } {
    const group = this.#data.groups.find(({ fullPath }) => fullPath === path);
    if (!group) throw new Error(`no group at ${path}`);
    return group;
  }

  #idsIn(kind: string, path: string): string[] {
    const data = this.#data;
    const project = data.projectAt(path);
    if (!project) return [];
    const inProject = ({ projectId }: { readonly projectId: number }): boolean => projectId === project.id;
    const tables = {
      Project: () => [project],
      Issue: () => data.issues.filter(inProject),
      MergeRequest: () => data.mergeRequests.filter(inProject),
      Note: () => data.notes.filter(({ noteable }) => inProject(data.noteable(noteable))),
      CiVariable: () => data.ciVariables.filter(inProject),
      ProjectMember: () => data.projectMembers.filter(inProject),
      AccessKey: () => data.accessKeys.all(),
      Label: () =>
        data.labels.filter((label) => label.projectId === project.id || label.groupId === project.groupId),
    };
    return (tables[kind as keyof typeof tables]?.() ?? []).map((record) => globalId(record));
  }
}
