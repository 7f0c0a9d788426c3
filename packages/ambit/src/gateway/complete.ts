import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Decision } from '../decide/decision.ts';
import type { Executable } from '../enforce/executable.ts';
import type { KeptItems } from '../enforce/kept.ts';
import type { DataSource } from '../enforce/read.ts';
import { runEnforced } from '../enforce/run.ts';
import type { Plan } from '../plan/plan.ts';
import { FAULT, markFaults } from './faults.ts';
import { type Forward, isWhole } from './forward.ts';
import { own } from './own.ts';
import { selectedOf } from './project.ts';
import type { UpstreamBody } from './upstreambody.ts';
import { withErrors } from './upstreamerrors.ts';

/** What completing an upstream's answer needs. */
export interface CompleteParts {
  readonly plan: Plan;
  readonly decision: Decision;
  readonly executable: Executable;
  readonly forward: Forward;
  readonly routed: GraphQLSchema;
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
  const kept: KeptItems = new Map();
  if (isWhole(plan, decision)) {
    return withErrors({ data: selectedOf(body.data, plan.root) }, body, { plan, decision, kept });
  }
  if (body.data === null || body.data === undefined)
    return withErrors(nothing(parts.executable), body, { plan, decision, kept });
  markFaults(body, { plan, decision, kept });
  const result = await runEnforced({
    plan,
    decision,
    executable: parts.executable,
    source: answerSource(parts.forward),
    schema: parts.routed,
    routed: () => parts.routed,
    mask: parts.mask,
    variables: parts.variables,
    rootValue: body.data,
    alwaysRoutes: true,
    kept,
  });
  return withErrors(result, body, { plan, decision, kept });
}

/** Reads from the upstream's JSON: values by response key, types and boundaries by their hidden keys. */
function answerSource(forward: Forward): DataSource {
  return {
    isImmediate: true,
    field: (source, _args, _context, info) => own(source, String(info.path.key)),
    isFault: (value) => value === FAULT,
    typeName: (value) => own(value, forward.typeKey),
    identity(object, type, path) {
      const key = forward.boundaryKey(type.name, path);
      let value = key === undefined ? undefined : own(object, key);
      for (const step of path.steps.slice(1)) value = own(value, step);
      return value;
    },
  };
}

/** The upstream has no data at all; what was denied is told all the same. */
function nothing(executable: Executable): ExecutionResult {
  const errors = executable.filterErrors();
  return { data: null, ...(errors.length > 0 ? { errors } : {}) };
}
