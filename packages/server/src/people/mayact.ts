import type { Feed } from '../feed/feed.ts';
import { Remembered } from '../feed/remembered.ts';
import type { PersonReads, PersonWrites } from '../store/people.ts';

/** How many subjects are remembered: those that were asked for last. */
const MOST = 10_000;

/**
 * Whether credentials of a subject count: those of a person who was disabled do not. Whom nobody here knows is a subject
 * of somebody else's making, and only who made it can end it.
 */
export async function mayAct(
  people: Pick<PersonReads, 'findBySubject'>,
  subject: string | undefined,
): Promise<boolean> {
  if (subject === undefined) return true;
  return (await people.findBySubject(subject))?.disabledAt === undefined;
}

/** The same within a unit of work, before whose end nobody disables the person. */
export async function mayActUntilEnd(
  people: Pick<PersonWrites, 'findBySubject' | 'hold'>,
  subject: string | undefined,
): Promise<boolean> {
  const person = subject === undefined ? undefined : await people.findBySubject(subject);
  return person === undefined || (await people.hold(person.id))?.disabledAt === undefined;
}

/**
 * The same question, asked of the store once for each subject until the feed tells of a change to it. Rejects where the
 * store does not answer.
 */
export function createMayAct(
  people: Pick<PersonReads, 'findBySubject'>,
  feed: Pick<Feed, 'isFresh' | 'listen'>,
): (subject: string | undefined) => Promise<boolean> {
  const kept = new Remembered<{ readonly subject: string; readonly may: boolean }>(feed, {
    most: MOST,
    about: ({ subject }) => [{ kind: 'subject', ref: subject }],
  });
  return async (subject) => {
    if (subject === undefined) return true;
    const known = await kept.get(subject, async () => ({ subject, may: await mayAct(people, subject) }));
    return known?.may === true;
  };
}
