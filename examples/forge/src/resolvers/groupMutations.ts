import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type { Visibility } from '../data/records.ts';
import type { FieldResolvers } from './ResolverMap.ts';
import { done, isMoreOpen, pathIn, undone, writableGroup } from './writable.ts';

interface NewPlace {
  readonly slug: string;
  readonly name: string;
  readonly description?: string | null;
  readonly visibility?: Visibility | null;
}

interface UpdateGroupInput {
  readonly fullPath: string;
  readonly name?: string | null;
  readonly description?: string | null;
}

/** Everything that changes groups and what lies in them. */
export function groupMutations(data: ForgeData): FieldResolvers {
  return {
    createGroup: (_: unknown, args: { input: NewPlace & { readonly parentPath: string } }, context) =>
      createGroup(data, args.input, context),
    updateGroup: (_: unknown, args: { input: UpdateGroupInput }, context) =>
      updateGroup(data, args.input, context),
    createProject: (_: unknown, args: { input: NewPlace & { readonly groupPath: string } }, context) =>
      createProject(data, args.input, context),
  };
}

function createGroup(
  data: ForgeData,
  input: NewPlace & { readonly parentPath: string },
  context: ForgeContext,
): unknown {
  const parent = writableGroup(data, context, input.parentPath, 'MAINTAINER');
  const visibility = input.visibility ?? 'PRIVATE';
  const fullPath = pathIn(data, parent, input.slug);
  if (fullPath instanceof Error) return undone(fullPath.message);
  if (input.name.trim() === '') return undone('The name must not be blank.');
  if (isMoreOpen(visibility, parent))
    return undone('A group cannot be shown to more people than the one above.');
  const { name, description } = input;
  return done(
    'group',
    data.groups.insert((id) => ({
      kind: 'Group',
      id,
      fullPath,
      name,
      description: description ?? '',
      visibility,
      parentId: parent.id,
    })),
  );
}

function updateGroup(data: ForgeData, input: UpdateGroupInput, context: ForgeContext): unknown {
  const group = writableGroup(data, context, input.fullPath, 'MAINTAINER');
  const name = input.name ?? group.name;
  if (name.trim() === '') return undone('The name must not be blank.');
  return done(
    'group',
    data.groups.update(group.id, { name, description: input.description ?? group.description }),
  );
}

function createProject(
  data: ForgeData,
  input: NewPlace & { readonly groupPath: string },
  context: ForgeContext,
): unknown {
  const group = writableGroup(data, context, input.groupPath, 'MAINTAINER');
  const visibility = input.visibility ?? 'PRIVATE';
  const fullPath = pathIn(data, group, input.slug);
  if (fullPath instanceof Error) return undone(fullPath.message);
  if (input.name.trim() === '') return undone('The name must not be blank.');
  if (isMoreOpen(visibility, group))
    return undone('A project cannot be shown to more people than its group.');
  const { name, description } = input;
  return done(
    'project',
    data.projects.insert((id) => ({
      kind: 'Project',
      id,
      fullPath,
      name,
      description: description ?? '',
      visibility,
      groupId: group.id,
      runnersToken: `runner-${id}-${input.slug}`,
      createdAt: data.now(),
    })),
  );
}
