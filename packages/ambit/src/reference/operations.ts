import type { Needed, Needer } from './needed.ts';

/** One permission that an operation needs, and what to pick for it. */
export interface OperationNeed {
  readonly permission: string;
  /** Assignable permissions that stand for it; none where nobody can be granted it. */
  readonly assignables: readonly string[];
  /** Kinds of boundary in any one of which it is enough. */
  readonly boundaryTypes: readonly string[];
}

/** A root field with all that it needs by itself; what is selected below it may need more. */
export interface OperationPage {
  readonly needer: Needer;
  readonly coordinate: string;
  readonly needs: readonly OperationNeed[];
}

const OPERATIONS: readonly Needer[] = ['query', 'mutation', 'subscription'];

/** The same as `needed`, seen from the root fields; queries first, and by name. */
export function operationsOf(
  needed: Needed,
  assignablesOf: (permission: string) => readonly string[],
): OperationPage[] {
  const found = new Map<string, OperationPage & { readonly needs: OperationNeed[] }>();
  for (const [permission, groups] of needed) {
    for (const { needer, boundaryTypes, coordinates } of groups) {
      if (!OPERATIONS.includes(needer)) continue;
      for (const coordinate of coordinates) {
        const page = found.get(coordinate) ?? { needer, coordinate, needs: [] };
        page.needs.push({ permission, assignables: assignablesOf(permission), boundaryTypes });
        found.set(coordinate, page);
      }
    }
  }
  const order = ({ needer, coordinate }: OperationPage): string =>
    `${OPERATIONS.indexOf(needer)} ${coordinate}`;
  return [...found.values()]
    .map((page) => ({ ...page, needs: page.needs.sort(byPermission) }))
    .sort((one, other) => (order(one) < order(other) ? -1 : 1));
}

function byPermission(one: OperationNeed, other: OperationNeed): number {
  const key = ({ permission, boundaryTypes }: OperationNeed): string =>
    `${permission} ${boundaryTypes.join(' ')}`;
  return key(one) < key(other) ? -1 : 1;
}
