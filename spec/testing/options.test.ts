import { describeGranularAccess, type GranularAccess, granularChecks, runChecks } from 'ambit/testing';
import { describe, expect, it } from 'vitest';
import { openDesk } from './desk.mjs';
import { reading } from './questions.ts';

/** What an operation is described with, and what is said of a slip in it. */

const { document: _, ...withoutDocument } = reading;
const { boundary: __, ...withoutBoundary } = reading;

describe('a description of an operation', () => {
  it.each<[slip: string, given: object, says: string]>([
    [
      'a slip in a key',
      { ...withoutBoundary, boundry: reading.boundary },
      '`boundry` is no known key of the description of an operation; did you mean `boundary`?',
    ],
    ['a key of nothing', { ...reading, xyzzyplugh: 1 }, 'known are open, openSwitchedOff, document'],
    ['no document', withoutDocument, '`document` is missing'],
    ['no boundary', withoutBoundary, '`boundary` is missing'],
    ['no world', { ...reading, open: undefined }, '`open` has to be a function'],
    ['no permission', { ...reading, permissions: [] }, '`permissions` is empty'],
    [
      'a permission that is none',
      { ...reading, permissions: [7] },
      "each of `permissions` has to be a name or `{ granted: 'bundle', named: 'permission' }`",
    ],
    [
      'a slip in a permission',
      { ...reading, permissions: [{ grantd: 'a', named: 'b' }] },
      '`grantd` is no known key of a permission; did you mean `granted`?',
    ],
    [
      'a place by a word that is none',
      { ...reading, boundary: 'instanc' },
      '`boundary`: `instanc` is no boundary by itself',
    ],
    [
      'two places at once',
      { ...reading, elsewhere: { project: 'a', group: 'b' } },
      '`elsewhere`: `boundary` has to name exactly one kind; found 2',
    ],
    [
      'a slip in what is held besides',
      { ...reading, besides: [{ permission: ['a'], boundary: 'user' }] },
      '`besides`: `permission` is no known key',
    ],
    [
      'a slip in `nowhere`',
      { ...reading, nowhere: { variabels: {} } },
      '`variabels` is no known key of `nowhere`; did you mean `variables`?',
    ],
  ])('with %s is refused at once', (_slip, given, says) => {
    const describeIt = (): void =>
      describeGranularAccess(
        { describe: (_name, tests) => tests(), it: Object.assign(() => {}, { skip: () => {} }) },
        'reading',
        given as GranularAccess,
      );
    expect(describeIt).toThrow(TypeError);
    expect(describeIt).toThrow(says);
  });

  const names = ['read_note', 'read_project', 'create_note', 'delete_note'];
  const permissions = {
    permissions: names.map((name) => ({ name, boundaries: ['project'] })),
    assignables: names.map((name) => ({ name, permissions: [name], boundaries: ['project'] })),
  };

  it.each<[slip: string, given: Partial<GranularAccess>, says: string]>([
    [
      'a kind of boundary that there is not',
      { boundary: { projct: 'acme/web' } },
      '`boundary`: `projct` is no kind of boundary of this API; known are',
    ],
    [
      'a kind of boundary that there is not, elsewhere',
      { elsewhere: { projct: 'acme/web' } },
      '`elsewhere`: `projct` is no kind of boundary of this API',
    ],
    [
      'a permission that nobody can grant',
      { permissions: ['read_nots', 'read_project'] },
      '`permissions`: there is no permission `read_nots` to grant; nearest: read_note',
    ],
  ])('with %s fails in every check, where the engine is at hand', async (_slip, given, says) => {
    const open = () => openDesk({ permissions });
    const results = await runChecks(granularChecks({ ...reading, ...given, open }));
    for (const { outcome, sentences } of results)
      if (outcome !== 'not run') expect(sentences.join()).toContain(says);
    expect(results.some(({ outcome }) => outcome === 'passed')).toBe(false);
  });
});
