import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  parse,
  validate,
} from 'graphql';
import type { Policy } from '../compile/policy.ts';
import { AmbitError } from '../errors.ts';
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

const MAX_DOCUMENTS = 1000;
/** Operation names come from the client, so what is kept of them is bounded too. */
const MAX_PLANS = 100;
const MAX_KEPT_LENGTH = 100_000;

/** Parses, validates and plans documents, each once. What is kept depends on no credential and no variable. */
export class Operations {
  readonly #policy: Policy;
  readonly #texts = new Map<string, ReadDocument>();
  readonly #nodes = new WeakMap<DocumentNode, ReadDocument>();

  constructor(policy: Policy) {
    this.#policy = policy;
  }

  read(document: string | DocumentNode): ReadDocument {
    const known = typeof document === 'string' ? this.#texts.get(document) : this.#nodes.get(document);
    if (known) return known;
    const fresh = this.#readFresh(document);
    if (typeof document !== 'string') this.#nodes.set(document, fresh);
    else if (document.length <= MAX_KEPT_LENGTH) {
      if (this.#texts.size >= MAX_DOCUMENTS) this.#texts.delete(this.#texts.keys().next().value ?? '');
      this.#texts.set(document, fresh);
    }
    return fresh;
  }

  /** The plan of one operation of a valid document. @throws AmbitError BAD_OPERATION */
  plan(read: ReadDocument & { readonly document: DocumentNode }, operationName?: string): Plan {
    const key = operationName ?? '';
    const known = read.plans.get(key) ?? this.#planned(read.document, operationName);
    if (read.plans.size < MAX_PLANS) read.plans.set(key, known);
    if (known instanceof AmbitError) throw known;
    return known;
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
      const document = typeof source === 'string' ? parse(source) : source;
      return { document, errors: validate(this.#policy.schema, document), plans: new Map() };
    } catch (error) {
      const shown = error instanceof GraphQLError ? error : new GraphQLError('the document cannot be read');
      return { document: undefined, errors: [shown], plans: new Map() };
    }
  }
}

/** The variables of one request, coerced; or the errors that GraphQL has about them. */
export function coerceVariables(
  schema: GraphQLSchema,
  plan: Plan,
  raw: Readonly<Record<string, unknown>>,
): Variables | readonly GraphQLError[] {
  const result = getVariableValues(schema, plan.operation.variableDefinitions ?? [], raw, { maxErrors: 20 });
  if (result.errors) return result.errors;
  return { raw, coerced: result.coerced, operation: plan.operation };
}
