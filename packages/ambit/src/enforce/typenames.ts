import { type GraphQLResolveInfo, getNamedType, isAbstractType } from 'graphql';
import { chain, type Maybe, maybe } from './maybe.ts';
import type { DataSource } from './read.ts';

/** Types of the objects of one execution: what is decided here is what is serialised. */
export class TypeNames {
  readonly #source: DataSource;
  /** The type decided for a value at a field, by the field's path. */
  readonly #decided = new WeakMap<object, Map<unknown, string>>();

  constructor(source: DataSource) {
    this.#source = source;
  }

  /** The type decided for a value at a field; undefined where none was. */
  known(value: unknown, info: GraphQLResolveInfo): string | undefined {
    return this.#decided.get(info.path)?.get(value);
  }

  /** The type of a value; undefined where it has none, or where asking for it failed: then it is as if it were not there. */
  of(value: unknown, info: GraphQLResolveInfo, context: unknown): Maybe<string | undefined> {
    const returned = getNamedType(info.returnType);
    if (!isAbstractType(returned)) return returned.name;
    const decided = this.#decided.get(info.path) ?? new Map<unknown, string>();
    this.#decided.set(info.path, decided);
    const known = decided.get(value);
    if (known !== undefined) return known;
    return chain(
      this.#asked(() => this.#source.typeName(value, returned, context, info)),
      (name) => {
        // Two of the same value in one list may have asked at the same time: the first answer counts for both.
        const first = decided.get(value);
        if (first !== undefined) return first;
        if (typeof name !== 'string') return undefined;
        decided.set(value, name);
        return name;
      },
    );
  }

  /** What an API throws about an object may be about one that is outside, and is not told. */
  #asked(ask: () => unknown): Maybe<unknown> {
    try {
      const name = maybe(ask());
      return name instanceof Promise ? name.catch(() => undefined) : name;
    } catch {
      return undefined;
    }
  }
}
