import { type ExecutionResult, type GraphQLFieldResolver, OperationTypeNode } from 'graphql';
import type { Decision } from './decide/decision.ts';
import type { RunQuery } from './decide/lookup.ts';
import { chain, type Maybe } from './enforce/maybe.ts';
import { ownQuery } from './enforce/ownquery.ts';
import { type DataSource, resolverSource } from './enforce/read.ts';
import { type Executor, type Recheck, runEnforced } from './enforce/run.ts';
import type { RequestFacts } from './facts/facts.ts';
import type { GrantedOperation } from './facts/operation.ts';
import type { Prepared } from './prepare.ts';
import type { Stages } from './stages.ts';
import { type Credential, hasEnded, Revocations } from './stream/credential.ts';
import { type Executed, endedResult } from './stream/stream.ts';
import { type Permitted, type Refused, subscribeEnforced } from './stream/subscribe.ts';

/** An operation to execute in process. Facts come from the engine's own sources only. */
export interface Execution extends Omit<GrantedOperation, 'facts'> {
  readonly contextValue?: unknown;
  readonly rootValue?: unknown;
  /** How the credential lives on: what a subscription looks at again for each event. */
  readonly credential?: Credential | undefined;
}

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
  readonly #revocations = new Revocations();

  constructor(stages: Stages, options: InProcessOptions) {
    this.#stages = stages;
    this.#options = options;
    this.#source = resolverSource(stages.policy.schema, options.fieldResolver);
  }

  /** Asks what has to be asked first, decides, and executes. */
  execute(given: Execution): Maybe<Executed> {
    if (given.credential && hasEnded(given.credential, this.#stages.now())) return endedResult();
    const permitted = this.#permitted(given);
    return permitted instanceof Promise
      ? permitted.then((settled) => this.#executed(settled, given))
      : this.#executed(permitted, given);
  }

  #executed(permitted: Permitted | Refused, given: Execution): Maybe<Executed> {
    if ('errors' in permitted) return permitted;
    const { operation } = permitted.prepared.plan.operation;
    if (operation !== OperationTypeNode.SUBSCRIPTION)
      return this.#audited(permitted, this.#run(permitted, given));
    this.#stages.audited(permitted.input.grants, permitted.prepared, permitted.decision);
    return subscribeEnforced(permitted, given, {
      schema: this.#stages.policy.schema,
      now: this.#stages.now,
      revocations: this.#revocations,
      permit: (grants) => this.#permitted({ ...given, grants }),
      run: (now, rootValue, executed) => this.#run(now, { ...given, rootValue }, executed),
    });
  }

  #audited({ input, prepared, decision }: Permitted, result: Maybe<ExecutionResult>): Maybe<ExecutionResult> {
    if (!this.#stages.audits) return result;
    return chain(result, (settled) => {
      this.#stages.audited(input.grants, prepared, decision);
      return settled;
    });
  }

  /** All that stands before an execution: an operation that was decided, look-ups included; or why it may not run. */
  #permitted(given: Execution): Maybe<Permitted | Refused> {
    const facts = this.#stages.facts(given, given.contextValue);
    if (!(facts instanceof Promise)) return this.#decided(withFacts(given, facts), given);
    return facts.then((found) => this.#decided(withFacts(given, found), given));
  }

  #decided(input: GrantedOperation, given: Execution): Maybe<Permitted | Refused> {
    const prepared = this.#stages.prepare(input);
    if (prepared.kind !== 'prepared') {
      this.#stages.audited(input.grants, prepared);
      return { errors: prepared.errors };
    }
    if (!prepared.decision.isWaiting) return this.#judged(prepared, prepared.decision, input);
    return this.#stages
      .settle(prepared, this.#ownQuery(given))
      .then((decision) => this.#judged(prepared, decision, input));
  }

  #judged(prepared: Prepared, decision: Decision, input: GrantedOperation): Permitted | Refused {
    const executable = this.#stages.executable(prepared.plan, decision);
    if (this.#stages.isRefused(decision, prepared, input.effect)) {
      this.#stages.audited(input.grants, prepared, decision);
      return { errors: executable.rejectionErrors() };
    }
    return { prepared, decision, executable, input };
  }

  #run(
    { prepared, decision, executable, input }: Permitted,
    given: Execution,
    executed?: (result: ExecutionResult) => void,
  ): Maybe<ExecutionResult> {
    return runEnforced({
      plan: prepared.plan,
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
      recheck: this.#recheck(prepared, input, given),
      executed,
    });
  }

  /** M10: with several root fields, an earlier one may have moved what a later one aims at. */
  #recheck(prepared: Prepared, input: GrantedOperation, given: Execution): Recheck | undefined {
    const { plan, decision } = prepared;
    const isSerial = plan.operation.operation === OperationTypeNode.MUTATION && plan.root.fields.size > 1;
    if (!isSerial || !decision.isMovable) return undefined;
    const run = this.#ownQuery(given);
    return async (use) => {
      const again = await this.#again(prepared, input, given);
      const settled = again && (await this.#stages.settle(again, run, true));
      const holds = settled?.isWaiting === false && settled.denied.every(({ path }) => path[0] !== use.key);
      return holds ? settled : undefined;
    };
  }

  /** The operation as it is decided now. Where places are asked for, what they told before is not used again. */
  async #again(prepared: Prepared, input: GrantedOperation, given: Execution): Promise<Prepared | undefined> {
    if (!this.#stages.policy.kinds.hasAsked) return prepared;
    const again = this.#stages.prepare(await this.#stages.renewed(input, given.contextValue));
    return again.kind === 'prepared' ? again : undefined;
  }

  #ownQuery(given: Execution): RunQuery {
    return ownQuery(this.#stages.policy.schema, this.#options.fieldResolver, given);
  }
}

/** Written out: spreading an object takes longer than the decision on it. */
function withFacts(given: Execution, facts: RequestFacts): GrantedOperation {
  const { document, operationName, variables, grants, effect } = given;
  return { document, operationName, variables, grants, effect, facts };
}
