import type { GranularAccess, MatrixOperation } from 'ambit/testing';
import { openDesk } from './desk.mjs';

/** What is asked of the desk in tests of the kit: each passes as it is. */

const around = {
  open: () => openDesk(),
  openSwitchedOff: () => openDesk({ granular: false }),
  subject: 'ada',
  boundary: { project: 'acme/web' },
  elsewhere: { project: 'acme-labs/web' },
  parent: { group: 'acme' },
} satisfies Partial<GranularAccess>;

export const adding: GranularAccess = {
  ...around,
  document: 'mutation { addNote(project: "acme/web", text: "new") { errors note { id text } } }',
  permissions: ['create_note', 'read_note'],
};

export const removing: GranularAccess = {
  ...around,
  document: 'mutation ($id: ID!) { removeNote(id: $id) { errors noteId } }',
  variables: { id: 'note-1' },
  permissions: ['delete_note'],
};

export const reading: GranularAccess = {
  ...around,
  document: '{ project(path: "acme/web") { name notes { text } } }',
  permissions: ['read_project', 'read_note'],
};

export const listing: GranularAccess = {
  ...around,
  document: '{ notes { id text project { path } } }',
  permissions: ['read_note', 'read_project'],
  list: { at: 'notes', inside: ({ project }) => (project as { path?: string } | null)?.path === 'acme/web' },
};

export const listening: GranularAccess = {
  ...around,
  document: 'subscription { noteAdded(project: "acme/web") { text } }',
  permissions: ['read_note'],
};

export const everything: readonly (readonly [title: string, asked: GranularAccess])[] = [
  ['adding a note', adding],
  ['removing a note', removing],
  ['reading a project', reading],
  ['listing notes', listing],
  ['listening for notes', listening],
];

export const operations: Readonly<Record<string, MatrixOperation>> = {
  'Query.version': { arguments: {}, permissions: [] },
  'Query.node': {
    document: '{ node(id: "note-1") { ... on Note { text } } }',
    places: { project: 'acme/web' },
    permissions: ['read_note'],
  },
  'Query.project': { arguments: { path: 'acme/web' }, permissions: ['read_project'] },
  'Query.notes': {
    document: '{ notes { text } }',
    places: { project: 'acme/web' },
    permissions: ['read_note'],
    lists: true,
  },
  'Mutation.addNote': {
    arguments: { project: 'acme/web', text: 'new' },
    places: { project: 'acme/web' },
    permissions: ['create_note', 'read_note'],
  },
  'Mutation.removeNote': {
    arguments: { id: 'note-1' },
    places: { project: 'acme/web' },
    permissions: ['delete_note'],
  },
  'Subscription.noteAdded': {
    arguments: { project: 'acme/web' },
    places: { project: 'acme/web' },
    permissions: ['read_note'],
  },
};
