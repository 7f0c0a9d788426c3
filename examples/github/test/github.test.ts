import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Ambit, createAmbit, type Grants, parseGrants } from 'ambit';
import { createGateway } from 'ambit/gateway';
import { loadPermissions, loadRules, readSchema, readYaml } from 'ambit/load';
import { type GraphQLSchema, isObjectType, isSpecifiedScalarType, validateSchema } from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { type FakeGitHub, fakeGitHub } from './fakeGitHub.ts';

const path = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
const operation = (name: string): string => readFileSync(path(`operations/${name}.graphql`), 'utf8');
const grantsIn = async (name: string): Promise<Grants> =>
  parseGrants(await readYaml(path(`grants/${name}.yml`)));

const triage = await grantsIn('triage-agent');
const place = { owner: 'octo-org', name: 'web' };

let schema: GraphQLSchema;
let warnings: readonly string[];
let ambit: Ambit;

beforeAll(async () => {
  ({ schema, warnings } = await readSchema(
    path('../../node_modules/@octokit/graphql-schema/schema.graphql'),
  ));
  ambit = createAmbit({
    schema,
    rules: await loadRules(path('rules.yml')),
    permissions: await loadPermissions(path('catalog')),
  });
});

describe('GitHub’s schema under rules.yml', () => {
  test('is read with the fields that it defines twice as warnings', () => {
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(/EnterpriseOwnerInfo\.repositoryDeployKeySetting` is defined twice/);
  });

  test('has no errors, rules and catalogue fitting each other', () => {
    expect(ambit.check().findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  });
});

test('every case of cases.yml passes in `ambit test`', async () => {
  const main = path('../../packages/ambit/dist/cli/main.js');
  const run = await promisify(execFile)(process.execPath, [main, 'test', path('cases.yml')]);
  expect(run.stdout).toMatch(/^16 passed, 0 failed$/m);
});

describe('the triage agent', () => {
  const decide = (name: string, variables: Record<string, unknown>, grants: Grants = triage) =>
    ambit.decide({ document: operation(name), variables, grants });

  test.each([
    ['list-issues', place],
    ['show-pull-request', { ...place, number: 2 }],
    ['comment-on-issue', { issue: 'web_I1', body: 'Thanks!' }],
  ])('may %s, as far as the repository is the named one', (name, variables) => {
    const decided = decide(name, variables);
    expect(decided.denied).toEqual([]);
    expect(decided.outcome).toBe('deferred');
    expect(decided.deferred.map(({ boundaryType }) => boundaryType)).not.toContain('owner');
  });

  test('may not merge', () => {
    const { outcome, denied } = decide('merge-pull-request', { pullRequest: 'web_P2' });
    expect(outcome).toBe('rejected');
    expect(denied.map(({ coordinate }) => coordinate)).toContain('Mutation.mergePullRequest');
  });

  test('gets of a greedy operation what it may have', () => {
    const { outcome, denied, operation: left } = decide('harvest', place);
    expect(outcome).toBe('filtered');
    expect(denied.map((one) => one.path.join('.'))).toEqual([
      'viewer',
      'repository.tempCloneToken',
      'repository.deployKeys.nodes',
      'repository.issues.nodes.author.email',
    ]);
    expect(left).not.toMatch(/viewer|tempCloneToken|deployKeys|email/);
  });

  const needed = (name: string, variables: Record<string, unknown>) =>
    ambit.needs({ document: operation(name), variables }).grants.granular?.flatMap((one) => one.permissions);

  test('needs two permissions to comment and read its own comment', () => {
    const variables = { issue: 'web_I1', body: '' };
    expect(needed('comment-on-issue', variables)).toEqual(['create_issue_comment', 'read_issue']);
  });

  // `author` is an interface. `needs` still asks for its types that no rule names, which nobody can be granted and
  // `decide` passes over. When it does as `decide` does, `` goes.
  test.each([
    ['list-issues', place, ['read_issue']],
    ['show-pull-request', { ...place, number: 2 }, ['read_pull_request']],
  ])('needs one permission to %s', (name, variables, permissions) => {
    expect(needed(name, variables)).toEqual(permissions);
  });

  test('may call one mutation of 247', () => {
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
    expect(mutations.length).toBeGreaterThan(200);
    expect(Object.keys(ambit.mask(triage).getMutationType()?.getFields() ?? {})).toEqual(['addComment']);
  });

  test('loses everything with its permissions', () => {
    const nothing: Grants = { subject: 'triage-agent' };
    expect(decide('list-issues', place, nothing).outcome).toBe('rejected');
    expect(decide('comment-on-issue', { issue: 'web_I1', body: '' }, nothing).outcome).toBe('rejected');
  });
});

describe('the mask', () => {
  const fieldsOf = (mask: GraphQLSchema, name: string): string[] => {
    const type = mask.getType(name);
    return isObjectType(type) ? Object.keys(type.getFields()).sort() : [];
  };

  test('is a valid schema, a tenth of the whole', () => {
    const mask = ambit.mask(triage);
    expect(validateSchema(mask)).toEqual([]);
    const types = Object.values(mask.getTypeMap()).filter(
      (type) => !isSpecifiedScalarType(type) && !type.name.startsWith('__'),
    );
    expect(types.length).toBeLessThan(Object.keys(schema.getTypeMap()).length / 10);
  });

  // A newer schema that tells more of a person fails here, and somebody decides.
  test('shows of people what belongs to what they wrote, and nothing else', () => {
    expect(fieldsOf(ambit.mask(triage), 'User')).toEqual(PERSON);
  });

  test('opens no other door into GitHub', () => {
    expect(fieldsOf(ambit.mask(triage), 'Query')).toEqual(['rateLimit', 'repository']);
  });

  test('of a token that holds nothing has the rate limit alone', () => {
    expect(fieldsOf(ambit.mask({}), 'Query')).toEqual(['rateLimit']);
    expect(ambit.mask({}).getMutationType()).toBeUndefined();
  });
});

const PERSON = ['avatarUrl', 'id', 'login', 'name', 'resourcePath', 'url'];

describe('behind the gateway', () => {
  const ask = async (document: string, variables: object = {}, grants: Grants = triage) => {
    const github: FakeGitHub = fakeGitHub(schema);
    const { upstream } = github;
    const gateway = createGateway({ ambit, upstream, authenticate: async () => ({ grants }) });
    const response = await gateway(
      new Request('http://gateway.test/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: document, variables }),
      }),
    );
    const text = await response.text();
    return { status: response.status, text, body: JSON.parse(text), github };
  };

  test('the issues of the named repository come', async () => {
    const { body } = await ask(operation('list-issues'), place);
    expect(body.errors).toBeUndefined();
    expect(body.data.repository.issues.nodes).toMatchObject([
      { title: 'canary-web-issue', author: { login: 'web-writer' }, labels: { nodes: [{ name: 'bug' }] } },
    ]);
  });

  test('another repository looks like one that does not exist', async () => {
    const other = await ask(operation('list-issues'), { ...place, name: 'vault' });
    const none = await ask(operation('list-issues'), { ...place, name: 'no-such-thing' });
    expect(other.body.data).toEqual({ repository: null });
    expect(other.text).toBe(none.text);
  });

  test('a comment is written in the named repository', async () => {
    const { body, github } = await ask(operation('comment-on-issue'), { issue: 'web_I1', body: 'On it.' });
    expect(body.data.addComment.commentEdge.node.body).toBe('On it.');
    expect(github.comments('web_I1')).toEqual(['On it.']);
  });

  test('in another repository, or on nothing, no comment is written and none is sent', async () => {
    for (const issue of ['vault_I1', 'no_such_thing']) {
      const { body, github } = await ask(operation('comment-on-issue'), { issue, body: 'Hello' });
      expect(body.data?.addComment ?? null).toBeNull();
      expect(body.errors[0].extensions.code).toBe('NOT_FOUND');
      expect(github.comments(issue)).toEqual([]);
      expect(github.sent.filter((document) => document.includes('mutation'))).toEqual([]);
    }
  });

  test('a merge never leaves the gateway', async () => {
    const { status, github } = await ask(operation('merge-pull-request'), { pullRequest: 'web_P2' });
    expect(status).toBe(403);
    expect(github.sent).toEqual([]);
  });

  test('no secret comes with a greedy operation', async () => {
    const { text } = await ask(operation('harvest'), place);
    expect(text).not.toMatch(/canary-(?!web-issue)/);
  });

  test('people are not seen without what they hang on', async () => {
    const reviewer: Grants = {
      granular: [{ permissions: ['read_pull_request'], boundary: { repository: 'octo-org/web' } }],
    };
    const inside = (selection: string): string =>
      `{ repository(owner: "octo-org", name: "web") { ${selection} } }`;
    for (const selection of [
      'issue(number: 1) { author { login } }',
      'issue(number: 1) { assignees(first: 5) { totalCount nodes { login } } }',
      'assignableUsers(first: 5) { totalCount nodes { login } }',
    ]) {
      const { text } = await ask(inside(selection), {}, reviewer);
      expect(text, selection).not.toMatch(/web-writer|totalCount":1/);
    }
  });

  test('a grant on the owner covers its repositories, and in any case of letters', async () => {
    const report = await grantsIn('weekly-report');
    for (const name of ['web', 'vault']) {
      const { body } = await ask(operation('list-issues'), { owner: 'Octo-Org', name }, report);
      expect(body.data.repository.issues.nodes[0].title).toBe(`canary-${name}-issue`);
    }
  });
});
