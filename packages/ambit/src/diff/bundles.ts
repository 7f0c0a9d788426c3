import type { Policy } from '../compile/policy.ts';
import { neededBy } from '../reference/needed.ts';
import { buildCatalog, type CatalogSource } from '../rules/catalog.ts';
import {
  ANY_KIND,
  type BundleChange,
  type BundleContent,
  compareSnapshots,
  type Difference,
  difference,
  isNone,
  type Snapshot,
  snapshotOf,
} from '../rules/snapshot.ts';

/** How one assignable permission differs, with the coordinates at which it counts where rules are known. */
export interface BundleDifference extends BundleChange {
  readonly coordinates?: Difference;
}

/** One side of a comparison: what bundles give, and the rules that ask for it. */
export interface Side {
  readonly snapshot: Snapshot;
  /** Compiled without a catalogue, so that rules and bundles of two versions can be put together. */
  readonly policy?: Policy | undefined;
}

/** What a catalogue gives by itself; whether its kinds exist only rules can tell. @throws AmbitError BAD_CATALOG */
export function snapshotOfSource(source: CatalogSource): Snapshot {
  const kinds = source.assignables.flatMap(({ boundaries }) => boundaries);
  return snapshotOf(buildCatalog(source, [...new Set(kinds)]));
}

/** How bundles differ from one side to the other, by name; only those that do. */
export function compareSides(before: Side, after: Side): BundleDifference[] {
  const changes = compareSnapshots(before.snapshot, after.snapshot);
  if (!before.policy || !after.policy) return changes;
  const known = new Map(changes.map((change) => [change.name, change]));
  const [old, now] = [
    coordinatesOf(before.snapshot, before.policy),
    coordinatesOf(after.snapshot, after.policy),
  ];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((name): BundleDifference[] => {
    const coordinates = difference(old.get(name), now.get(name));
    const change = known.get(name);
    if (change === undefined && isNone(coordinates)) return [];
    return [{ ...(change ?? unchanged(name)), coordinates }];
  });
}

function unchanged(name: string): BundleChange {
  const none: Difference = { gained: [], lost: [] };
  return { name, change: 'changed', permissions: none, boundaries: none };
}

/** Where each bundle counts: coordinates that ask for something of it, in a kind that a grant of it can hold in. */
function coordinatesOf(snapshot: Snapshot, policy: Policy): ReadonlyMap<string, readonly string[]> {
  const needed = neededBy(policy);
  const counts = ({ boundaries }: BundleContent, kind: string): boolean =>
    boundaries.some((upper) => upper === ANY_KIND || upper === kind || policy.kinds.canContain(upper, kind));
  return new Map(
    [...snapshot].map(([name, content]) => [
      name,
      content.permissions
        .flatMap((permission) => needed.get(permission) ?? [])
        .filter(({ boundaryTypes }) => boundaryTypes.some((kind) => counts(content, kind)))
        .flatMap(({ coordinates }) => coordinates),
    ]),
  );
}
