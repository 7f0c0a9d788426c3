import { type GraphQLSchema, print } from 'graphql';
import type { Decision } from '../decide/decision.ts';
import type { RunQuery } from '../decide/lookup.ts';
import { withoutFailed } from '../enforce/ownquery.ts';
import { isOnlyOutside } from '../enforce/refusal.ts';
import { type Routing, routedSchema } from '../enforce/schema.ts';
import type { Ambit, GrantedOperation } from '../engine.ts';
import type { Prepared, Unfit } from '../prepare.ts';
import type { Grants } from '../types.ts';
import { answer, invalid, mediaTypeOf, refused, sentence, unauthenticated, withHeaders } from './answers.ts';
import { notCarried } from './carried.ts';
import { checkGatewayOptions, limitsOf } from './checkoptions.ts';
import { completeAnswer, jsonField } from './complete.ts';
import { Deadline } from './deadline.ts';
import { Forwards } from './forward.ts';
import { DocumentLimits } from './limits.ts';
import { type LocalAnswers, LocalFields } from './local.ts';
import { requireReadable } from './readable.ts';
import { type OperationRequest, readRequest, usedVariables } from './request.ts';
import { rootCoordinates } from './told.ts';
import type { Authentication, GatewayLimits, ToldOperation, Upstream, UpstreamAnswer } from './types.ts';
import { bodyOf, type UpstreamBody, UpstreamFailure } from './upstreambody.ts';

/** What a gateway is made of. */
export interface GatewayOptions {
  readonly ambit: Ambit;
  /** Turns a request into grants; called once per request. Where it rejects, the answer is 503: nothing is known. */
  readonly authenticate: (request: Request) => Promise<Authentication>;
  /** Sends one operation to the API behind. */
  readonly upstream: Upstream;
  readonly limits?: Partial<GatewayLimits>;
  /** Query fields that the gateway answers by itself; they are never sent to the API. */
  readonly local?: LocalAnswers;
  /** Told of each operation that is understood, once, before it is answered. Must not throw. */
  readonly onOperation?: (told: ToldOperation) => void;
}

/**
 * A fetch handler that lets through what a token allows, and nothing else. It never throws: whatever goes wrong
 * is an answer, and nothing is forwarded that was not decided.
 */
export function createGateway(options: GatewayOptions): (request: Request) => Promise<Response> {
  const gateway = new Gateway(options);
  return async (request) => {
    const mediaType = mediaTypeOf(request);
    try {
      return await gateway.handle(request, mediaType);
    } catch {
      return sentence(
        mediaType,
        500,
        'INTERNAL',
        'something went wrong in the gateway; whether the API has run the operation is not known',
      );
    }
  };
}

/** What became known while an operation was answered, for the audit. */
interface Seen {
  decision: Decision | undefined;
}

class Gateway {
  readonly #ambit: Ambit;
  readonly #options: GatewayOptions;
  readonly #limits: GatewayLimits;
  readonly #documents: DocumentLimits;
  readonly #local: LocalFields;
  readonly #forwards: Forwards;
  readonly #schemas = new Map<Routing, GraphQLSchema>();

  constructor(options: GatewayOptions) {
    checkGatewayOptions(options);
    requireReadable(options.ambit);
    this.#ambit = options.ambit;
    this.#options = options;
    this.#limits = limitsOf(options.limits);
    this.#documents = new DocumentLimits(this.#limits);
    this.#local = new LocalFields(options.local ?? {}, options.ambit.policy.schema);
    this.#forwards = new Forwards(this.#local);
  }

  async handle(request: Request, mediaType: string): Promise<Response> {
    if (request.method !== 'POST') {
      return sentence(mediaType, 405, 'METHOD_NOT_ALLOWED', 'send GraphQL with POST', { allow: 'POST' });
    }
    const authentication = await this.#confirmed(request);
    // Not 401: the client would throw away a token that may be as good as ever.
    if (authentication === undefined) {
      const message = 'who asks cannot be confirmed at the moment; nothing was run, so try again';
      return sentence(mediaType, 503, 'UNAVAILABLE', message, { 'retry-after': '2' });
    }
    if ('problem' in authentication) return unauthenticated(mediaType, authentication);
    return withHeaders(await this.#read(request, authentication.grants, mediaType), authentication.headers);
  }

  async #read(request: Request, grants: Grants, mediaType: string): Promise<Response> {
    const operation = await readRequest(request, this.#limits);
    if ('status' in operation)
      return sentence(mediaType, operation.status, operation.code, operation.message);
    const problem = this.#documents.problem(operation.query);
    if (problem) return sentence(mediaType, 400, 'LIMIT_EXCEEDED', problem);
    return this.#decided(operation, grants, request, mediaType);
  }

  async #confirmed(request: Request): Promise<Authentication | undefined> {
    try {
      return await this.#options.authenticate(request);
    } catch {
      return undefined;
    }
  }

  async #decided(
    operation: OperationRequest,
    grants: Grants,
    request: Request,
    mediaType: string,
  ): Promise<Response> {
    const asked = { ...operation, document: operation.query, grants };
    const input = { ...asked, facts: await this.#ambit.stages.facts(asked, request) };
    const prepared = this.#ambit.stages.prepare(input);
    if (prepared.kind === 'prepared')
      this.#options.onOperation?.({ grants, coordinates: rootCoordinates(prepared.plan) });
    const seen: Seen = { decision: undefined };
    try {
      return await this.#answered(prepared, input, seen, mediaType);
    } finally {
      this.#ambit.stages.audited(input.grants, prepared, seen.decision);
    }
  }

  async #answered(
    prepared: Prepared | Unfit,
    input: GrantedOperation,
    seen: Seen,
    mediaType: string,
  ): Promise<Response> {
    if (prepared.kind === 'refused') return answer(mediaType, 403, { errors: prepared.errors });
    if (prepared.kind === 'unparsable') return answer(mediaType, 400, { errors: prepared.errors });
    if (prepared.kind !== 'prepared') return invalid(mediaType, prepared.errors);
    const uncarried = notCarried(prepared);
    if (uncarried) return sentence(mediaType, 400, 'NOT_CARRIED', uncarried);
    try {
      return await this.#settled(prepared, input, seen, mediaType);
    } catch (error) {
      if (error instanceof UpstreamFailure) return sentence(mediaType, 502, 'UPSTREAM_FAILED', error.message);
      throw error;
    }
  }

  async #settled(
    prepared: Prepared,
    { grants, facts }: GrantedOperation,
    seen: Seen,
    mediaType: string,
  ): Promise<Response> {
    const decision = await this.#looked(prepared, grants);
    seen.decision = decision;
    const { plan, variables } = prepared;
    const executable = this.#ambit.stages.executable(plan, decision);
    if (this.#ambit.stages.isRefused(decision, prepared))
      return refused(mediaType, executable.rejectionErrors(), plan);
    const forward = this.#forwards.of(plan, decision.ruling);
    const name = plan.operation.name?.value;
    const answered: UpstreamBody =
      forward.document && !(isOnlyOutside(decision) && decision.outcome === 'rejected')
        ? await this.#send(forward.text, usedVariables(forward.variables, variables.raw), grants, name)
        : { data: {}, errors: [] };
    const local = { plan, ruling: decision.ruling, grants, variables: variables.raw };
    const result = await completeAnswer(this.#local.added(answered, local), {
      plan,
      decision,
      executable,
      forward,
      routed: (routing) => this.#routed(routing),
      mask: () => this.#ambit.mask(grants, facts),
      variables: variables.raw,
    });
    return answer(mediaType, 200, result);
  }

  /** The decision with what had to be looked up; an upstream that does not answer is no reason to say "not found". */
  async #looked(prepared: Prepared, grants: Grants): Promise<Decision> {
    let failure: unknown;
    const run: RunQuery = async (document, variables) => {
      try {
        return withoutFailed(await this.#send(print(document), variables, grants, undefined));
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    const decision = await this.#ambit.stages.settle(prepared, run);
    if (failure !== undefined) throw failure;
    return decision;
  }

  async #send(
    query: string,
    variables: Record<string, unknown>,
    grants: Grants,
    operationName: string | undefined,
  ): Promise<UpstreamBody> {
    const deadline = new Deadline(this.#limits.upstreamMs);
    const { signal } = deadline;
    const call = {
      query,
      variables,
      grants,
      signal,
      ...(operationName === undefined ? {} : { operationName }),
    };
    let answered: UpstreamAnswer;
    try {
      answered = await deadline.race(this.#options.upstream(call));
    } catch {
      throw new UpstreamFailure(
        signal.aborted
          ? 'the API behind this gateway did not answer in time'
          : 'the API behind this gateway gave no answer that can be used',
      );
    } finally {
      deadline.clear();
    }
    return bodyOf(answered);
  }

  /** Without the schema's own resolvers: values come from the upstream's answer. */
  #routed(routing: Routing): GraphQLSchema {
    let schema = this.#schemas.get(routing);
    if (!schema) {
      schema =
        routing === 'all'
          ? routedSchema(this.#ambit.policy.schema, 'all')
          : routedSchema(this.#routed('all'), routing, jsonField);
      this.#schemas.set(routing, schema);
    }
    return schema;
  }
}
