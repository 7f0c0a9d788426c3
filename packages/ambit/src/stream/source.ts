import type { ExecutionArgs, ExecutionResult, GraphQLError } from 'graphql';
import * as graphql from 'graphql';

/** The events of an API, or why there are none: its own errors, or nothing that may be told. */
export type Source =
  | { readonly kind: 'open'; readonly events: AsyncIterator<unknown> }
  | { readonly kind: 'refused'; readonly errors: readonly GraphQLError[] }
  | { readonly kind: 'failed' };

/**
 * Calls the `subscribe` resolver of the one root field: CreateSourceEventStream (GraphQL spec, section 6.2.3.1).
 * Never rejects. What the API throws is an error at the root field, as it is for any other resolver.
 */
export async function openSource(args: ExecutionArgs): Promise<Source> {
  try {
    const checked = validated(args);
    const answer: unknown = Array.isArray(checked)
      ? { errors: checked }
      : await (graphql.createSourceEventStream as (args: unknown) => unknown)(checked);
    if (isStream(answer)) return { kind: 'open', events: answer[Symbol.asyncIterator]() };
    const { errors = [] } = answer as ExecutionResult;
    return errors.length > 0 ? { kind: 'refused', errors } : { kind: 'failed' };
  } catch {
    return { kind: 'failed' };
  }
}

/** Lets a source go. What goes wrong there is the API's own affair. */
export async function closeSource(events: AsyncIterator<unknown>): Promise<void> {
  try {
    await events.return?.();
  } catch {
    // Nobody is left to be told.
  }
}

/** graphql 17 wants its arguments checked first; graphql 16 checks them itself. */
function validated(args: ExecutionArgs): unknown {
  const check: unknown = Reflect.get(graphql, 'validateSubscriptionArgs');
  return typeof check === 'function' ? check(args) : args;
}

function isStream(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
