import type { ForgeContext } from '../context.ts';
import type { ForgeData } from '../data/ForgeData.ts';
import type { ForgeRecord } from '../data/records.ts';
import { Rights } from '../Rights.ts';
import { badInput } from '../refusals.ts';

export type SearchKind = 'PROJECT' | 'ISSUE' | 'MERGE_REQUEST' | 'USER';

export interface SearchArguments {
  readonly text: string;
  readonly kinds?: readonly SearchKind[] | null;
  readonly first?: number | null;
}

/** Finds by names and titles only: a search of bodies would tell what is in them. */
export function search(
  data: ForgeData,
  args: SearchArguments,
  context: ForgeContext,
): readonly ForgeRecord[] {
  const first = args.first ?? 20;
  if (first < 0 || first > 100) throw badInput(`\`first\` must lie between 0 and 100, not ${first}.`);
  const text = args.text.toLowerCase();
  const has = (name: string): boolean => name.toLowerCase().includes(text);
  const find: Readonly<Record<SearchKind, () => readonly ForgeRecord[]>> = {
    PROJECT: () => data.projects.filter(({ name }) => has(name)),
    ISSUE: () => data.issues.filter(({ title }) => has(title)),
    MERGE_REQUEST: () => data.mergeRequests.filter(({ title }) => has(title)),
    USER: () => data.users.filter(({ name, username }) => has(name) || has(username)),
  };
  const rights = new Rights(data, context.subject);
  const kinds = args.kinds ?? (['PROJECT', 'ISSUE', 'MERGE_REQUEST', 'USER'] as const);
  return [...new Set(kinds)]
    .flatMap((kind) => find[kind]())
    .filter((record) => rights.sees(record))
    .slice(0, first);
}
