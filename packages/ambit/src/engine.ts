import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  OperationTypeNode,
} from 'graphql';
import { check, type Report } from './check.ts';
import type { Policy } from './compile/policy.ts';
import type { Decision } from './decide/decision.ts';
import { lookUp, type RunQuery } from './decide/lookup.ts';
import { type Decided, decided, explained } from './decided.ts';
import { type DataSource, resolverSource } from './enforce/read.ts';
import { isOnlyOutside, rejectionErrors } from './enforce/refusal.ts';
import { runEnforced } from './enforce/run.ts';
import { routedSchema } from './enforce/schema.ts';
import { AmbitError } from './errors.ts';
import { checkGrants, type GrantProblem } from './grants/checkgrants.ts';
import { Rights } from './grants/rights.ts';
import { buildMask } from './mask/mask.ts';
import { needsOf, type OperationNeeds } from './needs/needs.ts';
import { isRead, Operations } from './plan/operations.ts';
import type { FieldUse } from './plan/plan.ts';
import { type OperationInput, type Prepared, prepare, type Unfit } from './prepare.ts';
import { assignablesWith } from './rules/catalog.ts';
import type { Effect, Grants } from './types.ts';

/** An operation together with what the credential that asks holds. */
export interface GrantedOperation extends OperationInput {
  readonly grants: Grants;
  /** Overrides the engine's effect for this operation. */
  readonly effect?: Effect;
}

/** An operation to execute in process. */
export interface Execution extends GrantedOperation {
  readonly contextValue?: unknown;
  readonly rootValue?: unknown;
}

/** How many masks are kept; the oldest goes first. */
const MAX_MASKS = 64;

/** The engine: calls the stages in order, and keeps what depends on no request. Read this file first. */
export class Ambit {
  readonly policy: Policy;
  readonly effect: Effect;
  readonly #operations: Operations;
  readonly #masks = new Map<string, GraphQLSchema>();
  readonly #routed = new Map<string, GraphQLSchema>();
  readonly #source: DataSource;
  readonly #fieldResolver: GraphQLFieldResolver<unknown, unknown> | undefined;
  readonly #now: () => number;
  readonly #warnings: readonly string[];

  /** Made by `createAmbit`. */
  constructor(
    policy: Policy,
    options: {
      effect: Effect;
      now: () => number;
      warnings: readonly string[];
      fieldResolver?: GraphQLFieldResolver<unknown, unknown> | undefined;
    },
  ) {
    this.policy = policy;
    this.effect = options.effect;
    this.#operations = new Operations(policy);
    this.#fieldResolver = options.fieldResolver;
    this.#source = resolverSource(policy.schema, options.fieldResolver);
    this.#now = options.now;
    this.#warnings = options.warnings;
  }

  /** Findings about schema, rules and catalogue, and how much of the schema is covered. */
  check(): Report {
    return check(this.policy, this.#warnings);
  }

  /** What is wrong with grants against this schema: names that grant nothing, each with a sentence. */
  checkGrants(grants: Grants): readonly GrantProblem[] {
    return checkGrants(this.policy, grants);
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
   * What these grants may do of an operation, without running anything.
   * @throws AmbitError BAD_OPERATION or BAD_VARIABLES for a document that is not valid against the schema
   */
  decide(input: GrantedOperation): Decided {
    const effect = input.effect ?? this.effect;
    if (effect !== 'hide') this.#valid(input.document);
    const prepared = this.prepare({ ...input, effect });
    if (prepared.kind === 'prepared') return decided(prepared);
    const [first] = prepared.errors;
    const message = first?.message ?? 'the operation cannot be decided';
    if (effect === 'hide') {
      return {
        outcome: 'rejected',
        operation: null,
        denied: [],
        deferred: [],
        errors: prepared.errors.map((one) => one.message),
      };
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
  async execute(input: Execution): Promise<ExecutionResult> {
    const prepared = this.prepare(input);
    if (prepared.kind !== 'prepared') return { errors: prepared.errors };
    const { plan } = prepared;
    if (plan.operation.operation === OperationTypeNode.SUBSCRIPTION) {
      return { errors: [new GraphQLError('subscriptions are not carried by this door yet')] };
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
    if (this.isRefused(decision, prepared, input.effect)) return { errors: rejectionErrors(decision) };
    return runEnforced({
      plan,
      decision,
      source: this.#source,
      schema: this.policy.schema,
      routed: (routing) => this.routed(routing),
      mask: () => this.mask(input.grants),
      variables: input.variables ?? {},
      contextValue: input.contextValue,
      rootValue: input.rootValue,
      fieldResolver: this.#fieldResolver,
      recheck: this.#recheck(prepared, run),
    });
  }

  /** M10: with several root fields, an earlier one may have moved what a later one aims at. */
  #recheck(prepared: Prepared, run: RunQuery): ((use: FieldUse) => Promise<boolean>) | undefined {
    const { plan, decision } = prepared;
    const isSerial = plan.operation.operation === OperationTypeNode.MUTATION && plan.root.fields.size > 1;
    if (!isSerial || decision.lookups.length === 0) return undefined;
    return async (use) => (await this.settle(prepared, run)).denied.every(({ path }) => path[0] !== use.key);
  }

  /** A valid schema of what these grants may see; shared between equal grants. */
  mask(grants: Grants): GraphQLSchema {
    const rights = this.rights(grants);
    const key = rights.key();
    let mask = this.#masks.get(key);
    if (!mask) {
      mask = buildMask(this.policy, rights);
      if (this.#masks.size >= MAX_MASKS) this.#masks.delete(this.#masks.keys().next().value ?? '');
      this.#masks.set(key, mask);
    }
    return mask;
  }

  /** For adapters: parse, validate, plan and decide one request. */
  prepare(input: GrantedOperation): Prepared | Unfit {
    return prepare(input, {
      policy: this.policy,
      operations: this.#operations,
      rights: this.rights(input.grants),
      effect: input.effect ?? this.effect,
      mask: () => this.mask(input.grants),
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
    const rejects = decision.denied.some((denial) => (denial.effect ?? effect) === 'reject');
    return !(isQuery && !rejects && isOnlyOutside(decision));
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

  /** For adapters: grants made ready for decisions, at this instant. */
  rights(grants: Grants): Rights {
    return Rights.of(grants, this.policy.catalog, this.policy.kinds, this.#now());
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
