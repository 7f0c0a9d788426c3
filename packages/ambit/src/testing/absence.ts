import type { Grants } from '../types.ts';
import { notAbsent, notAlike, notApart } from './absent.ts';
import { type OpenWorld, type Question, reference, type Tried, tried } from './world.ts';

/** A token for another place, and with what it is tried. */
export interface Elsewhere {
  readonly open: OpenWorld;
  readonly question: Question;
  readonly subject?: string | undefined;
  readonly grants: Grants;
  /** The same in the place itself, where the operation lists what lies in many. */
  readonly inside: Grants | undefined;
  readonly keepsPlaces?: boolean | undefined;
  readonly holdsBelow?: boolean | undefined;
  readonly nowhere?: Partial<Question> | undefined;
  readonly passed?: readonly string[] | undefined;
}

/** Tries an operation in another place; answers what is wrong with what came, and what was kept. */
export async function absenceTried(
  given: Elsewhere,
): Promise<Pick<Tried, 'before' | 'after'> & { sentences: readonly string[] }> {
  const { open, question, subject, grants, inside, nowhere, passed = [], holdsBelow = false } = given;
  const { answer, before, after } = await tried(open, question, grants);
  const by = await reference(open, question, subject);
  const absence = { question, by, passed, holdsBelow };
  if (inside) {
    const there = (await tried(open, question, inside)).answer;
    return { before, after, sentences: notApart(answer, there, absence, given.keepsPlaces) };
  }
  if (!nowhere) return { before, after, sentences: notAbsent(answer, absence) };
  const aimed = { ...question, ...nowhere };
  const there = (await tried(open, aimed, grants)).answer;
  const byThere = await reference(open, aimed, subject);
  return { before, after, sentences: notAlike(answer, there, by, byThere) };
}
