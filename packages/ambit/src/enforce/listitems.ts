import type { Maybe } from './maybe.ts';

/** The items of whatever graphql-js takes for a list; undefined for anything else. */
export function itemsOf(value: unknown): Maybe<unknown[]> | undefined {
  // graphql 17 takes a function too, where its items come later.
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  if (typeof value === 'object' && Symbol.iterator in value) return [...(value as Iterable<unknown>)];
  return Symbol.asyncIterator in value ? drained(value as AsyncIterable<unknown>) : undefined;
}

async function drained(source: AsyncIterable<unknown>): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of source) items.push(item);
  return items;
}
