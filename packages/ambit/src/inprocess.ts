import { type ExecutionResult, GraphQLError, type GraphQLFieldResolver, OperationTypeNode } from 'graphql';
import type { Decision } from './decide/decision.ts';
import type { RunQuery } from './decide/lookup.ts';
import type { Maybe } from './enforce/maybe.ts';
import { ownQuery } from './enforce/ownquery.ts';
import { type DataSource, resolverSource } from './enforce/read.ts';
import { type Executor, runEnforced } from './enforce/run.ts';
import type { Execution, GrantedOperation } from './facts/operation.ts';
import type { FieldUse } from './plan/plan.ts';
import type { Prepared } from './prepare.ts';
import type { Stages } from './stages.ts';

/** What a server brings along for executions in process. */
export interface InProcessOptions {
  readonly fieldResolver?: GraphQLFieldResolver<unknown, unknown> | undefined;
  readonly executor?: Executor | undefined;
}

/** Executes operations with the schema's own resolvers, through the stages of one engine. */
export class InProcess {
  readonly #stages: Stages;
  readonly #options: InProcessOptions;
  readonly #source: DataSource;

  constructor(stages: Stages, options: InProcessOptions) {
    this.#stages = stages;
    this.#options = options;
    this.#source = resolverSource(stages.policy.schema, options.fieldResolver);
  }

  /** Asks what has to be asked first, decides, and executes. */
  execute(given: Execution): Maybe<ExecutionResult> {
    const facts = this.#stages.facts(given, given.contextValue);
    if (!(facts instanceof Promise)) return this.#decided({ ...given, facts }, given);
    return facts.then((found) => this.#decided({ ...given, facts: found }, given));
  }

  #decided(input: GrantedOperation, given: Execution): Maybe<ExecutionResult> {
    const prepared = this.#stages.prepare(input);
    if (prepared.kind !== 'prepared') return { errors: prepared.errors };
    if (prepared.plan.operation.operation === OperationTypeNode.SUBSCRIPTION)
      return { errors: [new GraphQLError('subscriptions are not carried by this door yet')] };
    if (prepared.decision.lookups.length === 0)
      return this.#enforced(prepared, prepared.decision, input, given);
    return this.#stages
      .settle(prepared, this.#ownQuery(given))
      .then((decision) => this.#enforced(prepared, decision, input, given));
  }

  #enforced(
    prepared: Prepared,
    decision: Decision,
    input: GrantedOperation,
    given: Execution,
  ): Maybe<ExecutionResult> {
    const { plan } = prepared;
    const executable = this.#stages.executable(plan, decision);
    if (this.#stages.isRefused(decision, prepared, input.effect))
      return { errors: executable.rejectionErrors() };
    return runEnforced({
      plan,
      decision,
      executable,
      source: this.#source,
      schema: this.#stages.policy.schema,
      routed: (routing) => this.#stages.routed(routing),
      mask: () => this.#stages.mask(input.grants, input.facts),
      variables: input.variables ?? {},
      contextValue: given.contextValue,
      rootValue: given.rootValue,
      fieldResolver: this.#options.fieldResolver,
      executor: this.#options.executor,
      recheck: this.#recheck(prepared, given),
    });
  }

  /** M10: with several root fields, an earlier one may have moved what a later one aims at. */
  #recheck(prepared: Prepared, given: Execution): ((use: FieldUse) => Promise<boolean>) | undefined {
    const { plan, decision } = prepared;
    const isSerial = plan.operation.operation === OperationTypeNode.MUTATION && plan.root.fields.size > 1;
    if (!isSerial || decision.lookups.length === 0) return undefined;
    const run = this.#ownQuery(given);
    return async (use) =>
      (await this.#stages.settle(prepared, run)).denied.every(({ path }) => path[0] !== use.key);
  }

  #ownQuery(given: Execution): RunQuery {
    return ownQuery(this.#stages.policy.schema, this.#options.fieldResolver, given);
  }
}
