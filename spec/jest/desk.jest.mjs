// The kit under Jest itself, which brings `describe` and `it` along.
import { describeGranularAccess, permissionMatrix, registerChecks } from 'ambit/testing';
import { openDesk } from '../testing/desk.mjs';

const open = () => openDesk();

describeGranularAccess({ describe, it }, 'adding a note', {
  open,
  openSwitchedOff: () => openDesk({ granular: false }),
  document: 'mutation { addNote(project: "acme/web", text: "new") { errors note { text } } }',
  permissions: ['create_note', 'read_note'],
  boundary: { project: 'acme/web' },
  elsewhere: { project: 'acme/vault' },
  parent: { group: 'acme' },
});

describe('a check that does not hold', () => {
  it('fails under Jest too', async () => {
    const tests = [];
    const framework = { it: Object.assign((_, run) => tests.push(run), { skip: () => {} }) };
    const operations = { 'Query.version': { arguments: {}, permissions: ['read_version'] } };
    registerChecks(framework, permissionMatrix({ ambit: open().ambit, open, operations }).slice(0, 1));
    await expect(tests[0]()).rejects.toThrow('expected the rules to ask for `read_version`');
  });
});
