import type { Grants } from 'ambit';
import {
  assertGranularAccess,
  describeGranularAccess,
  type GranularAccess,
  granularChecks,
  runChecks,
  type World,
} from 'ambit/testing';
import { describe, expect, it } from 'vitest';
import { type DeskOptions, type DeskWorld, openDesk } from './desk.mjs';
import { adding, everything, listening, listing, reading, removing } from './questions.ts';

for (const [title, asked] of everything) describeGranularAccess({ describe, it }, title, asked);

/** The desk with something wrong with it. */
function broken(
  asked: GranularAccess,
  options: DeskOptions,
  wrong: (world: DeskWorld) => Partial<World> = () => ({}),
): GranularAccess {
  const open = (more: DeskOptions = {}): World => {
    const world = openDesk({ ...options, ...more });
    return { ...world, ...wrong(world) };
  };
  return { ...asked, open: () => open(), openSwitchedOff: () => open({ granular: false }) };
}

const openly = (coordinate: RegExp): DeskOptions => ({
  change: (text) => text.replace(coordinate, (rule) => rule.replace(/@requiresPermissions.*/s, '@public')),
});
const REMOVE_RULE = /removeNote\(id: ID!\): RemoveNotePayload\s+@requires[^\n]*/;
const NOTE_RULE = /(type Note implements Node) @requires[^\n]*\{$/m;

const faults: readonly {
  readonly fault: string;
  readonly asked: GranularAccess;
  readonly check: string;
  readonly says: string;
}[] = [
  {
    fault: 'a mutation of which the rule was taken away',
    asked: broken(removing, openly(REMOVE_RULE)),
    check: 'without `delete_note` it is refused, and told so',
    says: 'expected an error with the code UNAUTHORIZED_FIELD_OR_TYPE that names `delete_note`, had no errors',
  },
  {
    fault: 'a mutation of which the rule was taken away',
    asked: broken(removing, openly(REMOVE_RULE)),
    check: 'a token that holds nothing is refused',
    says: 'expected nothing to be answered, had {"removeNote":{"errors":[],"noteId":"note-1"}}',
  },
  {
    fault: 'a boundary that is read from the wrong field',
    asked: broken(reading, {
      change: (text) => text.replace(/(type Note .*)project \{ path \}/, '$1project { name }'),
    }),
    check: 'the permissions in its place carry it',
    says: 'at `project.notes`: expected some of 2 items, had none',
  },
  {
    fault: 'groups that do not reach down',
    asked: broken(adding, { boundaries: { group: {}, project: {} } }),
    check: 'the permissions in a place above carry it',
    says: 'expected no errors, had UNAUTHORIZED_FIELD_OR_TYPE: not permitted: `Mutation.addNote` needs',
  },
  {
    fault: 'two places that are taken for one',
    asked: broken(removing, {
      boundaries: {
        group: { parent: 'group' },
        project: { parent: 'group', canonical: (path: string) => path.replace('-labs', '') },
      },
    }),
    check: 'the permissions in another place show nothing of it',
    says: 'expected nothing to be shown, had {"removeNote"',
  },
  {
    fault: 'an effect before the decision',
    asked: broken(adding, {}, ({ execute, desk }) => ({
      execute: (it) => {
        desk.notes.push({ number: 99, path: 'acme/web', text: 'too soon' });
        return execute(it);
      },
    })),
    check: 'nothing has happened when it is refused',
    says: 'a token that holds nothing: expected the API to keep what it had',
  },
  {
    fault: 'a state that shows nothing',
    asked: broken(adding, {}, () => ({ state: () => [] })),
    check: 'what it does is seen where it is carried',
    says: 'expected `state` to differ after the mutation was carried',
  },
  {
    fault: 'no state at all',
    asked: broken(adding, {}, () => ({ state: undefined })),
    check: 'nothing has happened when it is refused',
    says: 'the world has no `state` to look at',
  },
  {
    fault: 'a payload of which the object is open',
    asked: broken(adding, {
      coverage: 'open',
      change: (text) => text.replace(NOTE_RULE, '$1 {'),
    }),
    check: 'without `read_note` it is refused, and told so',
    says: 'expected nothing to be answered, had {"addNote":{"errors":[],"note":{"id":"note-7"',
  },
  {
    fault: 'a payload without its object',
    asked: broken(adding, {}, (world) => answering(world, { addNote: { errors: [], note: null } })),
    check: 'the permissions in its place carry it',
    says: 'expected `addNote.note` to be there, had null',
  },
  {
    fault: 'a payload that says why nothing was done',
    asked: broken(removing, {}, (world) =>
      answering(world, { removeNote: { errors: ['No.'], noteId: null } }),
    ),
    check: 'the permissions in its place carry it',
    says: 'expected `removeNote.errors` to be empty, had ["No."]',
  },
  {
    fault: 'a mutation of which only `errors` is read',
    asked: { ...removing, document: 'mutation ($id: ID!) { removeNote(id: $id) { errors } }' },
    check: 'the permissions in its place carry it',
    says: '`removeNote` selects nothing but `errors`',
  },
  {
    fault: 'a switch that switches nothing',
    asked: { ...adding, openSwitchedOff: () => openDesk() },
    check: 'while granular tokens are switched off, only coarse ones carry it',
    says: 'granular: expected an error with the code GRANULAR_TOKENS_OFF, had no errors',
  },
  {
    fault: 'coarse tokens that are turned away',
    asked: broken(adding, {}, ({ execute }) => ({
      execute: ({ grants, ...it }) => execute({ ...it, grants: { ...grants, scopes: [] } }),
    })),
    check: 'a coarse token carries it',
    says: 'expected no errors, had UNAUTHORIZED_FIELD_OR_TYPE',
  },
  {
    fault: 'a refusal that does not say what is missing',
    asked: broken(adding, {}, ({ execute }) => ({
      execute: async (it) => {
        const { errors } = (await execute(it)) as { errors?: readonly object[] };
        return errors ? { data: null, errors: [{ message: 'denied' }] } : execute(it);
      },
    })),
    check: 'without `create_note` it is refused, and told so',
    says: 'that names `create_note`, had no code: denied',
  },
  {
    fault: 'a list that shows what lies elsewhere',
    asked: broken(listing, {}, ({ execute }) => ({
      execute: (it) => execute({ ...it, grants: { scopes: ['api'] } }),
    })),
    check: 'a list shows the items in its place and no others',
    says: 'at `notes`: expected nothing from outside, had {"id":"note-3"',
  },
  {
    fault: 'a list with gaps',
    asked: broken(listing, {}, ({ execute }) => ({
      execute: async (it) => withGaps(await execute(it)),
    })),
    check: 'a list shows the items in its place and no others',
    says: 'had [null,',
  },
  {
    fault: 'a list of which everything lies inside',
    asked: { ...listing, list: { at: 'notes', inside: () => true } },
    check: 'a list shows the items in its place and no others',
    says: 'had 6 of 6 inside',
  },
  {
    fault: "an answer that is not the API's own",
    asked: broken(reading, {}, ({ execute }) => ({
      unprotected: () => ({ data: { project: { name: 'another', notes: [] } } }),
      execute,
    })),
    check: 'the permissions in its place carry it',
    says: 'at `project.name`: expected "another", as the API answers by itself, had "Name of acme/web"',
  },
  {
    fault: 'a grant that reaches up',
    asked: {
      ...broken(reading, {}, ({ execute }) => ({
        execute: ({ grants, ...it }) => execute({ ...it, grants: raised(grants) }),
      })),
      below: { project: 'acme/web/part' },
    },
    check: 'the permissions in a place below show nothing of it',
    says: 'expected nothing to be shown, had {"project":{"name":"Name of acme/web"',
  },
  {
    fault: 'a list that shows the items of another place',
    asked: broken(listing, {}, ({ execute }) => ({
      execute: (it) => execute({ ...it, grants: { scopes: ['api'] } }),
    })),
    check: 'the permissions in another place show nothing of it',
    says: 'expected none of its items, had {"id":"note-1"',
  },
  {
    fault: 'a stream that brings nothing',
    asked: broken(listening, {}, () => ({ stir: undefined })),
    check: 'the permissions in its place carry it',
    says: 'expected no errors, had no code: no event came within 1000 milliseconds',
  },
  {
    fault: 'a stream that anybody may listen to',
    asked: broken(listening, {}, ({ execute }) => ({
      execute: (it) => execute({ ...it, grants: { scopes: ['api'] } }),
    })),
    check: 'without `read_note` it is refused, and told so',
    says: 'expected nothing to be answered, had {"noteAdded":{"text":"stirred"}}',
  },
  {
    fault: 'an API that throws',
    asked: broken(reading, {}, () => ({
      execute: () => {
        throw new Error('no connection');
      },
    })),
    check: 'the permissions in its place carry it',
    says: 'expected no errors, had no code: asking it threw: no connection',
  },
];

/** The same grants, each in the place above. */
function raised(grants: Grants): Grants {
  const above = (path: string): string => path.split('/').slice(0, 2).join('/');
  const granular = (grants.granular ?? []).map(({ permissions, boundary }) => ({
    permissions,
    boundary:
      typeof boundary === 'object' && 'project' in boundary
        ? { project: above(String(boundary['project'])) }
        : boundary,
  }));
  return grants.granular ? { ...grants, granular } : grants;
}

/** Whoever is allowed is answered this, whatever the API says. */
function answering({ execute }: World, data: object): Partial<World> {
  return {
    execute: async (it) => {
      const answer = (await execute(it)) as { errors?: readonly object[] };
      return answer.errors ? answer : { data };
    },
  };
}

function withGaps(answer: unknown): unknown {
  const { data } = answer as { data?: { notes?: readonly unknown[] } };
  return data?.notes && data.notes.length < 6 ? { data: { notes: [null, ...data.notes] } } : answer;
}

describe('the checks of an operation', () => {
  it.each(faults)('find $fault: $check', async ({ asked, check, says }) => {
    const found = (await runChecks(granularChecks(asked))).find(({ name }) => name === check);
    expect(found?.outcome).toBe('failed');
    expect(found?.sentences.join('\n')).toContain(says);
  });

  it('are told with their reason where they cannot be tried, and never as passed', async () => {
    const { open, document, permissions, boundary } = reading;
    const results = await assertGranularAccess({ open, document, permissions, boundary });
    const notRun = results.filter(({ outcome }) => outcome === 'not run');
    expect(notRun.map(({ sentences }) => sentences.join())).toEqual([
      'no `parent` was given',
      'no `elsewhere` was given',
      'no `below` was given',
      'no `list` was given',
      'no `openSwitchedOff` was given',
      'a query; with `effects` it is looked at',
      'a query; with `effects` it is looked at',
    ]);
    expect(results.filter(({ outcome }) => outcome === 'passed').length).toBe(results.length - notRun.length);
  });

  it('fail where somebody runs what cannot be tried', async () => {
    const { open, document, permissions, boundary } = reading;
    const checks = granularChecks({ open, document, permissions, boundary });
    const untried = checks.find(({ notRun }) => notRun !== undefined);
    await expect(untried?.run()).rejects.toThrow('it was not run: no `parent` was given');
  });

  it('throw one error that lists every promise that is not kept', async () => {
    const failure = assertGranularAccess(broken(removing, openly(REMOVE_RULE)));
    await expect(failure).rejects.toThrow(
      /^4 of 11 promises: not kept\n {2}a token that holds nothing is refused\n/,
    );
  });

  it('are not made for nothing', () => {
    expect(() => granularChecks({ ...reading, permissions: [] })).toThrow('name what the operation needs');
  });
});
