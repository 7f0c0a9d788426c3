import { type GraphQLFieldResolver, type GraphQLSchema, OperationTypeNode } from 'graphql';
import { Auditor } from './audit/auditor.ts';
import type { AuditHook } from './audit/event.ts';
import type { Policy } from './compile/policy.ts';
import type { Decision } from './decide/decision.ts';
import { Decisions } from './decide/decisions.ts';
import { lookUp, type RunQuery } from './decide/lookup.ts';
import type { Facts } from './decide/scene.ts';
import { type Executable, Executables } from './enforce/executable.ts';
import type { Maybe } from './enforce/maybe.ts';
import { isOnlyOutside } from './enforce/refusal.ts';
import { routedSchema } from './enforce/schema.ts';
import { atlasOf, NO_FACTS, type RequestFacts } from './facts/facts.ts';
import { Informant } from './facts/informant.ts';
import type { GrantedOperation } from './facts/operation.ts';
import type { Sources } from './facts/sources.ts';
import type { Rights } from './grants/rights.ts';
import { RightsCache } from './grants/rightscache.ts';
import { Hiding } from './mask/hiding.ts';
import { Masks } from './mask/masks.ts';
import { checkEffect } from './options.ts';
import { Operations } from './plan/operations.ts';
import type { Plan } from './plan/plan.ts';
import { type Prepared, prepare, type Unfit } from './prepare.ts';
import type { Effect, Grants } from './types.ts';

/** What the stages are set up with. */
export interface StageOptions {
  readonly effect: Effect;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly fieldResolver?: GraphQLFieldResolver<unknown, unknown> | undefined;
  readonly sources?: Sources | undefined;
  readonly audit?: AuditHook | undefined;
}

const NOTHING_FOUND: Facts = new Map();
/** A place that is known can make another one matter, but not often. */
const MAX_ROUNDS = 8;

/** The stages that every door goes through, and what they keep; nothing kept depends on a request. */
export class Stages {
  readonly policy: Policy;
  readonly operations: Operations;
  readonly now: () => number;
  readonly #effect: Effect;
  readonly #decisions: Decisions = new Decisions();
  readonly #executables: Executables = new Executables();
  readonly #rights: RightsCache;
  readonly #hiding: Hiding;
  readonly #masks: Masks;
  readonly #informant: Informant;
  readonly #auditor: Auditor | undefined;
  readonly #routed = new Map<string, GraphQLSchema>();
  readonly #fieldResolver: GraphQLFieldResolver<unknown, unknown> | undefined;

  constructor(policy: Policy, options: StageOptions) {
    this.policy = policy;
    this.operations = new Operations(policy);
    this.now = options.now;
    this.#effect = options.effect;
    this.#rights = new RightsCache(policy.catalog, policy.kinds);
    this.#hiding = new Hiding(policy);
    this.#masks = new Masks(policy);
    this.#informant = new Informant(options.sources ?? {}, policy, this.operations);
    this.#fieldResolver = options.fieldResolver;
    const report = (error: unknown): void => this.#informant.report(error, 'audit');
    const maskOf = (rights: Rights): GraphQLSchema => this.#masks.of(rights);
    this.#auditor = options.audit && new Auditor({ hook: options.audit, report, maskOf });
  }

  /** Whether somebody knows of which boundaries subjects are members. */
  get knowsMemberships(): boolean {
    return this.#informant.knowsMemberships;
  }

  /** Asks this engine's sources what has to be known about one request; at once where there are none. */
  facts(input: GrantedOperation, context?: unknown): Maybe<RequestFacts> {
    if (this.#informant.isSilent) return NO_FACTS;
    return this.#informant.factsFor(input, input.effect ?? this.#effect, context);
  }

  /** Grants made ready for decisions, at this instant. */
  rights(grants: Grants, facts: RequestFacts = NO_FACTS): Rights {
    // What is no grants at all is for the rights to bar.
    const isObject = typeof grants === 'object' && grants !== null;
    const effective = isObject ? this.#informant.effective(grants, facts) : grants;
    return this.#rights.of(effective, this.now(), atlasOf(facts, this.policy.kinds));
  }

  /** The same facts with every place asked for anew: something ran that may have moved some. */
  async renewed(input: GrantedOperation, context: unknown): Promise<GrantedOperation> {
    const facts = await this.#informant.withPlaces(input.facts ?? NO_FACTS, input.grants, context);
    return { ...input, facts };
  }

  /** A valid schema of what these grants may see; shared between grants that see the same. */
  mask(grants: Grants, facts: RequestFacts = NO_FACTS): GraphQLSchema {
    return this.#masks.of(this.rights(grants, facts));
  }

  /** Parses, validates, plans and decides one request. */
  prepare(input: GrantedOperation): Prepared | Unfit {
    checkEffect(input.effect);
    const refusal = this.#informant.refusal(input.grants, input.facts ?? NO_FACTS);
    if (refusal) return { kind: 'refused', errors: [refusal] };
    const facts = input.facts ?? NO_FACTS;
    const atlas = atlasOf(facts, this.policy.kinds);
    const known: RequestFacts = atlas ? { ...facts, places: atlas } : facts;
    const rights = this.rights(input.grants, known);
    // A place of the credential itself that is not known is nowhere, and nothing to wait for.
    atlas?.takeWanted();
    return prepare(input, {
      policy: this.policy,
      operations: this.operations,
      decisions: this.#decisions,
      rights,
      atlas,
      effect: input.effect ?? this.#effect,
      mask: () => this.mask(input.grants, known),
      hiding: this.#hiding,
    });
  }

  /**
   * The decision once every id has been looked up, and every place asked for that arguments and ids lead to. Nothing
   * is looked up for an operation that is refused anyhow, unless it is `under way` already.
   */
  async settle(prepared: Prepared, run: RunQuery, isUnderWay = false): Promise<Decision> {
    const decision = await placed(prepared, prepared.decision, NOTHING_FOUND);
    const { lookups } = decision;
    if (lookups.length === 0 || (decision.outcome === 'rejected' && !isUnderWay)) return decision;
    const found = await lookUp(this.policy, lookups, run);
    return placed(prepared, prepared.decide(found), found);
  }

  /** Whether nothing of the operation may run. A query that only aims outside answers nulls instead. */
  isRefused(decision: Decision, prepared: Prepared, effect: Effect = this.#effect): boolean {
    if (decision.outcome !== 'rejected') return decision.isWaiting;
    const isQuery = prepared.plan.operation.operation === OperationTypeNode.QUERY;
    const rejects = decision.denied.some((denial) => (denial.effect ?? effect) === 'reject');
    return !(isQuery && !rejects && isOnlyOutside(decision));
  }

  /** Whether anybody is told what was decided. */
  get audits(): boolean {
    return this.#auditor !== undefined;
  }

  /** Tells the audit of an operation whose answer is made; `decision` is the last one. */
  audited(grants: Grants, about: Prepared | Unfit, decision?: Decision): void {
    this.#auditor?.tell(grants ?? {}, about, decision);
  }

  /** What is executed under a decision, and which errors tell of it. */
  executable(plan: Plan, decision: Decision): Executable {
    return this.#executables.of(plan, decision.ruling);
  }

  /** The schema through which enforced executions run. */
  routed(routing: 'objects' | 'all'): GraphQLSchema {
    let schema = this.#routed.get(routing);
    if (!schema) {
      schema = routedSchema(this.policy.schema, routing, this.#fieldResolver);
      this.#routed.set(routing, schema);
    }
    return schema;
  }
}

/** The decision once every place is asked for that it came to want. */
async function placed(prepared: Prepared, first: Decision, found: Facts): Promise<Decision> {
  let decision = first;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const { atlas } = decision.scene;
    if (!atlas?.isWanting) return decision;
    await atlas.load(atlas.takeWanted());
    decision = prepared.decide(found);
  }
  return decision;
}
