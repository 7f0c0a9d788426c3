import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { RunQuery } from '../decide/lookup.ts';
import { executeWhole } from '../graphql/execute.ts';

/** Runs Ambit's own look-ups on the schema of a server, with the API's right and with what a request brought along. */
export function ownQuery(
  schema: GraphQLSchema,
  fieldResolver: GraphQLFieldResolver<unknown, unknown> | undefined,
  { contextValue, rootValue }: { readonly contextValue?: unknown; readonly rootValue?: unknown },
): RunQuery {
  return async (document, variableValues) => {
    const args = { schema, document, variableValues, contextValue, rootValue };
    return (await executeWhole({ ...args, fieldResolver: fieldResolver ?? null })).data;
  };
}
