import { GraphQLSchema, validateSchema } from 'graphql';
import { isGraphql17 } from './major.ts';

/** What graphql 17 minds in a schema and 16 does not, although nothing that is decided or executed depends on it. */
const TOLERATED: readonly RegExp[] = [
  /^Interface field \S+ is not deprecated, so implementation field \S+ must not be deprecated\.$/,
];

/**
 * A schema that was written by others, and what graphql 17 minds in it. Public schemas have such faults, and
 * graphql 17 would execute nothing over them; any other fault is left for it to find.
 */
export function tolerating(schema: GraphQLSchema): {
  readonly schema: GraphQLSchema;
  readonly warnings: readonly string[];
} {
  if (!isGraphql17) return { schema, warnings: [] };
  const warnings = validateSchema(schema).map(({ message }) => message);
  if (warnings.length === 0 || !warnings.every(isTolerated)) return { schema, warnings: [] };
  return { schema: new GraphQLSchema({ ...schema.toConfig(), assumeValid: true }), warnings };
}

/** Whether a fault of a schema changes nothing that is decided or executed. */
export function isTolerated(message: string): boolean {
  return TOLERATED.some((pattern) => pattern.test(message));
}
