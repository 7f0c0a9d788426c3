import type { Grants } from 'ambit';
import { type GranularAccess, granularChecks, runChecks, type World } from 'ambit/testing';
import { describe, expect, it } from 'vitest';
import { openDesk } from './desk.mjs';
import { adding, listening, listing, reading, removing } from './questions.ts';

/** APIs that leak where they ought to refuse, and what the kit says of each. */

const ELSEWHERE = 'the permissions in another place show nothing of it';
const BELOW = 'the permissions in a place below show nothing of it';
const WITHOUT = 'without `read_note` it is refused, and told so';

interface Answered {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly object[];
}

const heldAt = (grants: Grants): string => JSON.stringify(grants.granular ?? []);
const isElsewhere = (grants: Grants): boolean => heldAt(grants).includes('acme-labs/web');
const lacksNotes = (grants: Grants): boolean =>
  grants.granular !== undefined && !heldAt(grants).includes('read_note');

/** The desk, but to some tokens another answer, out of what the desk answers them and what it answers to all. */
function leaking(
  asked: GranularAccess,
  to: (grants: Grants) => boolean,
  leak: (answer: Answered, whole: Record<string, unknown>) => Answered,
): GranularAccess {
  const open = (): World => {
    const { execute, state, stir } = openDesk();
    return {
      state,
      stir,
      execute: async (it) => {
        if (!to(it.grants)) return execute(it);
        const whole = (await openDesk().execute({ ...it, grants: { scopes: ['api'] } })) as Answered;
        return leak((await execute(it)) as Answered, whole.data ?? {});
      },
    };
  };
  return { ...asked, open };
}

const answered = (answer: Answered) => () => answer;
const coded = (code: string, message: string, more: object = {}): Answered => ({
  data: { project: null },
  errors: [{ message, path: ['project'], extensions: { code, ...more } }],
});
const denial = (path: readonly (string | number)[]): object => ({
  message: 'not permitted: `Note` needs permission `read_note` in its project',
  path,
  extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', missing: [{ permission: 'read_note' }] },
});
const flat: GranularAccess = {
  ...reading,
  document: '{ project(path: "acme/web") { path notes { text } } }',
};
const twice: GranularAccess = {
  ...reading,
  document: '{ project(path: "acme/web") { name notes { text } secrets: notes { text } } }',
};
const { name, notes } = { name: 'Name of acme/web', notes: [{ text: 'first of acme/web' }] };

const leaks: readonly (readonly [leak: string, asked: GranularAccess, check: string, says: string])[] = [
  [
    'an object around nothing',
    leaking(flat, isElsewhere, answered({ data: { project: { path: null, notes: null } } })),
    ELSEWHERE,
    'at `project`: expected null, as where nothing is, had an object: {"path":null,"notes":null}',
  ],
  [
    'gaps that count the notes',
    leaking(
      { ...listing, list: undefined },
      isElsewhere,
      answered({ data: { notes: [null, { text: null }, null] } }),
    ),
    ELSEWHERE,
    'at `notes`: expected what is outside to be left out, since gaps count it; had [null,{"text":null},null]',
  ],
  [
    'objects around nothing in a list',
    leaking({ ...listing, list: undefined }, isElsewhere, answered({ data: { notes: [{ text: null }] } })),
    ELSEWHERE,
    'at `notes`: expected null, as where nothing is, had an object: {"text":null}',
  ],
  [
    'gaps among the items of a list over many places',
    leaking(listing, isElsewhere, ({ data }) => ({
      data: { notes: [null, ...((data?.['notes'] as unknown[] | undefined) ?? [])] },
    })),
    ELSEWHERE,
    'at `notes`: expected what is outside to be left out',
  ],
  [
    'an error that tells',
    leaking(
      reading,
      isElsewhere,
      answered(coded('FORBIDDEN', 'project acme/web exists, title "Name of acme/web"')),
    ),
    ELSEWHERE,
    'expected no error but NOT_FOUND, as if nothing were there, and no word on what is missing; had FORBIDDEN',
  ],
  [
    'a denial that does not say of what',
    leaking(reading, isElsewhere, answered(coded('UNAUTHORIZED_FIELD_OR_TYPE', 'not permitted'))),
    ELSEWHERE,
    'expected no error but NOT_FOUND, as if nothing were there, and no word on what is missing; had UNAUTH',
  ],
  [
    'NOT_FOUND that repeats a name',
    leaking(reading, isElsewhere, answered(coded('NOT_FOUND', 'no access to Name of acme/web'))),
    ELSEWHERE,
    'expected no error to repeat "Name of acme/web"',
  ],
  [
    'NOT_FOUND with a name among its details',
    leaking(reading, isElsewhere, answered(coded('NOT_FOUND', 'not found', { was: 'Name of acme/web' }))),
    ELSEWHERE,
    'expected no error to repeat "Name of acme/web"',
  ],
  [
    'a payload around nothing',
    leaking(removing, isElsewhere, ({ errors }) => ({
      data: { removeNote: { errors: [], noteId: null } },
      ...(errors ? { errors } : {}),
    })),
    ELSEWHERE,
    'at `removeNote`: expected null, as where nothing is, had an object',
  ],
  [
    'a stream that says why it is silent',
    leaking(listening, isElsewhere, answered(coded('FORBIDDEN', 'no'))),
    ELSEWHERE,
    'had FORBIDDEN: no',
  ],
  [
    'the read object around nothing, to a token for a place below',
    leaking(
      { ...flat, below: { project: 'acme/web/part' } },
      (grants) => heldAt(grants).includes('part'),
      answered({ data: { project: { path: null, notes: [] } } }),
    ),
    BELOW,
    'at `project.path`: expected nothing of the object to be read, had null in it',
  ],
  [
    'another answer than where nothing is',
    leaking(
      { ...reading, ...aimed('acme/web'), nowhere: { variables: { path: 'acme/none' } } },
      isElsewhere,
      (answer, whole) => ({ ...answer, ...(whole['project'] ? { extensions: { cost: 1 } } : {}) }),
    ),
    ELSEWHERE,
    'expected the same answer as for `nowhere`',
  ],
  [
    'a place called nowhere that is there',
    { ...reading, ...aimed('acme/web'), nowhere: {} },
    ELSEWHERE,
    'expected `nowhere` to aim at nothing, and the API itself answers it as the operation',
  ],
  [
    'what is refused, in full under a key of its own',
    leaking(reading, lacksNotes, ({ errors = [] }, whole) => ({
      data: { project: { name, notes: null }, secrets: whole['project'] },
      errors,
    })),
    WITHOUT,
    'at `secrets.notes.text`: had "first of acme/web", which the API does not answer by itself',
  ],
  [
    'what is refused, in full under another name of the same field',
    leaking(
      twice,
      lacksNotes,
      answered({
        data: { project: { name, notes: null, secrets: notes } },
        errors: [denial(['project', 'notes'])],
      }),
    ),
    WITHOUT,
    'at `project.secrets`: had what is withheld at `project.notes`',
  ],
  [
    'everything, beside a denial of what was not asked',
    leaking(reading, lacksNotes, (_, whole) => ({ data: whole, errors: [denial(['project', 'nothing'])] })),
    WITHOUT,
    'expected a position at `project.nothing`, where the error is, had none',
  ],
  [
    'everything, beside a denial of something that is null anyway',
    leaking(reading, lacksNotes, (_, whole) => ({ data: whole, errors: [denial(['project', 'notes', 9])] })),
    WITHOUT,
    'expected less than the API answers by itself',
  ],
  [
    'how many there are of what is refused',
    leaking(
      reading,
      lacksNotes,
      answered({
        data: { project: { name, notes: [null, null] } },
        errors: [denial(['project', 'notes'])],
      }),
    ),
    WITHOUT,
    'expected null at `project.notes`, where the error is, had [null,null]',
  ],
  [
    'a payload around nothing beside the denial',
    leaking(
      adding,
      lacksNotes,
      answered({
        data: { addNote: { errors: [], note: null } },
        errors: [denial(['addNote', 'note'])],
      }),
    ),
    WITHOUT,
    'expected nothing to be answered, had {"addNote":{"errors":[],"note":null}}',
  ],
  [
    'an error without a code beside the denial',
    leaking(reading, lacksNotes, ({ data = null, errors = [] }) => ({
      data,
      errors: [...errors, { message: 'and two notes were left out', path: ['project', 'notes'] }],
    })),
    WITHOUT,
    'expected each error to have a code, had no code: and two notes were left out',
  ],
];

function aimed(path: string): Pick<GranularAccess, 'document' | 'variables'> {
  return {
    document: 'query ($path: ID!) { project(path: $path) { name notes { text } } }',
    variables: { path },
  };
}

async function sentencesOf(asked: GranularAccess, check: string): Promise<string | undefined> {
  const found = (await runChecks(granularChecks(asked))).find(({ name: one }) => one === check);
  return found && `${found.outcome}: ${found.sentences.join('\n')}`;
}

describe('an API that leaks', () => {
  it.each(leaks)('%s', async (_, asked, check, says) => {
    const told = await sentencesOf(asked, check);
    expect(told).toMatch(/^failed: /);
    expect(told).toContain(says);
  });
});

describe('an API that says nothing', () => {
  const through: GranularAccess = {
    ...reading,
    document: '{ project(path: "acme/web") { notes { text } } }',
  };
  const around = leaking(through, isElsewhere, answered({ data: { project: { notes: [] } } }));
  const page = leaking(
    listing,
    isElsewhere,
    answered({
      data: { notes: { nodes: [], pageInfo: { hasNextPage: false } } },
    }),
  );

  it.each<[string, GranularAccess]>([
    [
      'answers as where nothing is',
      { ...reading, ...aimed('acme/web'), nowhere: { variables: { path: 'x' } } },
    ],
    ['shows objects around nothing that are named in `passed`', { ...around, passed: ['project'] }],
    ['shows a page without items', { ...page, list: undefined }],
    [
      'says in the words of GraphQL that a null may not be',
      leaking(
        reading,
        isElsewhere,
        answered({
          data: null,
          errors: [
            { message: 'Cannot return null for non-nullable field Query.project.', path: ['project'] },
          ],
        }),
      ),
    ],
  ])('%s', async (_, asked) => {
    expect(await sentencesOf(asked, ELSEWHERE)).toBe('passed: ');
  });

  it('shows objects around nothing only where they may be', async () => {
    expect(await sentencesOf(around, ELSEWHERE)).toContain('name it in `passed`');
  });

  it('shows again what may be read there', async () => {
    const again = leaking(
      twice,
      lacksNotes,
      answered({
        data: { project: { name, notes: null, secrets: notes } },
        errors: [denial(['project', 'notes'])],
      }),
    );
    expect(await sentencesOf({ ...again, repeats: ['project.secrets'] }, WITHOUT)).toBe('passed: ');
  });
});
