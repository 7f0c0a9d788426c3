import { type GraphQLOutputType, isListType, isNonNullType } from 'graphql';
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

/**
 * Gives each promise in a list a handler at once, `type` being that of the items. Items are looked at one after the
 * other; one that fails before its turn would be a rejection that nobody handles, which ends a Node process. That it
 * failed is told where it is looked at.
 */
export function hold(items: readonly unknown[], type: GraphQLOutputType): void {
  const nullable = isNonNullType(type) ? type.ofType : type;
  const inner = isListType(nullable) ? (nullable.ofType as GraphQLOutputType) : undefined;
  const within = (item: unknown): void => {
    if (inner && Array.isArray(item)) hold(item, inner);
  };
  for (const item of items) {
    if (item instanceof Promise) item.then(within, () => undefined);
    else within(item);
  }
}
