import type { ForgeContext } from '../context.ts';

/** One function per field: the object it hangs on, the arguments, and who asks. */
export type FieldResolvers = Readonly<
  Record<string, (source: never, args: never, context: ForgeContext) => unknown>
>;

/** Where events come from, and what is made of each. */
export type EventResolvers = Readonly<
  Record<
    string,
    {
      readonly subscribe: (source: never, args: never, context: ForgeContext) => AsyncIterable<unknown>;
      readonly resolve: (event: never) => unknown;
    }
  >
>;

/** Field resolvers by type. */
export type ResolverMap = Readonly<Record<string, FieldResolvers | EventResolvers>>;
