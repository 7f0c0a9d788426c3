import { describeGranularAccess, type GranularAccess } from 'ambit/testing';
import { describe, it } from 'vitest';
import { openForge } from './world.ts';

/** The test kit over the operations of Forge that need more than one permission in one project. */

const as = (subject: string) => ({
  subject,
  open: () => openForge(subject),
  openSwitchedOff: () => openForge(subject, { granular: false }),
});
const root = as('root');
const web = { project: 'acme/web' };
const web2 = { elsewhere: { project: 'acme-labs/portal' }, parent: { group: 'acme' } };
const acme = { boundary: { group: 'acme' }, elsewhere: { group: 'acme-labs' } };
const bundled = (granted: string, named: string) => ({ granted, named });

const cases: Readonly<Record<string, GranularAccess>> = {
  'moving an issue: what the source asks for': {
    ...root,
    ...web2,
    document:
      'mutation { moveIssue(input: { id: "gid://forge/Issue/1", targetProjectPath: "acme/docs" }) { errors issueId } }',
    permissions: ['move_issue'],
    boundary: web,
    besides: [{ permissions: ['create_issue'], boundary: { project: 'acme/docs' } }],
  },
  'moving an issue: what the target asks for': {
    ...root,
    ...web2,
    document:
      'mutation { moveIssue(input: { id: "gid://forge/Issue/1", targetProjectPath: "acme/docs" }) { errors issueId } }',
    permissions: ['create_issue'],
    boundary: { project: 'acme/docs' },
    besides: [{ permissions: ['move_issue'], boundary: web }],
  },
  'transferring a project: what its new group asks for': {
    ...root,
    document:
      'mutation { transferProject(input: { fullPath: "acme/web", targetGroupPath: "acme/platform" }) { errors projectId } }',
    permissions: ['create_project'],
    boundary: { group: 'acme/platform' },
    parent: { group: 'acme' },
    elsewhere: { group: 'acme-labs' },
    below: { group: 'acme/platform/data' },
    besides: [{ permissions: ['transfer_project'], boundary: web }],
  },
  'a label of a project': {
    ...root,
    ...web2,
    document:
      'mutation { createLabel(input: { projectPath: "acme/web", title: "new" }) { errors label { title project { fullPath } } } }',
    permissions: [bundled('update_label', 'create_label'), 'read_label', 'read_project'],
    boundary: web,
  },
  'a label of a group': {
    ...root,
    ...acme,
    below: { group: 'acme/platform' },
    document:
      'mutation { createLabel(input: { groupPath: "acme", title: "new" }) { errors label { title group { fullPath } } } }',
    permissions: [bundled('update_label', 'create_label'), 'read_label', 'read_group'],
  },
  'removing a label of a group by its id': {
    ...root,
    ...acme,
    below: { group: 'acme/platform' },
    document: 'mutation { destroyLabel(input: { id: "gid://forge/Label/1" }) { errors labelId } }',
    permissions: [bundled('update_label', 'delete_label')],
  },
  'labels of a group': {
    ...root,
    ...acme,
    below: { group: 'acme/platform' },
    document: '{ group(fullPath: "acme") { labels { nodes { title } } } }',
    permissions: ['read_label'],
  },
  'a member': {
    ...root,
    ...web2,
    document:
      'mutation { addProjectMember(input: { projectPath: "acme/web", username: "dave" }) { errors member { accessLevel } } }',
    permissions: [bundled('update_member', 'create_member'), 'read_member'],
    boundary: web,
  },
  'a new group': {
    ...root,
    ...acme,
    below: { group: 'acme/platform' },
    document:
      'mutation { createGroup(input: { parentPath: "acme", slug: "new", name: "New" }) { errors group { name } } }',
    permissions: ['create_group', 'read_group'],
  },
  'issues of a group': {
    ...root,
    document: '{ group(fullPath: "acme") { issues(first: 100) { nodes { iid project { fullPath } } } } }',
    permissions: ['read_issue', 'read_project'],
    boundary: web,
    elsewhere: { project: 'acme/vault' },
    list: {
      at: 'group.issues.nodes',
      inside: ({ project }) => (project as { fullPath?: string } | null)?.fullPath === 'acme/web',
    },
  },
  'several objects by their ids': {
    ...root,
    document:
      '{ nodes(ids: ["gid://forge/Issue/1", "gid://forge/Issue/9", "gid://forge/Issue/2"]) { id ... on Issue { iid } } }',
    permissions: ['read_issue'],
    boundary: web,
    list: {
      at: 'nodes',
      keepsPlaces: true,
      inside: ({ id }) => id !== 'gid://forge/Issue/9',
    },
  },
  'the own keys': {
    ...root,
    document: '{ accessKeys { title owner { username } } }',
    permissions: ['read_access_key'],
    boundary: 'user',
    besides: [{ permissions: ['read_user'], boundary: 'instance' }],
    list: {
      at: 'accessKeys',
      inside: ({ owner }) => (owner as { username?: string } | null)?.username === 'root',
    },
  },
  'the own preferences': {
    ...as('alice'),
    document:
      'mutation { updatePreferences(input: { username: "alice", theme: DARK }) { errors preferences { theme } } }',
    permissions: ['update_preferences', 'read_preferences'],
    boundary: 'user',
  },
  'the figures of the site': {
    ...root,
    document: '{ statistics { people projects issues } }',
    permissions: ['read_statistics'],
    boundary: 'instance',
  },
  'what everybody is told': {
    ...root,
    document: 'mutation { updateAnnouncement(input: { text: "Closed." }) { errors announcement { text } } }',
    permissions: ['update_announcement'],
    boundary: 'instance',
  },
  'listening for notes': {
    ...root,
    ...web2,
    document: 'subscription { noteAdded(projectPath: "acme/web") { body } }',
    permissions: ['read_note'],
    boundary: web,
  },
};

for (const [title, given] of Object.entries(cases)) describeGranularAccess({ describe, it }, title, given);
