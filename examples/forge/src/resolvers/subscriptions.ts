import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type { NoteRecord } from '../data/records.ts';
import { Rights } from '../Rights.ts';
import { notFound } from '../refusals.ts';
import type { EventResolvers } from './ResolverMap.ts';

/** Everything that can be listened for. */
export function subscriptions(data: ForgeData): EventResolvers {
  return {
    noteAdded: {
      subscribe: (_: unknown, { projectPath }: { projectPath: string }, context) =>
        addedNotes(data, projectPath, context),
      resolve: (note: NoteRecord) => note,
    },
  };
}

/** Notes of one project that the person may see at the moment at which they are added. */
function addedNotes(data: ForgeData, projectPath: string, context: ForgeContext): AsyncIterable<NoteRecord> {
  const project = data.projectAt(projectPath);
  if (project === undefined || !new Rights(data, context.subject).sees(project)) throw notFound();
  const concerns = (note: NoteRecord): boolean =>
    data.noteable(note.noteable).projectId === project.id && new Rights(data, context.subject).sees(note);
  return filtered(data.addedNotes.listen(), concerns);
}

/** Written out, since a generator that waits for an event could not be ended before one comes. */
function filtered<T>(
  source: AsyncIterableIterator<T>,
  keep: (value: T) => boolean,
): AsyncIterableIterator<T> {
  return {
    async next() {
      let result = await source.next();
      while (!result.done && !keep(result.value)) result = await source.next();
      return result;
    },
    return: () => source.return?.() ?? Promise.resolve({ done: true, value: undefined }),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
