import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type { LabelRecord } from '../data/records.ts';
import type { FieldResolvers } from './ResolverMap.ts';
import { done, undone, visibleRecord, writableGroup, writableProject } from './writable.ts';

interface CreateLabelInput {
  readonly projectPath?: string | null;
  readonly groupPath?: string | null;
  readonly title: string;
  readonly color?: string | null;
}

type Keeper = Pick<LabelRecord, 'projectId' | 'groupId'>;

/** Everything that changes labels. */
export function labelMutations(data: ForgeData): FieldResolvers {
  return {
    createLabel: (_: unknown, args: { input: CreateLabelInput }, context) =>
      createLabel(data, args.input, context),
    destroyLabel: (_: unknown, args: { input: { readonly id: string } }, context) =>
      destroyLabel(data, args.input.id, context),
  };
}

function createLabel(data: ForgeData, input: CreateLabelInput, context: ForgeContext): unknown {
  if ((input.projectPath == null) === (input.groupPath == null)) {
    return undone('Give exactly one of `projectPath` and `groupPath`.');
  }
  const keeper = keeperAt(data, input, context);
  const title = input.title.trim();
  if (title === '') return undone('The title must not be blank.');
  if (data.labels.find((label) => label.title === title && isKeptBy(label, keeper)) !== undefined) {
    return undone('There is a label with this title.');
  }
  const color = input.color ?? '#777777';
  if (!/^#[0-9a-f]{6}$/.test(color))
    return undone('The colour is written as # and six digits, 0 to 9 and a to f.');
  return done(
    'label',
    data.labels.insert((id) => ({ kind: 'Label', id, title, color, ...keeper })),
  );
}

function destroyLabel(data: ForgeData, id: string, context: ForgeContext): unknown {
  const label = visibleRecord(data, context, 'Label', id);
  keeperAt(
    data,
    {
      projectPath: label.projectId === null ? null : data.projects.require(label.projectId).fullPath,
      groupPath: label.groupId === null ? null : data.groups.require(label.groupId).fullPath,
    },
    context,
  );
  data.labels.delete(label.id);
  return done('label', label);
}

/** The project or group that keeps the label, if the caller may change it. */
function keeperAt(
  data: ForgeData,
  { projectPath, groupPath }: Pick<CreateLabelInput, 'projectPath' | 'groupPath'>,
  context: ForgeContext,
): Keeper {
  if (projectPath != null)
    return { projectId: writableProject(data, context, projectPath).project.id, groupId: null };
  return { projectId: null, groupId: writableGroup(data, context, groupPath ?? '').id };
}

function isKeptBy(label: LabelRecord, { projectId, groupId }: Keeper): boolean {
  return label.projectId === projectId && label.groupId === groupId;
}
