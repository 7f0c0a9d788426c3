import type { PersonReads } from '../store/people.ts';

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
