import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { Auditor } from './audit/auditor.ts';
import type { AuditHook } from './audit/event.ts';
import { check, type Report } from './check.ts';
import type { Policy } from './compile/policy.ts';
import type { Decision } from './decide/decision.ts';
import { lookUp, type RunQuery } from './decide/lookup.ts';
import { type Decided, decided, explained, undecided } from './decided.ts';
import { type DataSource, resolverSource } from './enforce/read.ts';
import { isOnlyOutside, rejectionErrors } from './enforce/refusal.ts';
import { runEnforced } from './enforce/run.ts';
import { routedSchema } from './enforce/schema.ts';
import { AmbitError } from './errors.ts';
import { NO_FACTS, type RequestFacts } from './facts/facts.ts';
import { Informant } from './facts/informant.ts';
import type { Execution, GrantedOperation } from './facts/operation.ts';
import type { Sources } from './facts/sources.ts';
import { checkGrants, type GrantProblem } from './grants/checkgrants.ts';
import { Rights } from './grants/rights.ts';
import { KeptMasks } from './mask/kept.ts';
import { needsOf, type OperationNeeds } from './needs/needs.ts';
import { isRead, Operations } from './plan/operations.ts';
import type { FieldUse } from './plan/plan.ts';
import { type OperationInput, type Prepared, prepare, type Unfit } from './prepare.ts';
import { assignablesWith } from './rules/catalog.ts';
import type { Effect, Grants } from './types.ts';

export type { Execution, GrantedOperation } from './facts/operation.ts';

/** The engine: calls the stages in order, and keeps what depends on no request. Read this file first. */
export class Ambit {
  readonly policy: Policy;
  readonly effect: Effect;
  readonly #operations: Operations;
  readonly #masks: KeptMasks;
  readonly #routed = new Map<string, GraphQLSchema>();
  readonly #source: DataSource;
  readonly #fieldResolver: GraphQLFieldResolver<unknown, unknown> | undefined;
  readonly #now: () => number;
  readonly #warnings: readonly string[];
  readonly #informant: Informant;
  readonly #auditor: Auditor | undefined;

  /** Made by `createAmbit`. */
  constructor(
    policy: Policy,
    options: {
      effect: Effect;
      now: () => number;
      warnings: readonly string[];
      fieldResolver?: GraphQLFieldResolver<unknown, unknown> | undefined;
      sources?: Sources;
      audit?: AuditHook | undefined;
    },
  ) {
    this.policy = policy;
    this.effect = options.effect;
    this.#operations = new Operations(policy);
    this.#masks = new KeptMasks(policy);
    this.#fieldResolver = options.fieldResolver;
    this.#source = resolverSource(policy.schema, options.fieldResolver);
    this.#now = options.now;
    this.#warnings = options.warnings;
    this.#informant = new Informant(options.sources ?? {}, policy, this.#operations);
    const report = (error: unknown): void => this.#informant.report(error, 'audit');
    const maskOf = (rights: Rights): GraphQLSchema => this.#masks.of(rights);
    this.#auditor = options.audit && new Auditor({ hook: options.audit, report, maskOf });
  }

  /** Findings about schema, rules and catalogue, and how much of the schema is covered. */
  check(): Report {
    return check(this.policy, this.#warnings);
  }

  /** What is wrong with grants against this schema: names that grant nothing, each with a sentence. */
  checkGrants(grants: Grants): readonly GrantProblem[] {
    return checkGrants(this.policy, grants, this.#informant.knowsMemberships);
  }

  /** What an operation needs, and the narrowest grants that carry it. @throws AmbitError BAD_OPERATION */
  needs(input: OperationInput): OperationNeeds {
    const read = this.#valid(input.document);
    return needsOf(
      this.policy,
      this.#operations.plan(read, input.operationName ?? undefined),
      input.variables ?? undefined,
    );
  }

  /**
   * What these grants may do of an operation, without running or asking anything; what would be asked is in `facts`.
   * @throws AmbitError BAD_OPERATION or BAD_VARIABLES for a document that is not valid against the schema
   */
  decide(input: GrantedOperation): Decided {
    const effect = input.effect ?? this.effect;
    if (effect !== 'hide') this.#valid(input.document);
    const prepared = this.prepare({ ...input, effect });
    if (prepared.kind === 'prepared') return decided(prepared);
    const [first] = prepared.errors;
    const message = first?.message ?? 'the operation cannot be decided';
    if (effect === 'hide' || prepared.kind === 'refused') {
      return undecided(prepared.errors);
    }
    throw new AmbitError(prepared.kind === 'variables' ? 'BAD_VARIABLES' : 'BAD_OPERATION', message, {
      line: first?.locations?.[0]?.line,
    });
  }

  /** The decision in sentences, one per denied path, and one about the whole. */
  explain(input: GrantedOperation): readonly string[] {
    return explained(this.decide(input));
  }

  /** Executes an operation with the schema's own resolvers, enforcing what the grants allow. Never throws for a client's input. */
  async execute(given: Execution): Promise<ExecutionResult> {
    const input = { ...given, facts: await this.facts(given, given.contextValue) };
    const prepared = this.prepare(input);
    if (prepared.kind !== 'prepared') return this.audited({ errors: prepared.errors }, input, prepared);
    const { plan } = prepared;
    if (plan.operation.operation === OperationTypeNode.SUBSCRIPTION) {
      const errors = [new GraphQLError('subscriptions are not carried by this door yet')];
      return this.audited({ errors }, input, prepared);
    }
    const run: RunQuery = async (document, variableValues) => {
      const { contextValue, rootValue } = input;
      const result = await execute({
        schema: this.policy.schema,
        document,
        variableValues,
        contextValue,
        rootValue,
        fieldResolver: this.#fieldResolver ?? null,
      });
      return result.data;
    };
    const decision = await this.settle(prepared, run);
    if (this.isRefused(decision, prepared, input.effect))
      return this.audited({ errors: rejectionErrors(decision) }, input, prepared, decision);
    const result = await runEnforced({
      plan,
      decision,
      source: this.#source,
      schema: this.policy.schema,
      routed: (routing) => this.routed(routing),
      mask: () => this.mask(input.grants, input.facts),
      variables: input.variables ?? {},
      contextValue: input.contextValue,
      rootValue: input.rootValue,
      fieldResolver: this.#fieldResolver,
      recheck: this.#recheck(prepared, run),
    });
    return this.audited(result, input, prepared, decision);
  }

  /** M10: with several root fields, an earlier one may have moved what a later one aims at. */
  #recheck(prepared: Prepared, run: RunQuery): ((use: FieldUse) => Promise<boolean>) | undefined {
    const { plan, decision } = prepared;
    const isSerial = plan.operation.operation === OperationTypeNode.MUTATION && plan.root.fields.size > 1;
    if (!isSerial || decision.lookups.length === 0) return undefined;
    return async (use) => (await this.settle(prepared, run)).denied.every(({ path }) => path[0] !== use.key);
  }

  /** A valid schema of what these grants may see; shared between equal grants. */
  mask(grants: Grants, facts: RequestFacts = NO_FACTS): GraphQLSchema {
    return this.#masks.of(this.rights(grants, facts));
  }

  /** For adapters: parse, validate, plan and decide one request. */
  prepare(input: GrantedOperation): Prepared | Unfit {
    const refusal = this.#informant.refusal(input.grants, input.facts ?? NO_FACTS);
    if (refusal) return { kind: 'refused', errors: [refusal] };
    return prepare(input, {
      policy: this.policy,
      operations: this.#operations,
      rights: this.rights(input.grants, input.facts),
      effect: input.effect ?? this.effect,
      mask: () => this.mask(input.grants, input.facts),
    });
  }

  /** For adapters: the decision once every id has been looked up. */
  async settle(prepared: Prepared, run: RunQuery): Promise<Decision> {
    const { lookups } = prepared.decision;
    if (lookups.length === 0 || prepared.decision.outcome === 'rejected') return prepared.decision;
    return prepared.decide(await lookUp(this.policy, lookups, run));
  }

  /** For adapters: whether nothing of the operation may run. A query that only aims outside answers nulls instead. */
  isRefused(decision: Decision, prepared: Prepared, effect: Effect = this.effect): boolean {
    if (decision.outcome !== 'rejected') return decision.lookups.length > 0;
    const isQuery = prepared.plan.operation.operation === OperationTypeNode.QUERY;
    return !(isQuery && effect !== 'reject' && isOnlyOutside(decision));
  }

  /** For adapters: the schema through which enforced executions run. */
  routed(routing: 'objects' | 'all'): GraphQLSchema {
    let schema = this.#routed.get(routing);
    if (!schema) {
      schema = routedSchema(this.policy.schema, routing, this.#fieldResolver);
      this.#routed.set(routing, schema);
    }
    return schema;
  }

  /** For adapters: asks this engine's sources what has to be known about one request; once is enough. */
  async facts(input: GrantedOperation, context?: unknown): Promise<RequestFacts> {
    if (this.#informant.isSilent) return NO_FACTS;
    return this.#informant.factsFor(input, input.effect ?? this.effect, context);
  }

  /** For adapters: tells the audit of an operation whose answer is made, and gives that back; `decision` is the last one. */
  audited<T>(answer: T, { grants }: GrantedOperation, about: Prepared | Unfit, decision?: Decision): T {
    this.#auditor?.tell(grants, about, decision);
    return answer;
  }

  /** For adapters: grants made ready for decisions, at this instant. */
  rights(grants: Grants, facts: RequestFacts = NO_FACTS): Rights {
    return Rights.of(
      this.#informant.effective(grants, facts),
      this.policy.catalog,
      this.policy.kinds,
      this.#now(),
    );
  }

  /** Assignable permissions that hold a raw permission in a kind of boundary. */
  assignablesFor(permission: string, kind: string): readonly string[] {
    return assignablesWith(this.policy.catalog, permission, kind);
  }

  #valid(document: string | DocumentNode): Parameters<Operations['plan']>[0] {
    const read = this.#operations.read(document);
    const [first] = read.errors;
    if (first || !isRead(read)) {
      throw new AmbitError('BAD_OPERATION', first?.message ?? 'the document cannot be read', {
        line: first?.locations?.[0]?.line,
      });
    }
    return read;
  }
}
