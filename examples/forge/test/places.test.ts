import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type AskableForge, askableForge, codes } from './askForge.ts';

/** Groups, what lies in them, and the labels and members of both kinds of place. */

let forge: AskableForge;
beforeEach(async () => {
  forge = await askableForge();
});
afterEach(() => forge.close());

const mutate = (subject: string | null, call: string, selection = 'errors') =>
  forge.ask(subject, `mutation { answer: ${call} { ${selection} } }`);

describe('groups', () => {
  const group = 'createGroup(input: { parentPath: "acme/platform", slug: "tools", name: "Tools" })';
  const project = 'createProject(input: { groupPath: "acme/platform", slug: "linter", name: "Linter" })';

  test('are created in groups, and projects in them', async () => {
    expect(
      (await mutate('carol', group, 'errors group { fullPath visibility parent { fullPath } }')).data,
    ).toEqual({
      answer: {
        errors: [],
        group: {
          fullPath: 'acme/platform/tools',
          visibility: 'PRIVATE',
          parent: { fullPath: 'acme/platform' },
        },
      },
    });
    const inside = project.replace('acme/platform', 'acme/platform/tools');
    expect((await mutate('carol', inside, 'project { fullPath group { fullPath } }')).data).toEqual({
      answer: {
        project: { fullPath: 'acme/platform/tools/linter', group: { fullPath: 'acme/platform/tools' } },
      },
    });
    expect((await forge.ask('mallory', '{ group(fullPath: "acme/platform/tools") { id } }')).data).toEqual({
      group: null,
    });
  });

  test.each([
    group,
    project,
    'updateGroup(input: { fullPath: "acme/platform", name: "Other" })',
    'createLabel(input: { groupPath: "acme/platform", title: "new" })',
  ])('ask for members who may: %s', async (call) => {
    expect(codes(await mutate('mallory', call))).toEqual(['FORBIDDEN']);
    expect(codes(await mutate(null, call))).toEqual(['FORBIDDEN']);
    expect((await mutate('carol', call)).data).toEqual({ answer: { errors: [] } });
  });

  test.each([
    ['updateGroup(input: { fullPath: "acme-labs/research", name: "Other" })'],
    ['createProject(input: { groupPath: "acme-labs/research", slug: "new", name: "New" })'],
    ['transferProject(input: { fullPath: "acme/web", targetGroupPath: "acme-labs/research" })'],
  ])('that a person may not see are not there: %s', async (call) => {
    expect(codes(await mutate('carol', call))).toEqual(['NOT_FOUND']);
  });

  test.each([
    'createGroup(input: { parentPath: "acme", slug: "platform", name: "x" })',
    'createGroup(input: { parentPath: "acme", slug: "No Slug", name: "x" })',
    'createGroup(input: { parentPath: "acme/platform/data", slug: "open", name: "x", visibility: PUBLIC })',
    'createProject(input: { groupPath: "acme", slug: "web", name: "x" })',
    'createProject(input: { groupPath: "acme", slug: "../vault", name: "x" })',
    'createProject(input: { groupPath: "acme", slug: "new", name: " " })',
    'updateGroup(input: { fullPath: "acme", name: " " })',
    'transferProject(input: { fullPath: "acme/web", targetGroupPath: "acme" })',
    'transferProject(input: { fullPath: "acme/docs", targetGroupPath: "acme/platform/data" })',
  ])('explain in the payload what cannot be: %s', async (call) => {
    expect((await mutate('root', call)).data).toEqual({
      answer: { errors: [expect.stringMatching(/^[A-Z].+\.$/)] },
    });
  });
});

test('a transferred project takes everything along, and its members', async () => {
  const call = 'transferProject(input: { fullPath: "acme/web", targetGroupPath: "acme/platform" })';
  expect((await mutate('carol', call, 'errors project { fullPath }')).data).toEqual({
    answer: { errors: [], project: { fullPath: 'acme/platform/web' } },
  });
  const query = '{ project(fullPath: "acme/platform/web") { issues { totalCount } members { totalCount } } }';
  expect((await forge.ask('dave', query)).data).toEqual({
    project: { issues: { totalCount: 8 }, members: { totalCount: 2 } },
  });
});

describe('labels', () => {
  test('are kept by a project or by a group', async () => {
    const query =
      '{ group(fullPath: "acme") { labels { nodes { title project { id } group { fullPath } } } } project(fullPath: "acme/web") { labels { nodes { title project { fullPath } group { id } } } } }';
    expect((await forge.ask('alice', query)).data).toEqual({
      group: {
        labels: {
          nodes: ['customer', 'regression'].map((title) => ({
            title,
            project: null,
            group: { fullPath: 'acme' },
          })),
        },
      },
      project: {
        labels: {
          nodes: ['checkout', 'browser'].map((title) => ({
            title,
            project: { fullPath: 'acme/web' },
            group: null,
          })),
        },
      },
    });
  });

  test.each([
    'createLabel(input: { title: "x" })',
    'createLabel(input: { projectPath: "acme/web", groupPath: "acme", title: "x" })',
    'createLabel(input: { projectPath: "acme/web", title: "checkout" })',
    'createLabel(input: { groupPath: "acme", title: " " })',
    'createLabel(input: { groupPath: "acme", title: "x", color: "red" })',
  ])('explain in the payload what cannot be: %s', async (call) => {
    expect((await mutate('root', call)).data).toEqual({
      answer: { errors: [expect.stringMatching(/^[A-Z].+\.$/)] },
    });
  });
});

describe('members', () => {
  test('are made by maintainers, who give no more than they have', async () => {
    const add = (level: string) =>
      `addProjectMember(input: { projectPath: "acme/vault", username: "judy", accessLevel: ${level} })`;
    expect(codes(await mutate('alice', add('OWNER')))).toEqual(['FORBIDDEN']);
    expect(
      (await mutate('alice', add('MAINTAINER'), 'member { accessLevel user { username } }')).data,
    ).toEqual({
      answer: { member: { accessLevel: 'MAINTAINER', user: { username: 'judy' } } },
    });
    expect((await forge.ask('judy', '{ project(fullPath: "acme/vault") { fullPath } }')).data).toEqual({
      project: { fullPath: 'acme/vault' },
    });
  });

  test('who own a project are removed by owners only', async () => {
    const remove = 'removeProjectMember(input: { id: "gid://forge/ProjectMember/4" })';
    expect(codes(await mutate('alice', remove))).toEqual(['FORBIDDEN']);
    expect((await mutate('carol', remove)).data).toEqual({ answer: { errors: [] } });
  });

  test.each(['alice', 'nobody-of-this-name'])('cannot be made of %s', async (username) => {
    const call = `addProjectMember(input: { projectPath: "acme/vault", username: "${username}" })`;
    expect((await mutate('carol', call)).data).toEqual({ answer: { errors: [expect.any(String)] } });
  });
});
