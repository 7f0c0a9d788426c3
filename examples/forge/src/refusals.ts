import type { GraphQLError } from 'graphql';
import { createGraphQLError } from 'graphql-yoga';

/** The same words whether something is missing or may not be seen: nobody learns which. */
export function notFound(): GraphQLError {
  return createGraphQLError('There is no such object, or you may not see it.', {
    extensions: { code: 'NOT_FOUND' },
  });
}

/** For what the caller may see but not do. */
export function forbidden(sentence: string): GraphQLError {
  return createGraphQLError(sentence, { extensions: { code: 'FORBIDDEN' } });
}

/** For arguments that fit the schema and still make no sense. */
export function badInput(sentence: string): GraphQLError {
  return createGraphQLError(sentence, { extensions: { code: 'BAD_USER_INPUT' } });
}
