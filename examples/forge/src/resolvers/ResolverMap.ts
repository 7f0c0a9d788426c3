import type { ForgeContext } from '../context.ts';

/** One function per field: the object it hangs on, the arguments, and who asks. */
export type FieldResolvers = Readonly<
  Record<string, (source: never, args: never, context: ForgeContext) => unknown>
>;

/** Field resolvers by type. */
export type ResolverMap = Readonly<Record<string, FieldResolvers>>;
