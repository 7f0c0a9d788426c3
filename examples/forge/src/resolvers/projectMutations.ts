import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type { Visibility } from '../data/records.ts';
import type { FieldResolvers } from './ResolverMap.ts';
import { done, isMoreOpen, undone, visibleRecord, writableProject } from './writable.ts';

interface UpdateProjectInput {
  readonly fullPath: string;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly visibility?: Visibility | null;
}

interface CreateCiVariableInput {
  readonly projectPath: string;
  readonly key: string;
  readonly value: string;
  readonly masked?: boolean | null;
  readonly protected?: boolean | null;
}

/** Everything that changes projects and their CI variables. */
export function projectMutations(data: ForgeData): FieldResolvers {
  return {
    updateProject: (_: unknown, args: { input: UpdateProjectInput }, context) =>
      updateProject(data, args.input, context),
    deleteProject: (_: unknown, args: { input: { readonly fullPath: string } }, context) =>
      deleteProject(data, args.input.fullPath, context),
    createCiVariable: (_: unknown, args: { input: CreateCiVariableInput }, context) =>
      createCiVariable(data, args.input, context),
    destroyCiVariable: (_: unknown, args: { input: { readonly id: string } }, context) =>
      destroyCiVariable(data, args.input.id, context),
  };
}

function updateProject(data: ForgeData, input: UpdateProjectInput, context: ForgeContext): unknown {
  const { project } = writableProject(data, context, input.fullPath, 'MAINTAINER');
  const name = input.name ?? project.name;
  if (name.trim() === '') return undone('The name must not be blank.');
  const visibility = input.visibility ?? project.visibility;
  const group = data.groups.require(project.groupId);
  if (isMoreOpen(visibility, group))
    return undone('A project cannot be shown to more people than its group.');
  const description = input.description ?? project.description;
  const changed = data.projects.update(project.id, { name, description, visibility });
  return done('project', changed);
}

function deleteProject(data: ForgeData, fullPath: string, context: ForgeContext): unknown {
  const { project } = writableProject(data, context, fullPath, 'OWNER');
  data.deleteProject(project);
  return done('project', project);
}

function createCiVariable(data: ForgeData, input: CreateCiVariableInput, context: ForgeContext): unknown {
  const { project } = writableProject(data, context, input.projectPath, 'MAINTAINER');
  if (!/^[A-Z_][A-Z0-9_]*$/.test(input.key)) {
    return undone('The key takes capital letters, digits and underscores, and does not begin with a digit.');
  }
  if (
    data.ciVariables.find(({ projectId, key }) => projectId === project.id && key === input.key) !== undefined
  ) {
    return undone('The project has a variable with this key.');
  }
  const variable = data.ciVariables.insert((id) => ({
    kind: 'CiVariable',
    id,
    projectId: project.id,
    key: input.key,
    value: input.value,
    masked: input.masked ?? true,
    protected: input.protected ?? false,
  }));
  return done('ciVariable', variable);
}

function destroyCiVariable(data: ForgeData, id: string, context: ForgeContext): unknown {
  const variable = visibleRecord(data, context, 'CiVariable', id);
  writableProject(data, context, data.projects.require(variable.projectId).fullPath, 'MAINTAINER');
  data.ciVariables.delete(variable.id);
  return done('ciVariable', variable);
}
