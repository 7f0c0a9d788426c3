import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type { AccessLevel } from '../data/records.ts';
import type { FieldResolvers } from './ResolverMap.ts';
import { done, undone, visibleRecord, writableProject } from './writable.ts';

interface AddProjectMemberInput {
  readonly projectPath: string;
  readonly username: string;
  readonly accessLevel?: AccessLevel | null;
}

/** Everything that changes who is a member of a project. */
export function memberMutations(data: ForgeData): FieldResolvers {
  return {
    addProjectMember: (_: unknown, args: { input: AddProjectMemberInput }, context) =>
      addProjectMember(data, args.input, context),
    removeProjectMember: (_: unknown, args: { input: { readonly id: string } }, context) =>
      removeProjectMember(data, args.input.id, context),
  };
}

function addProjectMember(data: ForgeData, input: AddProjectMemberInput, context: ForgeContext): unknown {
  const accessLevel = input.accessLevel ?? 'DEVELOPER';
  // Nobody gives away more than they have.
  const needed = accessLevel === 'OWNER' ? 'OWNER' : 'MAINTAINER';
  const { project } = writableProject(data, context, input.projectPath, needed);
  const user = data.users.find(({ username }) => username === input.username);
  if (user === undefined) return undone('There is nobody with this username.');
  const known = data.projectMembers.find(
    ({ projectId, userId }) => projectId === project.id && userId === user.id,
  );
  if (known !== undefined) return undone('This person is a member of the project.');
  return done(
    'member',
    data.projectMembers.insert((id) => ({
      kind: 'ProjectMember',
      id,
      projectId: project.id,
      userId: user.id,
      accessLevel,
    })),
  );
}

function removeProjectMember(data: ForgeData, id: string, context: ForgeContext): unknown {
  const member = visibleRecord(data, context, 'ProjectMember', id);
  const { fullPath } = data.projects.require(member.projectId);
  writableProject(data, context, fullPath, member.accessLevel === 'OWNER' ? 'OWNER' : 'MAINTAINER');
  data.projectMembers.delete(member.id);
  return done('member', member);
}
