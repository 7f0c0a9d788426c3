import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Policy } from './compile/policy.ts';
import type { Decision } from './decide/decision.ts';
import type { Decisions } from './decide/decisions.ts';
import type { Facts } from './decide/scene.ts';
import { AmbitError } from './errors.ts';
import type { Rights } from './grants/rights.ts';
import { errorsOf, type Hiding } from './mask/hiding.ts';
import type { Variables } from './plan/inputs.ts';
import { coerceVariables, isRead, type Operations } from './plan/operations.ts';
import type { Plan } from './plan/plan.ts';
import type { Atlas } from './rules/atlas.ts';
import type { Effect } from './types.ts';

/** One operation as it comes from a client. */
export interface OperationInput {
  readonly document: string | DocumentNode;
  /** Null, which clients send, is as if it were absent. */
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * A request that is no GraphQL that this schema understands, with errors that name nothing hidden; `refused` is one
 * whose token is not accepted at all, whatever it asks for.
 */
export interface Unfit {
  readonly kind: 'refused' | 'unparsable' | 'invalid' | 'variables';
  readonly errors: readonly GraphQLError[];
  /** Whether the request fits the whole schema, and only names what is hidden from the credential. */
  readonly hides?: boolean;
}

/** A request that was understood and decided, as far as facts go. */
export interface Prepared {
  readonly kind: 'prepared';
  readonly plan: Plan;
  readonly variables: Variables;
  readonly decision: Decision;
  /** The decision again, once look-ups have been made. */
  readonly decide: (facts: Facts) => Decision;
}

/** What preparing needs of an engine. */
export interface PrepareParts {
  readonly policy: Policy;
  readonly operations: Operations;
  readonly decisions: Decisions;
  readonly rights: Rights;
  readonly atlas: Atlas | undefined;
  readonly effect: Effect;
  readonly mask: () => GraphQLSchema;
  readonly hiding: Hiding;
}

const NO_FACTS: Facts = new Map();

/** Parse, validate, plan, decide: the one way by which a client's operation reaches execution or an upstream. */
export function prepare(input: OperationInput, parts: PrepareParts): Prepared | Unfit {
  const read = parts.operations.read(input.document);
  const { document } = read;
  if (!document || !isRead(read)) return { kind: 'unparsable', errors: read.errors };
  const { effect, hiding, mask } = parts;
  const hides = read.errors.length === 0 && hiding.inDocument(document, effect, mask);
  if (read.errors.length > 0 || hides)
    return { kind: 'invalid', errors: maskedErrors(document, parts), hides };
  const plan = planned(parts.operations, read, input.operationName ?? undefined);
  if (plan instanceof GraphQLError) return { kind: 'invalid', errors: [plan] };
  const raw: unknown = input.variables ?? {};
  if (!isVariables(raw))
    return { kind: 'variables', errors: [new GraphQLError('the variables have to be an object')] };
  const variables = parts.operations.variables(plan, raw);
  if (!('raw' in variables) || hiding.inVariables(plan, raw, effect, mask))
    return { kind: 'variables', errors: maskedVariableErrors(plan, raw, parts), hides: 'raw' in variables };
  const hidden = hiding.hides(effect, mask);
  const decide = (facts: Facts): Decision =>
    parts.decisions.decide(plan, parts.rights, {
      policy: parts.policy,
      variables,
      facts,
      effect,
      hidden,
      atlas: parts.atlas,
    });
  return { kind: 'prepared', plan, variables, decision: decide(NO_FACTS), decide };
}

function isVariables(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function planned(
  operations: Operations,
  read: Parameters<Operations['plan']>[0],
  name: string | undefined,
): Plan | GraphQLError {
  try {
    return operations.plan(read, name);
  } catch (error) {
    if (error instanceof AmbitError) return new GraphQLError(error.message);
    throw error;
  }
}

/** Errors against the mask: neither they nor their suggestions can name what the credential may not see. */
function maskedErrors(document: DocumentNode, parts: PrepareParts): readonly GraphQLError[] {
  const errors = errorsOf(parts.mask(), document);
  return errors.length > 0 ? errors : [new GraphQLError('the document is not valid')];
}

function maskedVariableErrors(
  plan: Plan,
  raw: Readonly<Record<string, unknown>>,
  parts: PrepareParts,
): readonly GraphQLError[] {
  const variables = coerceVariables(parts.mask(), plan, raw);
  return 'raw' in variables ? [new GraphQLError('the variables do not fit the operation')] : variables;
}
