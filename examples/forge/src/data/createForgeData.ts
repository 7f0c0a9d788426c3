import { addCiVariables } from './ciVariables.ts';
import { Dice } from './Dice.ts';
import { ForgeData } from './ForgeData.ts';
import { addIssues } from './issues.ts';
import { addLabels } from './labels.ts';
import { addMembers } from './members.ts';
import { addMergeRequests } from './mergeRequests.ts';
import { addNotes } from './notes.ts';
import { addPeople } from './people.ts';
import { addPersonal } from './personal.ts';
import { addPlaces } from './places.ts';

/** Builds the same Forge every time: 12 people, 5 groups, 25 projects, 500 issues, 2,000 notes. */
export function createForgeData(): ForgeData {
  const data = new ForgeData();
  const dice = new Dice(20_260_105);
  addPeople(data);
  addPlaces(data);
  addMembers(data);
  addIssues(data, dice);
  addMergeRequests(data, dice);
  addNotes(data, dice);
  addCiVariables(data);
  addLabels(data);
  addPersonal(data);
  return data;
}
