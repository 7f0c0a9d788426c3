import { type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { type Decision, deadKey } from '../decide/decision.ts';
import type { Executable } from '../enforce/executable.ts';
import type { Maybe } from '../enforce/maybe.ts';
import type { GrantedOperation } from '../facts/operation.ts';
import type { FieldUse } from '../plan/plan.ts';
import type { Prepared } from '../prepare.ts';
import type { Grants } from '../types.ts';
import { type Credential, type Revocations, Standing } from './credential.ts';
import { closeSource, openSource, type Source } from './source.ts';
import { type Answered, type Executed, endedResult, failedResult, Stream } from './stream.ts';

/** An operation that may run, with the decision that says so. */
export interface Permitted {
  readonly prepared: Prepared;
  readonly decision: Decision;
  readonly executable: Executable;
  /** What was asked, with the grants and the facts that it was decided with. */
  readonly input: GrantedOperation;
}

/** Why nothing of an operation may run. */
export interface Refused {
  readonly errors: readonly GraphQLError[];
}

/** What a subscription needs of its request. */
export interface SubscriptionInput {
  readonly grants: Grants;
  readonly credential?: Credential | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly contextValue?: unknown;
  readonly rootValue?: unknown;
}

/** What a subscription needs of an engine. */
export interface SubscriptionParts {
  readonly schema: GraphQLSchema;
  readonly now: () => number;
  readonly revocations: Revocations;
  /** Decides the operation anew, look-ups included. */
  readonly permit: (grants: Grants) => Maybe<Permitted | Refused>;
  /** Executes the operation for one event; `executed` is told the result before anything is filled in. */
  readonly run: (
    permitted: Permitted,
    event: unknown,
    executed: (result: ExecutionResult) => void,
  ) => Maybe<ExecutionResult>;
}

/**
 * Starts a subscription that is permitted now, and decides each event anew with what its credential holds then (M25).
 * Never rejects: whatever goes wrong ends the stream with one coded error.
 */
export async function subscribeEnforced(
  permitted: Permitted,
  input: SubscriptionInput,
  parts: SubscriptionParts,
): Promise<Executed> {
  const root = rootOf(permitted);
  if (!root) return { errors: [new GraphQLError('a subscription has to select exactly one root field')] };
  const standing = new Standing(input.grants, input.credential, parts.now, parts.revocations);
  if (standing.hasEnded) return endedResult();
  const source = await openedInTime(sourceOf(permitted, input, parts.schema), standing);
  if (source.kind === 'open')
    return new Stream(source.events, (event) => answerTo(event, parts, standing), standing);
  standing.dispose();
  if (source.kind === 'ended') return endedResult();
  // Where objects decide, the API's own words may be about one that is outside (M11).
  return source.kind === 'failed' || isGuarded(permitted, root) ? failedResult() : { errors: source.errors };
}

function sourceOf(
  { prepared: { plan }, executable }: Permitted,
  { variables, contextValue, rootValue }: SubscriptionInput,
  schema: GraphQLSchema,
): Promise<Source> {
  return openSource({
    schema,
    document: executable.document,
    operationName: plan.operation.name?.value ?? null,
    variableValues: variables ?? {},
    contextValue,
    rootValue,
  });
}

/** The source, unless the credential ends before it is there: then it is let go as soon as it comes. */
function openedInTime(
  opening: Promise<Source>,
  standing: Standing,
): Promise<Source | { readonly kind: 'ended' }> {
  return new Promise((resolve) => {
    standing.watch(() => resolve({ kind: 'ended' }));
    void opening.then((source) => {
      const isLate = standing.hasEnded;
      if (isLate && source.kind === 'open') void closeSource(source.events);
      resolve(isLate ? { kind: 'ended' } : source);
    });
  });
}

async function answerTo(event: unknown, parts: SubscriptionParts, standing: Standing): Promise<Answered> {
  const grants = await standing.current();
  if (!grants) return { kind: 'end', last: endedResult() };
  const permitted = await parts.permit(grants);
  if ('errors' in permitted) return { kind: 'end', last: permitted };
  let withheld = false;
  // Asked at once: what is filled in later, nulls included, is filled into this very result.
  const result = await parts.run(permitted, event, (executed) => {
    withheld = isWithheld(permitted, executed);
  });
  return withheld ? { kind: 'withhold' } : { kind: 'deliver', result };
}

/** The one root field that executes. */
function rootOf({ prepared, decision }: Permitted): FieldUse | undefined {
  const uses = [...prepared.plan.root.fields.values()];
  const [use, ...more] = uses.filter(({ path }) => !decision.inactive.has(deadKey(path)));
  return more.length === 0 && use && (use.kind === 'object' || use.kind === 'leaf') ? use : undefined;
}

/** Whether what the root field answers is decided by its objects. */
function isGuarded({ decision }: Permitted, root: FieldUse): boolean {
  const guard = decision.guards.get(root);
  return guard !== undefined && (guard.objects.size > 0 || guard.checks.length > 0);
}

/**
 * Whether nothing is left of what an event is about: then it is as one that never came. Where an error stands below
 * the root, the object was there, and was lost by what is selected of it.
 */
function isWithheld(permitted: Permitted, raw: ExecutionResult): boolean {
  const root = rootOf(permitted);
  if (!root || raw.data === undefined || !isGuarded(permitted, root)) return false;
  const isBelow = (raw.errors ?? []).some(
    ({ path = [] }) => path.filter((step) => typeof step === 'string').length > 1,
  );
  return !isBelow && isNothing(raw.data?.[root.key]);
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.every(isNothing));
}
