import { readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';

import { createForgeData } from './data/createForgeData.ts';
import type { ForgeData } from './data/ForgeData.ts';
import { directiveDefinitions } from './directives.ts';
import { createResolvers } from './resolvers/createResolvers.ts';

/** One Forge: its data, and a schema that reads and changes them. Requests bring a `ForgeContext`. */
export interface Forge {
  readonly data: ForgeData;
  readonly schema: GraphQLSchema;
}

/** Builds a Forge of its own in this process. Every one begins with the same data. */
export function createForge(): Forge {
  const data = createForgeData();
  const typeDefs = readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8');
  const schema = makeExecutableSchema({
    typeDefs: [directiveDefinitions, typeDefs],
    resolvers: createResolvers(data),
    resolverValidationOptions: {
      requireResolversToMatchSchema: 'error',
      requireResolversForResolveType: 'error',
    },
  });
  return { data, schema };
}
