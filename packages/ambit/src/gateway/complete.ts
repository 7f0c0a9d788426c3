import type { ExecutionResult, GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { Decision } from '../decide/decision.ts';
import type { Executable } from '../enforce/executable.ts';
import type { KeptItems } from '../enforce/kept.ts';
import type { DataSource } from '../enforce/read.ts';
import { runEnforced } from '../enforce/run.ts';
import type { Routing } from '../enforce/schema.ts';
import type { Plan } from '../plan/plan.ts';
import { NO_IDENTITY } from '../rules/placesource.ts';
import { FAULT, markFaults, markUnread } from './faults.ts';
import type { Forward } from './forward.ts';
import { own } from './own.ts';
import type { UpstreamBody } from './upstreambody.ts';
import { withErrors } from './upstreamerrors.ts';

/** What completing an upstream's answer needs. */
export interface CompleteParts {
  readonly plan: Plan;
  readonly decision: Decision;
  readonly executable: Executable;
  readonly forward: Forward;
  readonly routed: (routing: Routing) => GraphQLSchema;
  readonly mask: () => GraphQLSchema;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Builds the client's answer out of the upstream's: the client's own operation is executed over the data that
 * came back, through the same enforcement as in process. Output is built from the client's selection, never
 * made by deleting from what the upstream sent.
 */
export async function completeAnswer(body: UpstreamBody, parts: CompleteParts): Promise<ExecutionResult> {
  const { plan, decision } = parts;
  const { shape } = parts.forward;
  const kept: KeptItems = new Map();
  const picked = shape?.pick(body.data);
  if (shape && decision.dead.size === 0)
    return withErrors({ data: picked ?? null }, body, { plan, decision, kept });
  if (body.data === null || body.data === undefined || picked === null)
    return withErrors(nothing(parts.executable), body, { plan, decision, kept });
  markFaults(body, { plan, decision, kept });
  const isUnsure = markUnread(body, parts.forward.isHidden);
  const result = await runEnforced({
    plan,
    decision,
    executable: parts.executable,
    source: answerSource(parts.forward, isUnsure),
    schema: parts.routed('all'),
    routed: parts.routed,
    mask: parts.mask,
    variables: parts.variables,
    rootValue: body.data,
    answered: picked && { data: picked },
    alwaysRoutes: true,
    kept,
  });
  return withErrors(result, body, { plan, decision, kept });
}

/** The value of a field, which the upstream gave under its response key. */
export const jsonField: GraphQLFieldResolver<unknown, unknown> = (source, _args, _context, info) =>
  own(source, String(info.path.key));

/** Reads from the upstream's JSON: values by response key, types and boundaries by their hidden keys. */
function answerSource(forward: Forward, isUnsure: boolean): DataSource {
  return {
    isImmediate: true,
    field: jsonField,
    isFault: (value) => value === FAULT,
    typeName: (value) => own(value, forward.typeKey),
    identity(object, type, path) {
      const key = forward.boundaryKey(type.name, path);
      let value = key === undefined ? undefined : own(object, key);
      for (const step of path.steps.slice(1)) if (value !== null) value = own(value, step);
      // An object has no boundary where the API says so; a null that an error may have left says nothing.
      return value === undefined || value === FAULT || (value === null && isUnsure) ? NO_IDENTITY : value;
    },
  };
}

/** The upstream has no data at all; what was denied is told all the same. */
function nothing(executable: Executable): ExecutionResult {
  const errors = executable.filterErrors();
  return { data: null, ...(errors.length > 0 ? { errors } : {}) };
}
