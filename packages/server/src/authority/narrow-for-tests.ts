import { createAmbit } from 'ambit';

import type { Narrow } from '../narrow.ts';

const permission = (name: string): string =>
  `@requiresPermissions(permissions: ["${name}"], boundaryType: "project", boundaryArgument: "at")`;
const ambit = createAmbit({
  schema: `type Query {
    read: String @requiresScopes(scopes: [["read"]])
    write: String @requiresScopes(scopes: [["write"]])
    issue(at: ID!): String ${permission('read_issue')}
    newIssue(at: ID!): String ${permission('create_issue')}
  }`,
  boundaries: { project: {} },
  // Before anything of a test has expired.
  now: () => 0,
});

/** How grants are made less where scopes are `read` and `write`, and permissions about issues of projects. For tests. */
export const narrowForTests: Narrow = (parent, request) => ambit.narrow(parent, request);
