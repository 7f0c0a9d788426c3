import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type { FieldResolvers } from './ResolverMap.ts';
import { done, isMoreOpen, pathIn, undone, writableGroup, writableProject } from './writable.ts';

interface TransferProjectInput {
  readonly fullPath: string;
  readonly targetGroupPath: string;
}

/** What moves a project from one group to another. */
export function transferMutations(data: ForgeData): FieldResolvers {
  return {
    transferProject: (_: unknown, args: { input: TransferProjectInput }, context) =>
      transferProject(data, args.input, context),
  };
}

function transferProject(data: ForgeData, input: TransferProjectInput, context: ForgeContext): unknown {
  const { project } = writableProject(data, context, input.fullPath, 'OWNER');
  const group = writableGroup(data, context, input.targetGroupPath, 'MAINTAINER');
  if (group.id === project.groupId) return undone('The project is already in this group.');
  const fullPath = pathIn(data, group, project.fullPath.split('/').at(-1) ?? '');
  if (fullPath instanceof Error) return undone(fullPath.message);
  if (isMoreOpen(project.visibility, group))
    return undone('A project cannot be shown to more people than its group.');
  return done('project', data.projects.update(project.id, { fullPath, groupId: group.id }));
}
