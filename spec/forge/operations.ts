import type { MatrixOperation } from 'ambit/testing';

/** One operation for each root field of Forge, with the raw permissions that it is meant to need. */

const issue = 'gid://forge/Issue/1';
/** What stands behind an interface or a union. */
const hidden: MatrixOperation = { isAbstract: true };
const places = { project: 'acme/web', group: 'acme' };

function query(
  document: string,
  permissions: readonly string[],
  more: MatrixOperation = {},
): MatrixOperation {
  return { document, permissions, places, ...more };
}

function mutation(
  name: string,
  input: Readonly<Record<string, unknown>>,
  selection: string,
  permissions: readonly string[],
): MatrixOperation {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) { errors ${selection} } }`;
  return { document, variables: { input }, permissions, places };
}

const queries: Readonly<Record<string, MatrixOperation>> = {
  node: query(`{ node(id: "${issue}") { ... on Issue { title } } }`, ['read_issue'], hidden),
  nodes: query(`{ nodes(ids: ["${issue}"]) { ... on Issue { title } } }`, ['read_issue'], hidden),
  search: query(
    '{ search(text: "Safari", kinds: [ISSUE]) { ... on Issue { title } } }',
    ['read_issue'],
    hidden,
  ),
  version: { arguments: {}, permissions: [] },
  project: {
    arguments: { fullPath: 'acme/web' },
    permissions: ['read_project', 'read_issue', 'read_runner_token'],
  },
  projects: query('{ projects { nodes { fullPath } } }', ['read_project'], { lists: true }),
  group: { arguments: { fullPath: 'acme' }, permissions: ['read_group'] },
  groups: query(
    '{ groups { nodes { fullPath labels { nodes { title } } } } }',
    ['read_group', 'read_label'],
    { lists: true },
  ),
  issue: query(`{ issue(id: "${issue}") { title notes(first: 2) { totalCount nodes { body } } } }`, [
    'read_issue',
    'read_note',
  ]),
  mergeRequest: {
    arguments: { id: 'gid://forge/MergeRequest/1' },
    places,
    permissions: ['read_merge_request'],
  },
  user: { arguments: { username: 'bob' }, permissions: ['read_user', 'read_user_email'] },
  users: query('{ users { totalCount nodes { username } } }', ['read_user']),
  currentUser: { arguments: {}, permissions: ['read_user', 'read_user_email'] },
  preferences: { arguments: {}, permissions: ['read_preferences'] },
  accessKeys: { arguments: {}, permissions: ['read_access_key'] },
  statistics: { arguments: {}, permissions: ['read_statistics'] },
  announcement: { arguments: {}, permissions: [] },
};

const work: readonly (readonly [
  name: string,
  input: Readonly<Record<string, unknown>>,
  selection: string,
  permissions: readonly string[],
])[] = [
  [
    'createIssue',
    { projectPath: 'acme/web', title: 'New' },
    'issue { title }',
    ['create_issue', 'read_issue'],
  ],
  [
    'updateIssue',
    { id: issue, title: 'Other', confidential: true },
    'issue { title confidential }',
    ['update_issue', 'update_issue_confidentiality', 'read_issue'],
  ],
  ['destroyIssue', { id: issue }, 'issueId', ['delete_issue']],
  ['moveIssue', { id: issue, targetProjectPath: 'acme/docs' }, 'issueId', ['move_issue', 'create_issue']],
  [
    'assignIssue',
    { id: issue, usernames: ['bob'] },
    'issue { assignees { username } }',
    ['assign_issue', 'read_user'],
  ],
  [
    'createNote',
    { projectPath: 'acme/web', mergeRequestIid: '1', body: 'Fine' },
    'note { body }',
    ['create_note', 'read_note'],
  ],
  ['updateNote', { id: 'NOTE', body: 'Other' }, 'note { body }', ['update_note', 'read_note']],
  ['destroyNote', { id: 'NOTE' }, 'noteId', ['delete_note']],
  [
    'createMergeRequest',
    { projectPath: 'acme/web', title: 'New', sourceBranch: 'new' },
    'mergeRequest { title }',
    ['create_merge_request', 'read_merge_request'],
  ],
  [
    'updateMergeRequest',
    { id: 'gid://forge/MergeRequest/1', stateEvent: 'MERGE' },
    'mergeRequest { state }',
    ['update_merge_request', 'accept_merge_request', 'read_merge_request'],
  ],
  [
    'mergeMergeRequest',
    { id: 'gid://forge/MergeRequest/1' },
    'mergeRequest { state }',
    ['accept_merge_request', 'read_merge_request'],
  ],
  [
    'createLabel',
    { projectPath: 'acme/web', title: 'new' },
    'label { title }',
    ['create_label', 'read_label'],
  ],
  ['destroyLabel', { id: 'gid://forge/Label/5' }, 'labelId', ['delete_label']],
];

const settings: typeof work = [
  [
    'createGroup',
    { parentPath: 'acme', slug: 'new', name: 'New' },
    'group { name }',
    ['create_group', 'read_group'],
  ],
  ['updateGroup', { fullPath: 'acme', name: 'Other' }, 'group { name }', ['update_group', 'read_group']],
  ['createProject', { groupPath: 'acme', slug: 'new', name: 'New' }, 'projectId', ['create_project']],
  [
    'transferProject',
    { fullPath: 'acme/web', targetGroupPath: 'acme/platform' },
    'projectId',
    ['transfer_project', 'create_project'],
  ],
  [
    'addProjectMember',
    { projectPath: 'acme/web', username: 'dave' },
    'member { accessLevel }',
    ['create_member', 'read_member'],
  ],
  ['removeProjectMember', { id: 'gid://forge/ProjectMember/3' }, 'memberId', ['delete_member']],
  [
    'updateProject',
    { fullPath: 'acme/web', name: 'Other' },
    'project { name }',
    ['update_project', 'read_project'],
  ],
  ['deleteProject', { fullPath: 'acme/web' }, 'projectId', ['delete_project']],
  [
    'createCiVariable',
    { projectPath: 'acme/web', key: 'NEW', value: 'v' },
    'ciVariable { value }',
    ['create_ci_variable', 'read_ci_variable'],
  ],
  ['destroyCiVariable', { id: 'gid://forge/CiVariable/1' }, 'ciVariableId', ['delete_ci_variable']],
  [
    'updatePreferences',
    { username: 'root', theme: 'DARK' },
    'preferences { theme }',
    ['update_preferences', 'read_preferences'],
  ],
  ['destroyAccessKey', { id: 'gid://forge/AccessKey/1' }, 'accessKeyId', ['delete_access_key']],
  ['updateAnnouncement', { text: 'Other' }, 'announcement { text }', ['update_announcement']],
];

/** By root field; `note` is the id of a note in `acme/web`. */
export function forgeOperations(note: string): Readonly<Record<string, MatrixOperation>> {
  const mutations = [...work, ...settings].map(([name, input, selection, permissions]) => {
    const own = input['id'] === 'NOTE' ? { ...input, id: note } : input;
    return [`Mutation.${name}`, mutation(name, own, selection, permissions)] as const;
  });
  const listening = query('subscription { noteAdded(projectPath: "acme/web") { body internal } }', [
    'read_note',
  ]);
  return {
    ...Object.fromEntries(Object.entries(queries).map(([name, one]) => [`Query.${name}`, one])),
    ...Object.fromEntries(mutations),
    'Subscription.noteAdded': listening,
  };
}
