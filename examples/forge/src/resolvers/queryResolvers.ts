import type { ForgeData } from '../data/ForgeData.ts';
import type { Visibility } from '../data/records.ts';
import { locate } from '../globalId.ts';
import type { PageArguments } from '../paginate.ts';
import { Rights } from '../Rights.ts';
import { badInput } from '../refusals.ts';
import type { FieldResolvers, ResolverMap } from './ResolverMap.ts';
import { type SearchArguments, search } from './search.ts';
import { seen, seenPage } from './seen.ts';

const mostIds = 100;

/** Where every reading begins. */
export function queryResolvers(data: ForgeData): ResolverMap {
  return {
    Query: { ...anyKind(data), ...oneObject(data), ...wholeLists(data), ...site(data), ...own(data) },
  };
}

function anyKind(data: ForgeData): FieldResolvers {
  return {
    node: (_: unknown, { id }: { id: string }, context) => seen(data, context, locate(data, id)),
    nodes(_: unknown, { ids }: { ids: readonly string[] }, context) {
      if (ids.length > mostIds) throw badInput(`\`ids\` takes at most ${mostIds} ids, not ${ids.length}.`);
      return ids.map((id) => seen(data, context, locate(data, id)));
    },
    search: (_: unknown, args: SearchArguments, context) => search(data, args, context),
  };
}

function oneObject(data: ForgeData): FieldResolvers {
  return {
    project: (_: unknown, { fullPath }: { fullPath: string }, context) =>
      seen(data, context, data.projectAt(fullPath)),
    group: (_: unknown, { fullPath }: { fullPath: string }, context) =>
      seen(
        data,
        context,
        data.groups.find((group) => group.fullPath === fullPath),
      ),
    issue(_: unknown, { id }: { id: string }, context) {
      const record = locate(data, id);
      return record?.kind === 'Issue' ? seen(data, context, record) : null;
    },
    mergeRequest(_: unknown, { id }: { id: string }, context) {
      const record = locate(data, id);
      return record?.kind === 'MergeRequest' ? seen(data, context, record) : null;
    },
    user: (_: unknown, { username }: { username: string }, context) =>
      seen(
        data,
        context,
        data.users.find((user) => user.username === username),
      ),
  };
}

function own(data: ForgeData): FieldResolvers {
  return {
    currentUser: (_: unknown, _args: unknown, context) => new Rights(data, context.subject).viewer ?? null,
    preferences(_: unknown, _args: unknown, context) {
      const { viewer } = new Rights(data, context.subject);
      return viewer === undefined ? null : data.preferences.require(viewer.id);
    },
    accessKeys(_: unknown, _args: unknown, context) {
      const rights = new Rights(data, context.subject);
      return data.accessKeys.filter((key) => rights.sees(key));
    },
  };
}

function site(data: ForgeData): FieldResolvers {
  return {
    version: () => '1.0.0',
    statistics(_: unknown, _args: unknown, context) {
      if (new Rights(data, context.subject).viewer?.admin !== true) return null;
      return { people: data.users.size, projects: data.projects.size, issues: data.issues.size };
    },
    announcement: () => data.announcements.require(1),
  };
}

function wholeLists(data: ForgeData): FieldResolvers {
  return {
    projects(_: unknown, args: PageArguments & { visibility?: Visibility | null }, context) {
      const projects = data.projects.filter(
        ({ visibility }) => (args.visibility ?? visibility) === visibility,
      );
      return seenPage(data, context, projects, args);
    },
    groups: (_: unknown, args: PageArguments, context) =>
      seenPage(
        data,
        context,
        data.groups.filter(({ parentId }) => parentId === null),
        args,
      ),
    users: (_: unknown, args: PageArguments, context) => seenPage(data, context, data.users.all(), args),
  };
}
