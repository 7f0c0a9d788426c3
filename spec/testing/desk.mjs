import { createAmbit } from 'ambit';
import { buildSchema } from 'graphql';

/** A small API with projects in groups and notes in them, as plain JavaScript: every test framework can load it. */
export const sdl = /* GraphQL */ `
  directive @requiresPermissions(permissions: [String!]!, boundaryType: String!, boundary: String, boundaryArgument: String, group: String) repeatable on OBJECT | FIELD_DEFINITION
  directive @public on FIELD_DEFINITION
  directive @inherits on OBJECT
  type Query {
    version: String @public
    node(id: ID!): Node @public
    project(path: ID!): Project
    notes: [Note]
  }
  type Mutation {
    addNote(project: ID!, text: String!): AddNotePayload
      @requiresPermissions(permissions: ["create_note"], boundaryType: "project", boundaryArgument: "project")
    removeNote(id: ID!): RemoveNotePayload
      @requiresPermissions(permissions: ["delete_note"], boundaryType: "project", boundaryArgument: "id", boundary: "project { path }")
  }
  type Subscription {
    noteAdded(project: ID!): Note
      @requiresPermissions(permissions: ["read_note"], boundaryType: "project", boundaryArgument: "project")
  }
  interface Node { id: ID! }
  type Project implements Node @requiresPermissions(permissions: ["read_project"], boundaryType: "project", boundary: "path") {
    id: ID!
    path: ID
    name: String
    notes: [Note]
  }
  type Note implements Node @requiresPermissions(permissions: ["read_note"], boundaryType: "project", boundary: "project { path }") {
    id: ID!
    text: String
    project: Project
  }
  type AddNotePayload @inherits { errors: [String!]! note: Note }
  type RemoveNotePayload @inherits { errors: [String!]! noteId: ID }
`;

const boundaries = { group: { parent: 'group' }, project: { parent: 'group' } };

/** What an API of its own keeps. */
function newDesk() {
  const projects = ['acme/web', 'acme/vault', 'acme-labs/web'].map((path) => ({
    path,
    name: `Name of ${path}`,
  }));
  const notes = projects.flatMap(({ path }, index) => [
    { number: index * 2 + 1, path, text: `first of ${path}` },
    { number: index * 2 + 2, path, text: `second of ${path}` },
  ]);
  return { projects, notes, listeners: [] };
}

function noteOf(desk, note) {
  return (
    note && {
      __typename: 'Note',
      id: `note-${note.number}`,
      text: note.text,
      project: () => projectOf(desk, note.path),
    }
  );
}

function projectOf(desk, path) {
  const project = desk.projects.find((one) => one.path === path);
  if (!project) return null;
  const notes = () => desk.notes.filter((one) => one.path === path).map((note) => noteOf(desk, note));
  return { __typename: 'Project', id: `project-${path}`, path, name: project.name, notes };
}

function addNote(desk, { project, text }) {
  const note = { number: desk.notes.length + 1, path: project, text };
  desk.notes.push(note);
  for (const listener of desk.listeners.splice(0)) listener(note);
  return { errors: [], note: noteOf(desk, note) };
}

async function* added(desk, { project }) {
  for (;;) {
    const note = await new Promise((resolve) => desk.listeners.push(resolve));
    if (note.path === project) yield { noteAdded: noteOf(desk, note) };
  }
}

function rootOf(desk) {
  const find = (id) =>
    noteOf(
      desk,
      desk.notes.find(({ number }) => `note-${number}` === id),
    );
  return {
    version: () => '1',
    node: ({ id }) => find(id) ?? null,
    project: ({ path }) => projectOf(desk, path),
    notes: () => desk.notes.map((note) => noteOf(desk, note)),
    addNote: (args) => addNote(desk, args),
    removeNote({ id }) {
      const at = desk.notes.findIndex(({ number }) => `note-${number}` === id);
      if (at < 0) return { errors: ['There is no such note.'], noteId: null };
      desk.notes.splice(at, 1);
      return { errors: [], noteId: id };
    },
    noteAdded: (args) => added(desk, args),
  };
}

/** Opens a desk of its own behind Ambit. `change` makes another schema of the text, `options` another engine. */
export function openDesk({ change = (text) => text, ...options } = {}) {
  const desk = newDesk();
  const ambit = createAmbit({ schema: buildSchema(change(sdl)), boundaries, ...options });
  const rootValue = rootOf(desk);
  return {
    desk,
    ambit,
    execute: (asked) => ambit.execute({ ...asked, rootValue }),
    state: () => desk.notes,
    stir: () => addNote(desk, { project: 'acme/web', text: 'stirred' }),
  };
}
