import type { ForgeData } from './ForgeData.ts';
import type { AccessLevel } from './records.ts';

type Membership = readonly [username: string, fullPath: string, accessLevel: AccessLevel];

/** Alice owns `acme/web` and belongs to the private `acme/vault` as well: her rights hide neither. */
const projectMembers: readonly Membership[] = [
  ['alice', 'acme/web', 'OWNER'],
  ['alice', 'acme/vault', 'MAINTAINER'],
  ['bob', 'acme/web', 'DEVELOPER'],
  ['heidi', 'acme/vault', 'OWNER'],
  ['judy', 'acme/mobile', 'MAINTAINER'],
  ['judy', 'acme/billing', 'DEVELOPER'],
  ['ivan', 'acme-labs/portal', 'DEVELOPER'],
  ['ivan', 'acme-labs/research/papers', 'DEVELOPER'],
];

const groupMembers: readonly Membership[] = [
  ['carol', 'acme', 'OWNER'],
  ['dave', 'acme/platform', 'DEVELOPER'],
  ['erin', 'acme/platform/data', 'MAINTAINER'],
  ['frank', 'acme-labs', 'OWNER'],
  ['grace', 'acme-labs/research', 'DEVELOPER'],
];

/** Makes people members of projects and groups. */
export function addMembers(data: ForgeData): void {
  for (const [username, fullPath, accessLevel] of projectMembers) {
    const projectId = idAt(data.projects, fullPath);
    const userId = idOf(data, username);
    data.projectMembers.insert((id) => ({ kind: 'ProjectMember', id, projectId, userId, accessLevel }));
  }
  for (const [username, fullPath, accessLevel] of groupMembers) {
    const groupId = idAt(data.groups, fullPath);
    const userId = idOf(data, username);
    data.groupMembers.insert((id) => ({ kind: 'GroupMember', id, groupId, userId, accessLevel }));
  }
}

function idAt(places: ForgeData['projects'] | ForgeData['groups'], fullPath: string): number {
  const place = places.find((candidate: { readonly fullPath: string }) => candidate.fullPath === fullPath);
  if (place === undefined) throw new Error(`nothing lies at ${fullPath}`);
  return place.id;
}

function idOf(data: ForgeData, username: string): number {
  const user = data.users.find((candidate) => candidate.username === username);
  if (user === undefined) throw new Error(`nobody is called ${username}`);
  return user.id;
}
