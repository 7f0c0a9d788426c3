import type { DocumentNode, GraphQLSchema } from 'graphql';
import { check, type Report } from './check.ts';
import type { Policy } from './compile/policy.ts';
import { type Decided, decided, explained, rejectedUnseen } from './decided.ts';
import type { Maybe } from './enforce/maybe.ts';
import { AmbitError } from './errors.ts';
import type { RequestFacts } from './facts/facts.ts';
import type { GrantedOperation } from './facts/operation.ts';
import { checkCaveats } from './grants/checkcaveats.ts';
import { checkGrants, type GrantProblem } from './grants/checkgrants.ts';
import { coversGrants, narrowGrants } from './grants/narrow.ts';
import type { Narrowed, NarrowRequest } from './grants/narrowed.ts';
import { type Execution, InProcess, type InProcessOptions } from './inprocess.ts';
import { needsOf, type OperationNeeds } from './needs/needs.ts';
import { isRead, type Operations } from './plan/operations.ts';
import type { OperationInput } from './prepare.ts';
import { assignablesWith } from './rules/catalog.ts';
import { type StageOptions, Stages } from './stages.ts';
import type { Executed } from './stream/stream.ts';
import type { Effect, Grants } from './types.ts';

export type { GrantedOperation } from './facts/operation.ts';
export type { Execution } from './inprocess.ts';

/** What an engine is made of, besides its policy. */
export interface EngineOptions extends StageOptions, InProcessOptions {
  readonly warnings: readonly string[];
}

/** The engine: what the library can be asked. Read this file first, then `stages.ts`, which every answer goes through. */
export class Ambit {
  readonly policy: Policy;
  readonly effect: Effect;
  /** For adapters: the stages, one by one. */
  readonly stages: Stages;
  readonly #inProcess: InProcess;
  readonly #warnings: readonly string[];

  /** Made by `createAmbit`. */
  constructor(policy: Policy, options: EngineOptions) {
    this.policy = policy;
    this.effect = options.effect;
    this.stages = new Stages(policy, options);
    this.#inProcess = new InProcess(this.stages, options);
    this.#warnings = options.warnings;
  }

  /** Findings about schema, rules and catalogue, and how much of the schema is covered. */
  check(): Report {
    return check(this.policy, this.#warnings);
  }

  /** What is wrong with grants against this schema: names that grant nothing, each with a sentence. */
  checkGrants(grants: Grants): readonly GrantProblem[] {
    return [
      ...checkGrants(this.policy, grants, this.stages.knowsMemberships),
      ...checkCaveats(this.policy, grants),
    ];
  }

  /**
   * What `parent` covers of a request for narrower grants, and what it does not, each part with a sentence. Pure; the
   * grants are of the same subject, client and caveats, end no later, and are never allowed more than the parent's.
   * @throws AmbitError BAD_GRANTS for a request that is not understood
   */
  narrow(parent: Grants, request: NarrowRequest): Narrowed {
    return narrowGrants(this.policy, parent, request, this.stages.now());
  }

  /** Whether `parent` can be narrowed to `child`: the same subject, all of its caveats, no later end, nothing else. */
  covers(parent: Grants, child: Grants): boolean {
    return coversGrants(this.policy, parent, child, this.stages.now());
  }

  /** What an operation needs, and the narrowest grants that carry it. @throws AmbitError BAD_OPERATION */
  needs(input: OperationInput): OperationNeeds {
    const read = this.#valid(input.document);
    return needsOf(
      this.policy,
      this.stages.operations.plan(read, input.operationName ?? undefined),
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
    const prepared = this.stages.prepare(input);
    if (prepared.kind === 'prepared') return decided(prepared);
    if (effect === 'hide' || prepared.kind === 'refused' || prepared.hides)
      return rejectedUnseen(prepared.errors);
    const [first] = prepared.errors;
    const message = first?.message ?? 'the operation cannot be decided';
    throw new AmbitError(prepared.kind === 'variables' ? 'BAD_VARIABLES' : 'BAD_OPERATION', message, {
      line: first?.locations?.[0]?.line,
    });
  }

  /** The decision in sentences, one per denied path, and one about the whole. */
  explain(input: GrantedOperation): readonly string[] {
    return explained(this.decide(input));
  }

  /**
   * Executes an operation with the schema's own resolvers, enforcing what the grants allow. Like graphql-js it answers
   * at once where every resolver does, and a promise where one has to be waited for. A subscription that was started is
   * answered with a stream; one that is refused, with a result. Never throws for a client's input.
   */
  execute(input: Execution): Maybe<Executed> {
    return this.#inProcess.execute(input);
  }

  /** A valid schema of what these grants may see; shared between grants that see the same. */
  mask(grants: Grants, facts?: RequestFacts): GraphQLSchema {
    return this.stages.mask(grants, facts);
  }

  /** Assignable permissions that hold a raw permission in a kind of boundary. */
  assignablesFor(permission: string, kind: string): readonly string[] {
    return assignablesWith(this.policy.catalog, permission, kind);
  }

  #valid(document: string | DocumentNode): Parameters<Operations['plan']>[0] {
    const read = this.stages.operations.read(document);
    const [first] = read.errors;
    if (first || !isRead(read)) {
      throw new AmbitError('BAD_OPERATION', first?.message ?? 'the document cannot be read', {
        line: first?.locations?.[0]?.line,
      });
    }
    return read;
  }
}
