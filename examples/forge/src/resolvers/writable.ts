import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type {
  AccessLevel,
  ForgeRecord,
  GroupRecord,
  ProjectRecord,
  UserRecord,
  Visibility,
} from '../data/records.ts';
import { globalId, locate } from '../globalId.ts';
import { Rights } from '../Rights.ts';
import { forbidden, notFound } from '../refusals.ts';

/** A project that the caller may change, with the caller. Throws where there is none. */
export function writableProject(
  data: ForgeData,
  context: ForgeContext,
  fullPath: string,
  level: AccessLevel = 'DEVELOPER',
): { readonly project: ProjectRecord; readonly viewer: UserRecord } {
  const rights = new Rights(data, context.subject);
  const project = data.projectAt(fullPath);
  if (project === undefined || !rights.sees(project)) throw notFound();
  if (rights.viewer === undefined || !rights.isMember(project, level)) {
    throw forbidden(`This asks for ${level} access to ${fullPath}.`);
  }
  return { project, viewer: rights.viewer };
}

/** A group that the caller may change. Throws where there is none. */
export function writableGroup(
  data: ForgeData,
  context: ForgeContext,
  fullPath: string,
  level: AccessLevel = 'DEVELOPER',
): GroupRecord {
  const rights = new Rights(data, context.subject);
  const group = data.groupAt(fullPath);
  if (group === undefined || !rights.sees(group)) throw notFound();
  if (!rights.isGroupMember(group.id, level))
    throw forbidden(`This asks for ${level} access to ${fullPath}.`);
  return group;
}

/** Visibilities, narrowest first. */
const openness: readonly Visibility[] = ['PRIVATE', 'INTERNAL', 'PUBLIC'];

/** Whether something would be shown to more people than the group in which it lies. */
export function isMoreOpen(visibility: Visibility, group: GroupRecord): boolean {
  return openness.indexOf(visibility) > openness.indexOf(group.visibility);
}

/** The path of something new in a group; an error with a sentence where it cannot lie there. */
export function pathIn(data: ForgeData, group: GroupRecord, slug: string): string | Error {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug))
    return new Error('The last part of a path takes small letters, digits and hyphens.');
  const fullPath = `${group.fullPath}/${slug}`;
  const isTaken = data.projectAt(fullPath) !== undefined || data.groupAt(fullPath) !== undefined;
  return isTaken ? new Error('There is something at this path.') : fullPath;
}

/** The record of this kind behind a global id, if the caller may see it. Throws where there is none. */
export function visibleRecord<K extends ForgeRecord['kind']>(
  data: ForgeData,
  context: ForgeContext,
  kind: K,
  id: string,
): Extract<ForgeRecord, { readonly kind: K }> {
  const record = locate(data, id);
  if (record === undefined || !isOf(record, kind)) throw notFound();
  if (!new Rights(data, context.subject).sees(record)) throw notFound();
  return record;
}

function isOf<K extends ForgeRecord['kind']>(
  record: ForgeRecord,
  kind: K,
): record is Extract<ForgeRecord, { readonly kind: K }> {
  return record.kind === kind;
}

/** What a mutation answers: the object and its id, or why nothing was done. */
export function done(field: string, record: ForgeRecord): Readonly<Record<string, unknown>> {
  return { errors: [], [`${field}Id`]: globalId(record), [field]: record };
}

/** The answer of a mutation that did nothing. */
export function undone(...errors: readonly string[]): Readonly<Record<string, unknown>> {
  return { errors };
}
