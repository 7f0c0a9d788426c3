import { buildSchema } from 'graphql';
import { plainText } from '../schema.mjs';
import { createResolvers, resolveWith, runnerOf } from '../world.mjs';

/** graphql-js without any authorization: what every row is measured against, and, against itself, the noise. */
export const bare = {
  name: 'graphql-js',
  title: 'graphql-js against itself (noise)',
  isUnprotected: true,
  create: (data) => ({ run: runnerOf(resolveWith(buildSchema(plainText), createResolvers(data))) }),
};
