import { createForge, globalId } from '@ambit/example-forge';
import { permissionMatrix, registerChecks } from 'ambit/testing';
import { describe, expect, it } from 'vitest';
import { forgeOperations } from './operations.ts';
import { forgeEngine, openForge } from './world.ts';

/** Every root field of Forge with a token that holds exactly its needs, with tokens that lack one, and elsewhere. */

const { schema, data } = createForge();
const note = data.notes.find(({ noteable }) => data.noteable(noteable).projectId === 1);
if (!note) throw new Error('there is no note in the first project');

const cells = permissionMatrix({
  ambit: forgeEngine(schema),
  open: () => openForge('root'),
  operations: forgeOperations(globalId(note)),
  subject: 'root',
  elsewhere: { project: 'acme-labs/portal', group: 'acme-labs' },
});

describe('the matrix of Forge', () => registerChecks({ it }, cells));

it('leaves nothing out but what asks for nothing, or for nothing in a place', () => {
  const fields = (of: (notRun: string) => boolean): string[] =>
    cells.filter(({ notRun }) => notRun !== undefined && of(notRun)).map(({ field }) => field);
  expect(fields((reason) => reason === 'it asks for nothing')).toEqual([
    'Query.version',
    'Query.announcement',
  ]);
  expect(fields((reason) => reason === 'it needs nothing in a place')).toEqual([
    'Query.version',
    'Query.user',
    'Query.users',
    'Query.currentUser',
    'Query.preferences',
    'Query.accessKeys',
    'Query.statistics',
    'Query.announcement',
    'Mutation.updatePreferences',
    'Mutation.destroyAccessKey',
    'Mutation.updateAnnouncement',
  ]);
  expect(fields(() => true).length).toBe(13);
});
