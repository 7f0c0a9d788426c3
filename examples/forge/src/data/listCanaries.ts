import { slugOf } from './canary.ts';
import type { ForgeData } from './ForgeData.ts';

/** A secret in the data, and what a credential must hold to read it. */
export interface Canary {
  /** The unique text. */
  readonly text: string;
  /** The raw permission that uncovers it, beside those of its type. */
  readonly permission: string;
  /** Path of its project; null for what belongs to the whole instance. */
  readonly projectPath: string | null;
}

/** Every secret in the data as it stands. */
export function listCanaries(data: ForgeData): Canary[] {
  const paths = new Map(data.projects.all().map(({ fullPath }) => [slugOf(fullPath), fullPath]));
  const { users, projects, issues, mergeRequests, notes, ciVariables } = data;
  const tables = [
    users.all(),
    projects.all(),
    issues.all(),
    mergeRequests.all(),
    notes.all(),
    ciVariables.all(),
  ];
  return tables
    .flat()
    .flatMap((record) => [...JSON.stringify(record).matchAll(/canary-([a-z_]+)-[0-9]+-([a-z0-9-]+)/g)])
    .map(([text, kind, slug]) => ({
      text,
      permission: `read_${kind}`,
      projectPath: paths.get(slug ?? '') ?? null,
    }));
}
