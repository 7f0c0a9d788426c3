import { badInput } from './refusals.ts';

const largestPage = 100;

/** How a client asks for one page of a list. Null counts as left out. */
export interface PageArguments {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** One page, in the shape that every connection type has. */
export interface Page<T> {
  readonly edges: readonly { readonly cursor: string; readonly node: T }[];
  readonly nodes: readonly T[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

/** Cuts one page out of a list in the order of its ids. A cursor stays good when its own item is gone. */
export function paginate<T extends { readonly id: number }>(
  items: readonly T[],
  page: PageArguments,
): Page<T> {
  const first = page.first ?? 20;
  if (first < 0 || first > largestPage)
    throw badInput(`\`first\` must lie between 0 and ${largestPage}, not ${first}.`);
  const start = page.after == null ? 0 : items.filter((item) => item.id <= idIn(page.after as string)).length;
  const nodes = items.slice(start, start + first);
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: start + nodes.length < items.length,
      hasPreviousPage: start > 0,
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: items.length,
  };
}

function cursorOf(item: { readonly id: number }): string {
  return Buffer.from(`after:${item.id}`).toString('base64url');
}

function idIn(cursor: string): number {
  const text = /^after:([0-9]{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString());
  if (text === null)
    throw badInput(`\`after\` must be a cursor that this API gave out, not ${JSON.stringify(cursor)}.`);
  return Number(text[1]);
}
