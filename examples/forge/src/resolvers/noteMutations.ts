import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type { NoteableRecord, NoteRecord, ProjectRecord } from '../data/records.ts';
import { Rights } from '../Rights.ts';
import { notFound } from '../refusals.ts';
import type { FieldResolvers } from './ResolverMap.ts';
import { done, undone, visibleRecord, writableProject } from './writable.ts';

interface CreateNoteInput {
  readonly projectPath: string;
  readonly issueIid?: string | null;
  readonly mergeRequestIid?: string | null;
  readonly body: string;
  readonly internal?: boolean | null;
}

interface UpdateNoteInput {
  readonly id: string;
  readonly body: string;
}

/** Everything that changes notes. */
export function noteMutations(data: ForgeData): FieldResolvers {
  return {
    createNote: (_: unknown, args: { input: CreateNoteInput }, context) =>
      createNote(data, args.input, context),
    updateNote: (_: unknown, args: { input: UpdateNoteInput }, context) =>
      updateNote(data, args.input, context),
    destroyNote: (_: unknown, args: { input: { readonly id: string } }, context) =>
      destroyNote(data, args.input.id, context),
  };
}

function createNote(data: ForgeData, input: CreateNoteInput, context: ForgeContext): unknown {
  const { project, viewer } = writableProject(data, context, input.projectPath);
  if ((input.issueIid == null) === (input.mergeRequestIid == null)) {
    return undone('Give exactly one of `issueIid` and `mergeRequestIid`.');
  }
  if (input.body.trim() === '') return undone('The body must not be blank.');
  const noteable = noteableIn(data, project, input);
  if (noteable === undefined || !new Rights(data, context.subject).sees(noteable)) throw notFound();
  const now = data.now();
  const note = data.notes.insert((id) => ({
    kind: 'Note',
    id,
    noteable: { kind: noteable.kind, id: noteable.id },
    body: input.body,
    internal: input.internal ?? false,
    authorId: viewer.id,
    createdAt: now,
    updatedAt: now,
  }));
  data.addedNotes.publish(note);
  return done('note', note);
}

function updateNote(data: ForgeData, input: UpdateNoteInput, context: ForgeContext): unknown {
  const note = writableNote(data, context, input.id);
  if (input.body.trim() === '') return undone('The body must not be blank.');
  return done('note', data.notes.update(note.id, { body: input.body, updatedAt: data.now() }));
}

function destroyNote(data: ForgeData, id: string, context: ForgeContext): unknown {
  const note = writableNote(data, context, id);
  data.notes.delete(note.id);
  return done('note', note);
}

function noteableIn(
  data: ForgeData,
  project: ProjectRecord,
  input: CreateNoteInput,
): NoteableRecord | undefined {
  const matches = (iid: string) => (candidate: NoteableRecord) =>
    candidate.projectId === project.id && String(candidate.iid) === iid;
  if (input.issueIid != null) return data.issues.find(matches(input.issueIid));
  return data.mergeRequests.find(matches(input.mergeRequestIid ?? ''));
}

function writableNote(data: ForgeData, context: ForgeContext, id: string): NoteRecord {
  const note = visibleRecord(data, context, 'Note', id);
  const { projectId } = data.noteable(note.noteable);
  writableProject(data, context, data.projects.require(projectId).fullPath);
  return note;
}
