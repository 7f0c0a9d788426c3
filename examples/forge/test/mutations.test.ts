import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AskableForge, askableForge, codes, field } from './askForge.ts';

/** Each mutation with an input that its owner may give, and the access that it asks for. */
const mutations: Readonly<
  Record<string, { readonly input: string; readonly field?: string; readonly least: string }>
> = {
  createIssue: {
    input: 'projectPath: "acme/vault", title: "New"',
    field: 'issue { title }',
    least: 'DEVELOPER',
  },
  updateIssue: {
    input: 'id: "gid://forge/Issue/9", title: "Other"',
    field: 'issue { title }',
    least: 'DEVELOPER',
  },
  destroyIssue: { input: 'id: "gid://forge/Issue/9"', least: 'DEVELOPER' },
  moveIssue: {
    input: 'id: "gid://forge/Issue/9", targetProjectPath: "acme/web"',
    field: 'issue { iid }',
    least: 'DEVELOPER',
  },
  assignIssue: {
    input: 'id: "gid://forge/Issue/9", usernames: ["heidi", "alice"]',
    field: 'issue { assignees { username } }',
    least: 'DEVELOPER',
  },
  createLabel: {
    input: 'projectPath: "acme/vault", title: "new"',
    field: 'label { title }',
    least: 'DEVELOPER',
  },
  destroyLabel: { input: 'id: "gid://forge/Label/7"', least: 'DEVELOPER' },
  mergeMergeRequest: {
    input: 'id: "gid://forge/MergeRequest/4"',
    field: 'mergeRequest { state }',
    least: 'DEVELOPER',
  },
  addProjectMember: {
    input: 'projectPath: "acme/vault", username: "bob"',
    field: 'member { user { username } }',
    least: 'MAINTAINER',
  },
  removeProjectMember: { input: 'id: "gid://forge/ProjectMember/2"', least: 'MAINTAINER' },
  transferProject: {
    input: 'fullPath: "acme/vault", targetGroupPath: "acme/platform"',
    field: 'project { fullPath }',
    least: 'OWNER',
  },
  createNote: {
    input: 'projectPath: "acme/vault", issueIid: 1, body: "Hello"',
    field: 'note { body }',
    least: 'DEVELOPER',
  },
  updateNote: { input: 'id: "NOTE", body: "Other"', field: 'note { body }', least: 'DEVELOPER' },
  destroyNote: { input: 'id: "NOTE"', least: 'DEVELOPER' },
  createMergeRequest: {
    input: 'projectPath: "acme/vault", title: "New", sourceBranch: "b"',
    field: 'mergeRequest { title }',
    least: 'DEVELOPER',
  },
  updateMergeRequest: {
    input: 'id: "gid://forge/MergeRequest/4", stateEvent: MERGE',
    field: 'mergeRequest { state }',
    least: 'DEVELOPER',
  },
  updateProject: {
    input: 'fullPath: "acme/vault", name: "Safe"',
    field: 'project { name }',
    least: 'MAINTAINER',
  },
  deleteProject: { input: 'fullPath: "acme/vault"', least: 'OWNER' },
  createCiVariable: {
    input: 'projectPath: "acme/vault", key: "NEW_KEY", value: "v"',
    field: 'ciVariable { value }',
    least: 'MAINTAINER',
  },
  destroyCiVariable: { input: 'id: "gid://forge/CiVariable/4"', least: 'MAINTAINER' },
};

let forge: AskableForge;
beforeEach(async () => {
  forge = await askableForge();
});
afterEach(() => forge.close());

/** All that an administrator can see of two projects, to tell whether anything changed. */
async function state(): Promise<unknown> {
  const project = (path: string) => /* GraphQL */ `project(fullPath: "${path}") {
    name visibility
    issues(first: 100) { nodes { id iid title description state confidential labels assignees { id } notes(first: 100) { nodes { id body } } } }
    mergeRequests { nodes { id title state } }
    ciVariables { nodes { id key value } }
    labels { nodes { id title } }
    members { nodes { id accessLevel } }
  }`;
  return (await forge.ask('root', `{ vault: ${project('acme/vault')} web: ${project('acme/web')} }`)).data;
}

async function noteInVault(): Promise<string> {
  const query = '{ issue(id: "gid://forge/Issue/9") { notes(first: 1) { nodes { id } } } }';
  const { notes } = field<{ notes: { nodes: { id: string }[] } }>(await forge.ask('root', query), 'issue');
  return notes.nodes[0]?.id ?? '';
}

async function mutate(subject: string | null, name: string) {
  const { input, field = '' } = mutations[name] ?? { input: '' };
  return forge.ask(
    subject,
    `mutation { ${name}(input: { ${input.replace('NOTE', await noteInVault())} }) { errors ${field} } }`,
  );
}

describe.each(Object.keys(mutations))('%s', (name) => {
  test('changes something for an owner', async () => {
    const before = await state();
    const answer = await mutate('carol', name);
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.[name]).toMatchObject({ errors: [] });
    expect(await state()).not.toEqual(before);
  });

  test.each([null, 'mallory', 'bob'])(
    'finds nothing for %j, who may not see the project',
    async (subject) => {
      const before = await state();
      const answer = await mutate(subject, name);
      expect(codes(answer)).toEqual(['NOT_FOUND']);
      expect(answer.data).toEqual({ [name]: null });
      expect(await state()).toEqual(before);
    },
  );

  test('asks for its access and no more', async () => {
    const answer = await mutate('alice', name);
    expect(codes(answer)).toEqual(mutations[name]?.least === 'OWNER' ? ['FORBIDDEN'] : []);
  });
});

test('somebody who only sees a project cannot change it', async () => {
  const before = await state();
  for (const call of [
    'createIssue(input: { projectPath: "acme/web", title: "x" })',
    'updateIssue(input: { id: "gid://forge/Issue/1", title: "x" })',
    'moveIssue(input: { id: "gid://forge/Issue/1", targetProjectPath: "acme/docs" })',
    'createNote(input: { projectPath: "acme/web", issueIid: 1, body: "x" })',
    'deleteProject(input: { fullPath: "acme/web" })',
  ]) {
    expect(codes(await forge.ask('mallory', `mutation { ${call} { errors } }`)), call).toEqual(['FORBIDDEN']);
  }
  expect(await state()).toEqual(before);
});

describe('createNote', () => {
  const note = (input: string) =>
    `mutation { createNote(input: { projectPath: "acme/web", ${input} }) { noteId errors note { body internal author { username } noteable { id } } } }`;

  test('writes in the name of the caller', async () => {
    expect((await forge.ask('alice', note('issueIid: "1", body: "Seen on 17.4 too"'))).data).toEqual({
      createNote: {
        noteId: 'gid://forge/Note/2001',
        errors: [],
        note: {
          body: 'Seen on 17.4 too',
          internal: false,
          author: { username: 'alice' },
          noteable: { id: 'gid://forge/Issue/1' },
        },
      },
    });
  });

  test('takes a merge request as well', async () => {
    const { data } = await forge.ask('alice', note('mergeRequestIid: 1, body: "Looks good"'));
    expect(data?.createNote).toMatchObject({
      errors: [],
      note: { noteable: { id: 'gid://forge/MergeRequest/1' } },
    });
  });

  test.each(['body: "x"', 'issueIid: 1, mergeRequestIid: 1, body: "x"', 'issueIid: 1, body: " "'])(
    'explains why %s is no good',
    async (input) => {
      const { data } = await forge.ask('alice', note(input));
      expect(data?.createNote).toMatchObject({ noteId: null, note: null, errors: [expect.any(String)] });
    },
  );

  test('cannot reach an issue of another project', async () => {
    expect(codes(await forge.ask('alice', note('issueIid: 9, body: "x"')))).toEqual(['NOT_FOUND']);
  });
});

describe('moveIssue', () => {
  const move = (id: number, target: string) =>
    `mutation { moveIssue(input: { id: "gid://forge/Issue/${id}", targetProjectPath: "${target}" }) { errors issue { id iid project { fullPath } } } }`;

  test('keeps the id and the notes and gives the next number', async () => {
    const notes =
      '{ issue(id: "gid://forge/Issue/1") { notes { totalCount nodes { project { fullPath } } } } }';
    const before = (await forge.ask('alice', notes)).data?.issue as { notes: { totalCount: number } };
    expect((await forge.ask('alice', move(1, 'acme/vault'))).data).toEqual({
      moveIssue: {
        errors: [],
        issue: { id: 'gid://forge/Issue/1', iid: '6', project: { fullPath: 'acme/vault' } },
      },
    });
    const after = (await forge.ask('alice', notes)).data?.issue as {
      notes: { totalCount: number; nodes: { project: { fullPath: string } }[] };
    };
    expect(after.notes.totalCount).toBe(before.notes.totalCount);
    expect(after.notes.nodes.every(({ project }) => project.fullPath === 'acme/vault')).toBe(true);
    expect((await forge.ask('mallory', '{ issue(id: "gid://forge/Issue/1") { id } }')).data).toEqual({
      issue: null,
    });
  });

  test('asks for rights at both ends', async () => {
    expect(codes(await forge.ask('bob', move(1, 'acme/docs')))).toEqual(['FORBIDDEN']);
    expect(codes(await forge.ask('bob', move(1, 'acme/vault')))).toEqual(['NOT_FOUND']);
    expect((await forge.ask('bob', move(1, 'acme/web'))).data?.moveIssue).toMatchObject({
      errors: ['The issue is already in this project.'],
    });
  });
});

describe('deletion', () => {
  test('of a project takes everything in it along', async () => {
    await forge.ask('alice', 'mutation { deleteProject(input: { fullPath: "acme/web" }) { errors } }');
    const ids = ['Project/1', 'Issue/1', 'MergeRequest/1', 'CiVariable/1', 'ProjectMember/1'].map(
      (path) => `gid://forge/${path}`,
    );
    const { data } = await forge.ask(
      'root',
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } search(text: "Safari") { __typename } }',
      { ids },
    );
    expect(data).toEqual({ nodes: ids.map(() => null), search: [] });
  });

  test('leaves cursors of the list good', async () => {
    const page = '{ project(fullPath: "acme/web") { issues(first: 2) { pageInfo { endCursor } } } }';
    const { issues } = field<{ issues: { pageInfo: { endCursor: string } } }>(
      await forge.ask('alice', page),
      'project',
    );
    const after = issues.pageInfo.endCursor;
    await forge.ask(
      'alice',
      'mutation { destroyIssue(input: { id: "gid://forge/Issue/2" }) { issueId errors } }',
    );
    const next = `{ project(fullPath: "acme/web") { issues(first: 1, after: "${after}") { nodes { iid } } } }`;
    expect((await forge.ask('alice', next)).data?.project).toEqual({ issues: { nodes: [{ iid: '3' }] } });
  });
});

test.each([
  ['an id of another kind', 'updateNote(input: { id: "gid://forge/Issue/1", body: "x" })', 'NOT_FOUND'],
  ['an id of nothing', 'updateIssue(input: { id: "gid://forge/Issue/99999", title: "x" })', 'NOT_FOUND'],
])('%s finds nothing', async (_, call, code) => {
  expect(codes(await forge.ask('root', `mutation { ${call} { errors } }`))).toEqual([code]);
});

test.each([
  ['a blank title', 'createIssue(input: { projectPath: "acme/web", title: " " })'],
  [
    'a merge of a branch into itself',
    'createMergeRequest(input: { projectPath: "acme/web", title: "x", sourceBranch: "main" })',
  ],
  [
    'a variable in small letters',
    'createCiVariable(input: { projectPath: "acme/web", key: "lower", value: "x" })',
  ],
  [
    'a variable that is there already',
    'createCiVariable(input: { projectPath: "acme/web", key: "DEPLOY_TOKEN", value: "x" })',
  ],
  [
    'a project more open than its group',
    'updateProject(input: { fullPath: "acme-labs/research/papers", visibility: PUBLIC })',
  ],
])('%s is explained in the payload', async (_, call) => {
  const before = await state();
  const { data } = await forge.ask('root', `mutation { answer: ${call} { errors } }`);
  expect(data?.answer).toEqual({ errors: [expect.stringMatching(/^[A-Z].+\.$/)] });
  expect(await state()).toEqual(before);
});
