import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createForge, globalId, listCanaries } from '../src/index.ts';
import { type AskableForge, askableForge } from './askForge.ts';

const everything = /* GraphQL */ `
  query ($ids: [ID!]!) {
    nodes(ids: $ids) {
      id
      ... on Group { description }
      ... on Project { description runnersToken }
      ... on Issue { description }
      ... on MergeRequest { description }
      ... on Note { body noteable { ... on Issue { description } } }
      ... on CiVariable { value }
      ... on User { email }
    }
  }
`;

describe('what a person sees', () => {
  const { data } = createForge();
  const canaries = listCanaries(data);
  const { users, groups, projects, issues, mergeRequests, notes, ciVariables } = data;
  const tables = [users.all(), groups.all(), projects.all(), issues.all(), mergeRequests.all(), notes.all()];
  const ids = [...tables.flat(), ...ciVariables.all()].map((record) => globalId(record));
  let forge: AskableForge;
  beforeAll(async () => {
    forge = await askableForge();
  });
  afterAll(() => forge.close());

  /** All canaries that a person can read by asking for every object there is. */
  async function found(subject: string | null): Promise<typeof canaries> {
    const answers: string[] = [];
    for (let from = 0; from < ids.length; from += 100) {
      const answer = await forge.ask(subject, everything, { ids: ids.slice(from, from + 100) });
      expect(answer.errors).toBeUndefined();
      answers.push(JSON.stringify(answer));
    }
    const text = answers.join('\n');
    return canaries.filter((canary) => text.includes(canary.text));
  }

  const places = (some: typeof canaries) => [...new Set(some.map(({ projectPath }) => projectPath))].sort();

  test.each([null, 'nobody-of-this-name', '', 'ALICE'])(
    'is no secret when the subject is %j',
    async (subject) => {
      expect(await found(subject)).toEqual([]);
    },
  );

  test('is only her own address when she is a member of nothing', async () => {
    expect((await found('mallory')).map(({ text }) => text)).toEqual(['canary-user_email-12-instance']);
  });

  test('is all of her own projects and nothing of others', async () => {
    const expected = canaries.filter(({ projectPath, text }) =>
      projectPath === null
        ? text === 'canary-user_email-2-instance'
        : ['acme/web', 'acme/vault'].includes(projectPath),
    );
    expect(await found('alice')).toEqual(expected);
  });

  test('holds no CI variables and no runner tokens below maintainer', async () => {
    const seen = await found('bob');
    expect(places(seen)).toEqual(['acme/web', null].sort());
    expect(seen.map(({ permission }) => permission)).not.toContain('read_ci_variable');
    expect(seen.map(({ permission }) => permission)).not.toContain('read_runner_token');
  });

  test('reaches down from a group and neither up nor to its namesakes', async () => {
    const seen = places((await found('carol')).filter(({ projectPath }) => projectPath !== null));
    expect(seen).toEqual(places(canaries.filter(({ projectPath }) => projectPath?.startsWith('acme/'))));
    expect(places(await found('grace')).filter((place) => place !== null)).toEqual([
      'acme-labs/research/papers',
      'acme-labs/research/sensors',
      'acme-labs/research/simulator',
    ]);
  });

  test('is everything for an administrator', async () => {
    expect(await found('root')).toEqual(canaries);
  });

  test('is the same for a hidden project as for none', async () => {
    const query = '{ project(fullPath: "PATH") { id name issues { totalCount } } }';
    const [hidden, missing] = await Promise.all([
      forge.ask('bob', query.replace('PATH', 'acme/vault')),
      forge.ask('bob', query.replace('PATH', 'acme/nothing')),
    ]);
    expect(hidden).toEqual({ data: { project: null } });
    expect(hidden).toEqual(missing);
  });

  test('counts only what can be seen', async () => {
    const query =
      '{ project(fullPath: "acme/web") { openIssuesCount issues { totalCount nodes { confidential } } } }';
    const counts = await Promise.all(['bob', 'mallory'].map((subject) => forge.ask(subject, query)));
    expect(counts.map(({ data }) => data?.project)).toMatchObject([
      { issues: { totalCount: 8 } },
      { issues: { totalCount: 7 } },
    ]);
  });

  test('shows a private group to members of a project in it', async () => {
    const query = '{ group(fullPath: "acme-labs/research") { fullPath projects { nodes { fullPath } } } }';
    expect((await forge.ask('mallory', query)).data).toEqual({ group: null });
    expect((await forge.ask('ivan', query)).data).toEqual({
      group: {
        fullPath: 'acme-labs/research',
        projects: { nodes: [{ fullPath: 'acme-labs/research/papers' }] },
      },
    });
  });

  test('is searched by names and titles, never by bodies', async () => {
    const query = 'query ($text: String!) { search(text: $text) { __typename ... on Issue { title } } }';
    expect((await forge.ask('root', query, { text: 'canary-' })).data).toEqual({ search: [] });
    expect((await forge.ask('bob', query, { text: 'recovery shares' })).data).toEqual({ search: [] });
    expect((await forge.ask('alice', query, { text: 'recovery shares' })).data).toEqual({
      search: [{ __typename: 'Issue', title: 'Write down who holds the recovery shares' }],
    });
  });
});
