import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from 'graphql';
import * as graphql from 'graphql';
import { isGraphql17 } from './major.ts';

/** What graphql 17 has for executing in steps. */
interface Steps17 {
  readonly validateExecutionArgs: (
    args: ExecutionArgs,
  ) => readonly graphql.GraphQLError[] | { readonly schema: GraphQLSchema };
  readonly executeRootSelectionSet: (args: {
    readonly schema: GraphQLSchema;
  }) => ExecutionResult | Promise<ExecutionResult>;
}

/**
 * Executes to one answer. `@defer` and `@stream` are directives that put nothing off, as graphql 16 has them; the
 * `execute` of graphql 17 would refuse every operation of a schema that knows them.
 */
export function executeWhole(args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> {
  if (!isGraphql17 || !knowsIncremental(args.schema))
    return graphql.execute(args) as Promise<ExecutionResult>;
  const steps = graphql as unknown as Steps17;
  const checked = steps.validateExecutionArgs({ ...args, document: withoutIncremental(args.document) });
  return 'schema' in checked ? steps.executeRootSelectionSet(checked) : { errors: checked };
}

/** The same where nothing has to be waited for. @throws Error where something has */
export function executeWholeSync(args: ExecutionArgs): ExecutionResult {
  const isPlain = !isGraphql17 || !knowsIncremental(args.schema);
  return graphql.executeSync(isPlain ? args : { ...args, document: withoutIncremental(args.document) });
}

function knowsIncremental(schema: GraphQLSchema): boolean {
  return INCREMENTAL.some((name) => schema.getDirective(name));
}

const INCREMENTAL: readonly string[] = ['defer', 'stream'];

function withoutIncremental(document: DocumentNode): DocumentNode {
  return graphql.visit(document, {
    Directive: ({ name }) => (INCREMENTAL.includes(name.value) ? null : undefined),
  });
}
