import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql';
import type { Policy } from '../compile/policy.ts';
import { AmbitError } from '../errors.ts';
import { hasFragmentArguments, ownDocument } from '../graphql/documents.ts';
import { PlainVariables } from '../graphql/plainvalues.ts';
import { coercedVariables } from '../graphql/values.ts';
import type { Variables } from './inputs.ts';
import type { Plan } from './plan.ts';
import { planOperation } from './planner.ts';

/** A document that was read: valid, or with the errors that keep it from being so. */
export interface ReadDocument {
  readonly document: DocumentNode | undefined;
  readonly errors: readonly GraphQLError[];
  /** Plans by operation name; a refusal to plan is kept like a plan, since it costs as much. */
  readonly plans: Map<string, Plan | AmbitError>;
}

/**
 * What may be kept in all, in uses of fields: a plan weighs what it touches, a text a tenth of its length. Counting
 * documents would let a credential fill the memory with few and large ones.
 */
const BUDGET = 100_000;
/** Operation names come from the client, so what is kept of them is bounded too. */
const MAX_PLANS = 100;

/** Parses, validates and plans documents, each once. What is kept depends on no credential and no variable. */
export class Operations {
  readonly #policy: Policy;
  readonly #plain: PlainVariables;
  readonly #texts = new Map<string, ReadDocument>();
  readonly #weights = new Map<ReadDocument, number>();
  readonly #nodes = new WeakMap<DocumentNode, ReadDocument>();
  #weight = 0;

  constructor(policy: Policy) {
    this.#policy = policy;
    this.#plain = new PlainVariables(policy.schema);
  }

  /** The variables of one request, coerced; or the errors that GraphQL has about them. */
  variables(plan: Plan, raw: Readonly<Record<string, unknown>>): Variables | readonly GraphQLError[] {
    const { operation } = plan;
    const coerced = operation.variableDefinitions?.length ? this.#plain.of(operation, raw) : NO_VALUES;
    if (!coerced || !hasConditions(plan, coerced)) return coerceVariables(this.#policy.schema, plan, raw);
    return { raw, coerced, operation };
  }

  read(document: string | DocumentNode): ReadDocument {
    if (typeof document !== 'string' && (typeof document !== 'object' || document === null))
      return { document: undefined, errors: [new GraphQLError('there is no document')], plans: new Map() };
    const known = typeof document === 'string' ? this.#texts.get(document) : this.#nodes.get(document);
    if (known) return known;
    const fresh = this.#readFresh(document);
    if (typeof document !== 'string') this.#nodes.set(document, fresh);
    else {
      this.#texts.set(document, fresh);
      this.#weights.set(fresh, 0);
      this.#weigh(fresh, Math.ceil(document.length / 10));
    }
    return fresh;
  }

  /** The plan of one operation of a valid document. @throws AmbitError BAD_OPERATION */
  plan(read: ReadDocument & { readonly document: DocumentNode }, operationName?: string): Plan {
    const key = operationName ?? '';
    let known = read.plans.get(key);
    if (!known) {
      known = this.#planned(read.document, operationName);
      if (read.plans.size < MAX_PLANS) read.plans.set(key, known);
      this.#weigh(read, known instanceof AmbitError ? 1 : known.size);
    }
    if (known instanceof AmbitError) throw known;
    return known;
  }

  /** Adds to the weight of one document, and lets the oldest go until the budget holds. */
  #weigh(read: ReadDocument, more: number): void {
    const before = this.#weights.get(read);
    if (before === undefined) return;
    this.#weights.set(read, before + more);
    this.#weight += more;
    for (const [text, oldest] of this.#texts) {
      if (this.#weight <= BUDGET) return;
      this.#texts.delete(text);
      this.#weight -= this.#weights.get(oldest) ?? 0;
      this.#weights.delete(oldest);
    }
  }

  #planned(document: DocumentNode, operationName: string | undefined): Plan | AmbitError {
    try {
      return planOperation(this.#policy, document, operationName);
    } catch (error) {
      if (error instanceof AmbitError) return error;
      throw error;
    }
  }

  #readFresh(source: string | DocumentNode): ReadDocument {
    try {
      const document = typeof source === 'string' ? parse(source) : ownDocument(source);
      if (typeof source !== 'string' && hasFragmentArguments(document))
        throw new GraphQLError('fragments with variables are not carried');
      return { document, errors: validate(this.#policy.schema, document), plans: new Map() };
    } catch (error) {
      const shown = error instanceof GraphQLError ? error : new GraphQLError('the document cannot be read');
      return { document: undefined, errors: [shown], plans: new Map() };
    }
  }
}

/** Whether a document could be parsed. */
export function isRead(read: ReadDocument): read is ReadDocument & { readonly document: DocumentNode } {
  return read.document !== undefined;
}

const NO_VALUES: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

/** The variables of one request, coerced; or the errors that GraphQL has about them. */
export function coerceVariables(
  schema: GraphQLSchema,
  plan: Plan,
  raw: Readonly<Record<string, unknown>>,
): Variables | readonly GraphQLError[] {
  const result = coercedVariables(schema, plan.operation.variableDefinitions ?? [], raw);
  if (!('coerced' in result)) return result.map(readable);
  for (const name of plan.conditionVariables) {
    if (typeof result.coerced[name] === 'boolean') continue;
    return [
      new GraphQLError(`Variable "$${name}" has to be true or false where @skip or @include depends on it.`),
    ];
  }
  return { ...result, raw, operation: plan.operation };
}

/** Whether `@skip` and `@include` have the answers that they depend on. */
function hasConditions(plan: Plan, coerced: Readonly<Record<string, unknown>>): boolean {
  for (const name of plan.conditionVariables) if (typeof coerced[name] !== 'boolean') return false;
  return true;
}

/** graphql-js hands on what its own walk threw, a stack that overflowed for one: an error without a message. */
function readable(error: GraphQLError): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError('the variables cannot be read');
}
