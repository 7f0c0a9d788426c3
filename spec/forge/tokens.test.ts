import { createForge, type ForgeData } from '@ambit/example-forge';
import type { Grants, MembershipSource, Sources } from 'ambit';
import { describe, expect, it } from 'vitest';
import { forgeEngine, openForge } from './world.ts';

/** Tokens of every sort over Forge: what a team tries by hand before it hands one out. */

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code?: string } }[];
}

const ask = async (
  document: string,
  grants: Grants,
  sources: Sources = {},
  subject = grants.subject ?? 'root',
): Promise<Answer> =>
  JSON.parse(JSON.stringify(await openForge(subject, sources).execute({ document, grants }))) as Answer;
const codes = ({ errors }: Answer) => (errors ?? []).map(({ extensions }) => extensions.code);

describe('passing through (M12)', () => {
  it('a token for labels alone reads those of a group, and not the name of the group', async () => {
    const grants = { granular: [{ permissions: ['read_label'], boundary: { group: 'acme' } }] };
    const titles = '{ group(fullPath: "acme") { labels { nodes { title } } } }';
    expect((await ask(titles, grants)).data).toEqual({
      group: { labels: { nodes: [{ title: 'customer' }, { title: 'regression' }] } },
    });
    const named = await ask(titles.replace('labels', 'name labels'), grants);
    expect(named.data).toMatchObject({ group: { name: null } });
    expect(named.errors?.map(({ message }) => message)).toEqual([
      'not permitted: `Group` needs permission `read_group` in its group',
    ]);
  });
});

describe('several places (M15)', () => {
  const move =
    'mutation { transferProject(input: { fullPath: "acme/web", targetGroupPath: "acme/platform" }) { errors } }';
  const source = { permissions: ['transfer_project'], boundary: { project: 'acme/web' } };
  const target = { permissions: ['create_project'], boundary: { group: 'acme/platform' } };

  it('a transfer needs the source and the target', async () => {
    expect((await ask(move, { granular: [source, target] })).data).toEqual({
      transferProject: { errors: [] },
    });
    expect(codes(await ask(move, { granular: [source] }))).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    expect(codes(await ask(move, { granular: [target] }))).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
    const wrong = { ...target, boundary: { group: 'acme-labs' } };
    expect(codes(await ask(move, { granular: [source, wrong] }))).toEqual(['NOT_FOUND']);
  });

  const label = (where: string) => `mutation { createLabel(input: { ${where}, title: "new" }) { errors } }`;
  it.each([
    ['projectPath: "acme/web"', { project: 'acme/web' }, []],
    ['projectPath: "acme/web"', { group: 'acme' }, []],
    ['projectPath: "acme/web"', { group: 'acme-labs' }, ['NOT_FOUND']],
    ['groupPath: "acme"', { group: 'acme' }, []],
    ['groupPath: "acme"', { project: 'acme/web' }, ['NOT_FOUND']],
    ['groupPath: null', { group: 'acme' }, ['NOT_FOUND']],
  ])('a label at %s with a grant in %j', async (where, boundary, expected) => {
    const grants = { granular: [{ permissions: ['update_label'], boundary: boundary as { group: string } }] };
    expect(codes(await ask(label(where), grants))).toEqual(expected);
  });
});

describe('the own person (M13)', () => {
  const own: Grants = {
    subject: 'root',
    granular: [
      { permissions: ['read_access_key', 'delete_access_key', 'update_preferences'], boundary: 'user' },
    ],
  };

  it('an administrator with a token for the own keys sees no others', async () => {
    const { data } = (await ask('{ accessKeys { title } }', own)) as {
      data: { accessKeys: { title: string }[] };
    };
    expect(data.accessKeys.map(({ title }) => title)).toEqual(
      ['Laptop', 'Desk', 'Rescue disk', 'Console', 'Deployment'].map((name) => `${name} of root`),
    );
  });

  it.each([
    'destroyAccessKey(input: { id: "gid://forge/AccessKey/6" })',
    'updatePreferences(input: { username: "alice", theme: DARK })',
  ])('nor changes what is of others: %s', async (call) => {
    expect(codes(await ask(`mutation { ${call} { errors } }`, own))).toEqual(['NOT_FOUND']);
  });
});

describe('scopes (M16, M17)', () => {
  it('`read_api` reads and changes nothing', async () => {
    const grants = { scopes: ['read_api'] };
    expect((await ask('{ statistics { people } }', grants)).data).toEqual({ statistics: { people: 12 } });
    const call = 'mutation { updateAnnouncement(input: { text: "x" }) { errors } }';
    expect(codes(await ask(call, grants))).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
  });

  it('a scope for one mutation carries that one, in every place', async () => {
    const grants = { subject: 'root', scopes: ['api:graphql:mutate:createLabel'] };
    const label = 'mutation { createLabel(input: { groupPath: "acme-labs", title: "new" }) { errors } }';
    expect((await ask(label, grants)).data).toEqual({ createLabel: { errors: [] } });
    const other = 'mutation { destroyLabel(input: { id: "gid://forge/Label/1" }) { errors } }';
    expect(codes(await ask(other, grants))).toEqual(['UNAUTHORIZED_FIELD_OR_TYPE']);
  });
});

describe('memberships (M18)', () => {
  /** What Forge itself knows of memberships. */
  const membershipsOf =
    (data: ForgeData): MembershipSource =>
    (subjects) =>
      subjects.map((subject) => {
        const user = data.users.find(({ username }) => username === subject);
        if (!user) return null;
        const own = ({ userId }: { readonly userId: number }): boolean => userId === user.id;
        return {
          project: data.projectMembers
            .filter(own)
            .map(({ projectId }) => data.projects.require(projectId).fullPath),
          group: data.groupMembers.filter(own).map(({ groupId }) => data.groups.require(groupId).fullPath),
        };
      });
  const source = membershipsOf(createForge().data);
  const projects = '{ projects(first: 100) { nodes { fullPath } } }';
  const paths = (answer: Answer) =>
    ((answer.data as { projects: { nodes: { fullPath: string }[] } } | undefined)?.projects.nodes ?? []).map(
      ({ fullPath }) => fullPath,
    );

  it('a token for all memberships holds where its subject is a member, and below', async () => {
    const held = (subject: string) =>
      ask(
        projects,
        { subject, granular: [{ permissions: ['read_project'], boundary: 'all_memberships' }] },
        { memberships: source },
      );
    expect(paths(await held('alice'))).toEqual(['acme/web', 'acme/vault']);
    expect(paths(await held('erin'))).toEqual(
      ['warehouse', 'pipelines', 'reports', 'schemas'].map((name) => `acme/platform/data/${name}`),
    );
    expect(paths(await held('mallory'))).toEqual([]);
  });

  it('with limits, a token holds nothing where its subject is no member, whoever wrote it', async () => {
    const grants = (subject: string): Grants => ({
      subject,
      granular: [{ permissions: ['read_project'], boundary: { group: 'acme' } }],
    });
    const limited: Sources = { memberships: { source, limits: true } };
    expect(paths(await ask(projects, grants('alice'), limited, 'root'))).toEqual(['acme/web', 'acme/vault']);
    expect(paths(await ask(projects, grants('mallory'), limited, 'root'))).toEqual([]);
  });
});

describe('the switch (M22)', () => {
  it('turns granular tokens off for those whom it names, and no others', async () => {
    const granular = (subject: string | undefined): boolean => subject !== 'bob';
    const grants = (subject: string): Grants => ({
      subject,
      granular: [{ permissions: ['read_issue'], boundary: { project: 'acme/web' } }],
    });
    const query = '{ project(fullPath: "acme/web") { issue(iid: 1) { title } } }';
    expect(codes(await ask(query, grants('bob'), { granular }))).toEqual(['GRANULAR_TOKENS_OFF']);
    expect(codes(await ask(query, grants('alice'), { granular }))).toEqual([]);
    expect(codes(await ask(query, { subject: 'bob', scopes: ['api'] }, { granular }))).toEqual([]);
  });
});

describe('listening (M25)', () => {
  it('delivers notes of the place one by one, and ends with the credential', async () => {
    const { schema } = createForge();
    const ambit = forgeEngine(schema);
    const contextValue = { subject: 'alice' };
    const revoked = new AbortController();
    const stream = await ambit.execute({
      document: 'subscription { noteAdded(projectPath: "acme/web") { body author { username } } }',
      grants: {
        subject: 'alice',
        granular: [
          { permissions: ['read_note'], boundary: { project: 'acme/web' } },
          { permissions: ['read_user'], boundary: 'instance' },
        ],
      },
      credential: { signal: revoked.signal },
      contextValue,
    });
    if (!('next' in stream)) throw new Error(`no stream came: ${JSON.stringify(stream)}`);
    const first = stream.next();
    for (const [path, body] of [
      ['acme/vault', 'Elsewhere'],
      ['acme/web', 'One'],
      ['acme/web', 'Two'],
    ])
      await ambit.execute({
        document: `mutation { createNote(input: { projectPath: "${path}", issueIid: 1, body: "${body}" }) { errors } }`,
        grants: { scopes: ['api'] },
        contextValue,
      });
    const note = (body: string) => ({ data: { noteAdded: { body, author: { username: 'alice' } } } });
    expect(JSON.parse(JSON.stringify((await first).value))).toEqual(note('One'));
    expect(JSON.parse(JSON.stringify((await stream.next()).value))).toEqual(note('Two'));
    revoked.abort();
    expect((await stream.next()).value).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});
