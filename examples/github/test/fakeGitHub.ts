import type { Upstream } from 'ambit/gateway';
import { type GraphQLSchema, graphql } from 'graphql';

interface Note {
  readonly id: string;
  readonly body: string;
}

/** A few objects behind GitHub's own schema, as the gateway's credential would see them: all of them. */
export interface FakeGitHub {
  readonly upstream: Upstream;
  /** Bodies of the comments on an issue. */
  comments(issue: string): readonly string[];
  /** Every document that was sent here. */
  readonly sent: readonly string[];
}

/** `octo-org/web` and the private `octo-org/vault`, each with issue 1, pull request 2 and a member. */
export function fakeGitHub(schema: GraphQLSchema): FakeGitHub {
  const sent: string[] = [];
  const notes = new Map<string, Note[]>();
  const nodes = new Map<string, object>();
  const repositories = new Map([
    ['octo-org/web', repositoryOf('web', nodes, notes)],
    ['octo-org/vault', repositoryOf('vault', nodes, notes)],
  ]);
  const rootValue = {
    repository: ({ owner, name }: { owner: string; name: string }) =>
      repositories.get(`${owner}/${name}`.toLowerCase()),
    node: ({ id }: { id: string }) => nodes.get(id) ?? null,
    viewer: { __typename: 'User', login: 'gateway-account', email: 'canary-viewer-email' },
    rateLimit: { remaining: 4999 },
    addComment({ input }: { input: { subjectId: string; body: string } }) {
      const written = notes.get(input.subjectId) ?? [];
      const note = { id: `${input.subjectId}_C${written.length}`, body: input.body };
      notes.set(input.subjectId, [...written, note]);
      const name = input.subjectId.split('_')[0] ?? '';
      return { commentEdge: { node: commentOf(name, note) }, subject: nodes.get(input.subjectId) };
    },
  };
  return {
    sent,
    comments: (issue) => (notes.get(issue) ?? []).map(({ body }) => body),
    async upstream({ query, variables, operationName }) {
      sent.push(query);
      const body = await graphql({
        schema,
        source: query,
        rootValue,
        variableValues: variables,
        operationName,
      });
      return { status: 200, body: JSON.parse(JSON.stringify(body)) };
    },
  };
}

function commentOf(name: string, { id, body }: Note): object {
  return {
    __typename: 'IssueComment',
    id,
    body,
    url: `https://github.com/octo-org/${name}/issues/1#${id}`,
    author: person(name),
    repository: { nameWithOwner: `octo-org/${name}` },
  };
}

function person(name: string): object {
  return { __typename: 'User', id: `U_${name}`, login: `${name}-writer`, email: `canary-${name}-email` };
}

function repositoryOf(name: string, nodes: Map<string, object>, notes: Map<string, Note[]>): object {
  const list = <T>(items: readonly T[]): object => ({ totalCount: items.length, nodes: items });
  const repository = {
    __typename: 'Repository',
    nameWithOwner: `octo-org/${name}`,
    tempCloneToken: `canary-${name}-clone-token`,
    issue: () => issue,
    issues: () => list([issue]),
    pullRequest: () => pullRequest,
    assignableUsers: () => list([person(name)]),
  };
  const common = { author: person(name), assignees: () => list([person(name)]), repository };
  const issue = {
    ...common,
    __typename: 'Issue',
    id: `${name}_I1`,
    number: 1,
    url: `https://github.com/octo-org/${name}/issues/1`,
    title: `canary-${name}-issue`,
    labels: () => list([{ name: 'bug', repository }]),
    comments: () => list((notes.get(`${name}_I1`) ?? []).map((note) => commentOf(name, note))),
  };
  const pullRequest = {
    ...common,
    __typename: 'PullRequest',
    id: `${name}_P2`,
    title: `canary-${name}-pull-request`,
    files: () => list([{ path: `canary-${name}-path` }]),
  };
  nodes.set(issue.id, issue);
  nodes.set(pullRequest.id, pullRequest);
  return repository;
}
