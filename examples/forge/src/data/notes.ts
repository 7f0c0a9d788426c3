import { canary } from './canary.ts';
import type { Dice } from './Dice.ts';
import type { ForgeData } from './ForgeData.ts';
import { remarks } from './phrases.ts';
import type { NoteableRecord } from './records.ts';

const noteCount = 2000;

/** Writes all notes: four of five about issues, the rest about merge requests. */
export function addNotes(data: ForgeData, dice: Dice): void {
  const issues = data.issues.all();
  const mergeRequests = data.mergeRequests.all();
  while (data.notes.size < noteCount) {
    addNote(data, dice, dice.oneIn(5) ? dice.pick(mergeRequests) : dice.pick(issues));
  }
}

function addNote(data: ForgeData, dice: Dice, noteable: NoteableRecord): void {
  const project = data.projects.require(noteable.projectId);
  const internal = dice.oneIn(10);
  const hidden = noteable.kind === 'Issue' && noteable.confidential;
  const secret = internal || hidden || project.visibility === 'PRIVATE';
  data.notes.insert((id) => {
    const createdAt = new Date(Date.UTC(2025, 8, 1, 9) + id * 5_000_000).toISOString();
    const remark = dice.pick(remarks);
    return {
      kind: 'Note',
      id,
      noteable: { kind: noteable.kind, id: noteable.id },
      body: secret ? `${remark} ${canary('note', id, project.fullPath)}` : remark,
      internal,
      authorId: 2 + dice.below(data.users.size - 1),
      createdAt,
      updatedAt: createdAt,
    };
  });
}
