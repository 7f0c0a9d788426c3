/** A value, or the promise of one. Most resolvers answer at once, and a promise for each object would cost more than the object. */
export type Maybe<T> = T | Promise<T>;

/** Goes on with a value as soon as it is there. */
export function chain<T, R>(value: Maybe<T>, next: (value: T) => Maybe<R>): Maybe<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** A value that may be any thenable, as a `Maybe`. */
export function maybe(value: unknown): Maybe<unknown> {
  if (value instanceof Promise) return value;
  const canHold = (typeof value === 'object' && value !== null) || typeof value === 'function';
  const isThenable = canHold && 'then' in value && typeof value.then === 'function';
  return isThenable ? Promise.resolve(value) : value;
}

/** What `read` answers; `instead` where it answers an error or throws, at once or later. */
export function withoutErrors(read: () => unknown, instead: unknown = null): Maybe<unknown> {
  const shown = (value: unknown): unknown => (value instanceof Error ? instead : value);
  try {
    const value = maybe(read());
    return value instanceof Promise ? value.then(shown, () => instead) : shown(value);
  } catch {
    return instead;
  }
}

/** Asks `each` about item after item until one answer is not undefined. */
export function firstOf<T, R>(
  items: readonly T[],
  each: (item: T, index: number) => Maybe<R | undefined>,
  from = 0,
): Maybe<R | undefined> {
  for (let index = from; index < items.length; index++) {
    const answer = each(items[index] as T, index);
    if (answer instanceof Promise) {
      return answer.then((settled) => (settled === undefined ? firstOf(items, each, index + 1) : settled));
    }
    if (answer !== undefined) return answer;
  }
  return undefined;
}
