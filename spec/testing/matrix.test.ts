import { assertChecks, type MatrixSetting, permissionMatrix, registerChecks, runChecks } from 'ambit/testing';
import { describe, expect, it } from 'vitest';
import { type DeskOptions, openDesk } from './desk.mjs';
import { operations } from './questions.ts';

function setting(options: DeskOptions = {}, more: Partial<MatrixSetting> = {}): MatrixSetting {
  const { ambit } = openDesk(options);
  return {
    ambit,
    open: () => openDesk(options),
    operations,
    subject: 'ada',
    elsewhere: { project: 'acme-labs/web' },
    ...more,
  };
}

describe('the matrix of the desk', () => registerChecks({ it }, permissionMatrix(setting())));

const failures = async (given: MatrixSetting): Promise<string[]> =>
  (await runChecks(permissionMatrix(given)))
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ name, sentences }) => `${name}: ${sentences.join('; ')}`);

describe('a matrix', () => {
  it('has a row for every root field', () => {
    const fields = new Set(permissionMatrix(setting()).map(({ field }) => field));
    expect([...fields]).toEqual(Object.keys(operations));
  });

  it('fails for a root field without an operation, and names it', async () => {
    const { 'Query.notes': _, ...others } = operations;
    expect(await failures(setting({}, { operations: others }))).toEqual([
      'Query.notes has an operation: no operation tries it: give `operations` one under `Query.notes`',
    ]);
  });

  it('fails for an operation of a root field that does not exist', async () => {
    expect(await failures(setting({}, { operations: { ...operations, 'Query.nots': {} } }))).toEqual([
      'Query.nots has an operation: `operations` has `Query.nots`, and the schema has no such root field',
    ]);
  });

  it.each([
    [{ document: '{ version }' }, 'it does not select `Query.notes`'],
    [{ document: '{ notes { nothing } }' }, 'Cannot query field "nothing"'],
    [{ document: '{ notes { text } }' }, 'give `places: { project: ... }`'],
  ])('fails for an operation that cannot be used: %j', async (operation, says) => {
    const [only, ...more] = await failures(
      setting({}, { operations: { ...operations, 'Query.notes': operation } }),
    );
    expect(more).toEqual([]);
    expect(only).toContain(says);
  });

  it('finds a rule that asks for nothing any more', async () => {
    const rule = /(addNote\([^)]*\): AddNotePayload\s+)@requires[^\n]*/;
    expect(await failures(setting({ change: (text) => text.replace(rule, '$1@public') }))).toEqual([
      'Mutation.addNote: it needs create_note, read_note: expected the rules to ask for `create_note`, and they do not',
      'Mutation.addNote: in another place it shows nothing of it: at `addNote`: expected null, as where nothing is, had an object: {"errors":[],"note":null}; expected an error with the code NOT_FOUND, had no errors; expected nothing to have changed, and `state` differs',
    ]);
  });

  it('finds a rule that asks for more', async () => {
    const changed = setting({
      change: (text) => text.replace('["delete_note"]', '["delete_note", "read_all"]'),
    });
    expect(await failures(changed)).toEqual([
      'Mutation.removeNote: it needs delete_note: expected no more to be asked for, and the rules ask for `read_all`',
    ]);
  });

  it('finds what is executed without a decision', async () => {
    const given = setting();
    const open = () => {
      const world = openDesk();
      const { execute } = world;
      return {
        ...world,
        execute: (it: Parameters<typeof execute>[0]) => execute({ ...it, grants: { scopes: ['api'] } }),
      };
    };
    const found = await failures({ ...given, open });
    expect(found.some((sentence) => sentence.startsWith('Query.notes: in another place'))).toBe(true);
    for (const one of ['without `create_note`', 'without `read_note`', 'in another place'])
      expect(
        found.some((sentence) => sentence.startsWith(`Mutation.addNote: ${one}`)),
        one,
      ).toBe(true);
  });

  it('finds what a token with exactly its needs is not answered', async () => {
    const open = () => ({
      execute: () => ({ data: { version: null } }),
      unprotected: () => ({ data: { version: '1' } }),
    });
    const found = await failures({ ...setting(), open });
    expect(found).toContainEqual(
      'Query.version: exactly what it needs carries it: expected `version` to be there, had null',
    );
  });

  it('is one assertion as well', async () => {
    const results = await assertChecks(permissionMatrix(setting()));
    expect(results.filter(({ outcome }) => outcome === 'passed').length).toBe(27);
  });
});
