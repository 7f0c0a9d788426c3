import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AskableForge, askableForge, codes, field } from './askForge.ts';

interface IssuesPage {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly iid: string } }[];
  readonly nodes: readonly { readonly iid: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

let forge: AskableForge;
beforeAll(async () => {
  forge = await askableForge();
});
afterAll(() => forge.close());

describe('global ids', () => {
  test('find each kind of object', async () => {
    const ids = [
      'User/2',
      'Group/1',
      'Project/1',
      'Issue/1',
      'MergeRequest/1',
      'Note/1',
      'CiVariable/1',
      'ProjectMember/1',
      'GroupMember/1',
      'Label/1',
      'AccessKey/1',
    ];
    for (const id of ids.map((path) => `gid://forge/${path}`)) {
      const answer = await forge.ask('root', 'query ($id: ID!) { node(id: $id) { __typename id } }', { id });
      expect(answer.data).toEqual({ node: { __typename: id.split('/')[3], id } });
    }
  });

  test.each([
    '1',
    'gid://forge/Issue/0',
    'gid://forge/Issue/01',
    'gid://forge/issue/1',
    'gid://other/Issue/1',
    'gid://forge/Issue/1 ',
    'gid://forge/Issue/99999',
    'gid://forge/Secret/1',
  ])('have one spelling, so %j finds nothing', async (id) => {
    expect(await forge.ask('root', 'query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({
      data: { node: null },
    });
  });

  test('keep their places in a list', async () => {
    const ids = [
      'gid://forge/Issue/2',
      'gid://forge/Issue/99999',
      'gid://forge/Issue/5',
      'gid://forge/Issue/1',
    ];
    const answer = await forge.ask('mallory', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    expect(answer).toEqual({ data: { nodes: [{ id: ids[0] }, null, null, { id: ids[3] }] } });
  });

  test('are limited to a hundred at a time', async () => {
    const ids = Array.from({ length: 101 }, (_, index) => `gid://forge/Issue/${index + 1}`);
    expect(
      codes(await forge.ask('root', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })),
    ).toEqual(['BAD_USER_INPUT']);
  });

  test('of another kind find nothing in a field of one kind', async () => {
    const answer = await forge.ask(
      'root',
      '{ issue(id: "gid://forge/Note/1") { id } mergeRequest(id: "gid://forge/Issue/1") { id } }',
    );
    expect(answer).toEqual({ data: { issue: null, mergeRequest: null } });
  });
});

describe('pages', () => {
  const query = /* GraphQL */ `
    query ($first: Int, $after: String) {
      project(fullPath: "acme/web") {
        issues(first: $first, after: $after) {
          edges { cursor node { iid } }
          nodes { iid }
          pageInfo { hasNextPage hasPreviousPage endCursor }
          totalCount
        }
      }
    }
  `;
  const page = async (variables: Record<string, unknown>): Promise<IssuesPage> => {
    return field<{ issues: IssuesPage }>(await forge.ask('alice', query, variables), 'project').issues;
  };

  test('put together are the whole list, in order and once each', async () => {
    const iids: string[] = [];
    const flags: boolean[] = [];
    let after: string | null = null;
    do {
      const { nodes, edges, pageInfo, totalCount }: IssuesPage = await page({ first: 3, after });
      expect(edges.map(({ node }) => node)).toEqual(nodes);
      expect(totalCount).toBe(8);
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      iids.push(...nodes.map(({ iid }) => iid));
      flags.push(pageInfo.hasNextPage);
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(iids).toEqual(['1', '2', '3', '4', '5', '6', '7', '8']);
    expect(flags).toEqual([true, true, false]);
  });

  test('may be empty', async () => {
    const { nodes, pageInfo } = await page({ first: 0 });
    expect(nodes).toEqual([]);
    expect(pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false, endCursor: null });
  });

  test.each([{ first: -1 }, { first: 101 }, { after: 'nonsense' }, { after: '' }])(
    'refuse %j',
    async (variables) => {
      expect(codes(await forge.ask('alice', query, variables))).toEqual(['BAD_USER_INPUT']);
    },
  );

  test('take a null for nothing said', async () => {
    expect((await page({ first: null, after: null })).nodes).toHaveLength(8);
  });
});

describe('filters and fields', () => {
  test('give issues by state', async () => {
    const count = (state: string) =>
      `project(fullPath: "acme/web") { issues(state: ${state}) { totalCount nodes { state } } }`;
    const { data } = await forge.ask('alice', `{ open: ${count('OPEN')} closed: ${count('CLOSED')} }`);
    const { open, closed } = data as Record<
      string,
      { issues: { totalCount: number; nodes: { state: string }[] } }
    >;
    expect((open?.issues.totalCount ?? 0) + (closed?.issues.totalCount ?? 0)).toBe(8);
    expect(new Set(open?.issues.nodes.map(({ state }) => state))).toEqual(new Set(['OPEN']));
  });

  test('give the projects of a group with and without those below', async () => {
    const query =
      '{ group(fullPath: "acme") { own: projects { totalCount } all: projects(includeSubgroups: true) { totalCount } issues { totalCount } } }';
    expect((await forge.ask('root', query)).data?.group).toMatchObject({
      own: { totalCount: 8 },
      all: { totalCount: 18 },
    });
  });

  test('lead from a note to what it is about and back', async () => {
    const query =
      '{ project(fullPath: "acme/web") { issue(iid: "1") { id notes(first: 1) { nodes { noteable { id project { fullPath } } } } } } }';
    const { data } = await forge.ask('alice', query);
    expect(data?.project).toEqual({
      issue: {
        id: 'gid://forge/Issue/1',
        notes: { nodes: [{ noteable: { id: 'gid://forge/Issue/1', project: { fullPath: 'acme/web' } } }] },
      },
    });
  });

  test('name the caller', async () => {
    const query = '{ currentUser { username email } other: user(username: "bob") { username email } }';
    expect((await forge.ask('alice', query)).data).toEqual({
      currentUser: { username: 'alice', email: 'canary-user_email-2-instance@forge.example' },
      other: { username: 'bob', email: null },
    });
    expect((await forge.ask(null, '{ currentUser { username } }')).data).toEqual({ currentUser: null });
  });

  test('list members', async () => {
    const query = '{ project(fullPath: "acme/web") { members { nodes { accessLevel user { username } } } } }';
    expect((await forge.ask('alice', query)).data?.project).toEqual({
      members: {
        nodes: [
          { accessLevel: 'OWNER', user: { username: 'alice' } },
          { accessLevel: 'DEVELOPER', user: { username: 'bob' } },
        ],
      },
    });
  });
});
