// Run by frameworks.test.ts with `node --test`: the kit with nothing around it but Node.
import { describe, it } from 'node:test';
import { describeGranularAccess, permissionMatrix, registerChecks } from 'ambit/testing';
import { openDesk } from './desk.mjs';

const open = () => openDesk();
const isBroken = process.env.DESK_IS_BROKEN === 'yes';

describeGranularAccess({ describe, it }, 'adding a note', {
  open,
  document: 'mutation { addNote(project: "acme/web", text: "new") { errors note { text } } }',
  permissions: isBroken ? ['create_note', 'read_note', 'read_project'] : ['create_note', 'read_note'],
  boundary: { project: 'acme/web' },
  elsewhere: { project: 'acme/vault' },
});

describe('the matrix', () => {
  const operations = {
    'Query.version': { arguments: {} },
    'Query.project': { arguments: { path: 'acme/web' } },
  };
  const cells = permissionMatrix({ ambit: open().ambit, open, operations });
  registerChecks(
    { it },
    cells.filter(({ field }) => field in operations),
  );
});
