import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { RunQuery } from '../decide/lookup.ts';
import { executeWhole } from '../graphql/execute.ts';

/** Data without the root fields in which something failed: what was read there may not be all. */
export function withoutFailed({ data, errors = [] }: Answered): unknown {
  if (errors.length === 0 || typeof data !== 'object' || data === null) return data;
  const failed = errors.map((error) => rootOf(error));
  if (failed.includes(undefined)) return undefined;
  return Object.fromEntries(Object.entries(data).filter(([key]) => !failed.includes(key)));
}

/** What GraphQL answers, as far as it matters here; an upstream's errors may be anything. */
interface Answered {
  readonly data?: unknown;
  readonly errors?: readonly unknown[] | undefined;
}

function rootOf(error: unknown): unknown {
  const path: unknown =
    typeof error === 'object' && error !== null && 'path' in error ? error.path : undefined;
  return Array.isArray(path) ? path[0] : undefined;
}

/** Runs Ambit's own look-ups on the schema of a server, with the API's right and with what a request brought along. */
export function ownQuery(
  schema: GraphQLSchema,
  fieldResolver: GraphQLFieldResolver<unknown, unknown> | undefined,
  { contextValue, rootValue }: { readonly contextValue?: unknown; readonly rootValue?: unknown },
): RunQuery {
  return async (document, variableValues) => {
    const args = { schema, document, variableValues, contextValue, rootValue };
    return withoutFailed(await executeWhole({ ...args, fieldResolver: fieldResolver ?? null }));
  };
}
