import { GraphQLError } from 'graphql';
import type { Policy } from '../compile/policy.ts';
import { SWITCHED_OFF_CODE } from '../errors.ts';
import { isUnderstood } from '../grants/grants.ts';
import { coerceVariables, isRead, type Operations } from '../plan/operations.ts';
import type { Plan } from '../plan/plan.ts';
import type { Effect, Grants } from '../types.ts';
import { Asking } from './asking.ts';
import { checkSources } from './checksources.ts';
import {
  asksForMemberships,
  effectiveGrants,
  type FactSettings,
  hasGranularParts,
  isGranular,
  isOff,
} from './effective.ts';
import { atlasOf, type Memberships, NO_FACTS, type RequestFacts } from './facts.ts';
import { readMembers } from './memberships.ts';
import type { GrantedOperation } from './operation.ts';
import { placesHeld, requestAtlas } from './places.ts';
import { policiesAsked, policiesIn } from './policies.ts';
import type { MembershipSource, SourceName, Sources } from './sources.ts';

/** How long a source may take where nobody says otherwise. */
const SOURCE_MS = 1_000;

/** Asks an engine's sources about one request. Keeps nothing: what one credential was told is never another's. */
export class Informant {
  readonly settings: FactSettings;
  readonly #sources: Sources;
  readonly #memberships: MembershipSource | undefined;
  readonly #asking: Asking;
  readonly #policy: Policy;
  readonly #operations: Operations;
  #names: ReadonlySet<string> | undefined;

  constructor(sources: Sources, policy: Policy, operations: Operations) {
    checkSources(sources, policy.kinds);
    const { memberships, granular } = sources;
    this.#sources = sources;
    this.#memberships = typeof memberships === 'function' ? memberships : memberships?.source;
    this.#asking = new Asking(sources.sourceMs ?? SOURCE_MS, sources.onError);
    this.#policy = policy;
    this.#operations = operations;
    this.settings = {
      granular: typeof granular === 'function' ? 'asked' : (granular ?? true),
      limits: typeof memberships === 'object' && memberships.limits === true,
    };
  }

  /** Whether somebody knows of which boundaries subjects are members. */
  get knowsMemberships(): boolean {
    return this.#memberships !== undefined;
  }

  /** Whether nothing is ever asked: then requests need not wait. */
  get isSilent(): boolean {
    const { granular, policies } = this.#sources;
    return !this.#memberships && !policies && typeof granular !== 'function' && !this.#policy.kinds.hasAsked;
  }

  /** Tells the host what went wrong somewhere; nothing changes by it. */
  report(error: unknown, source: SourceName): void {
    this.#asking.report(error, source);
  }

  /** Everything that this request's decision depends on; each source is asked at most once, all at the same time. */
  async factsFor(input: GrantedOperation, effect: Effect, context: unknown): Promise<RequestFacts> {
    // Grants that nobody understands hold nothing, so that there is nothing to ask about them.
    if (!isUnderstood(input.grants)) return NO_FACTS;
    const [granular, memberships, policies] = await Promise.all([
      this.#switched(input.grants, context),
      this.#membershipsOf(input.grants, context),
      this.#policiesFor(input, effect, context),
    ]);
    return this.withPlaces({ granular, memberships, policies }, input.grants, context);
  }

  /** The same facts with every place on which the grants depend asked for now, and nothing else known of places. */
  async withPlaces(facts: RequestFacts, grants: Grants, context: unknown): Promise<RequestFacts> {
    const { kinds } = this.#policy;
    if (!kinds.hasAsked) return facts;
    const places = requestAtlas(kinds, this.#asking, context);
    await places.load(placesHeld(kinds, grants, facts.memberships ?? undefined));
    return { ...facts, places };
  }

  /** `grants` with the facts put into them. */
  effective(grants: Grants, facts: RequestFacts): Grants {
    if (facts === NO_FACTS && this.isSilent && this.settings.granular === true) return grants;
    if (!isUnderstood(grants)) return grants;
    const { kinds } = this.#policy;
    return effectiveGrants(grants, facts, this.settings, atlasOf(facts, kinds) ?? kinds);
  }

  /** What a granular token is answered while granular tokens are switched off (M22). */
  refusal(grants: Grants, facts: RequestFacts): GraphQLError | undefined {
    if (!isOff(facts, this.settings) || !isGranular(grants)) return undefined;
    return new GraphQLError('granular tokens are switched off here; this token is not accepted', {
      extensions: { code: SWITCHED_OFF_CODE },
    });
  }

  async #switched(grants: Grants, context: unknown): Promise<boolean | undefined> {
    const { granular } = this.#sources;
    if (typeof granular !== 'function' || !hasGranularParts(grants)) return undefined;
    return this.#asking.for(
      'granular',
      () => granular(grants.subject, context),
      (answer) => (typeof answer === 'boolean' ? answer : undefined),
    );
  }

  async #membershipsOf({ granular, subject }: Grants, context: unknown): Promise<Memberships | undefined> {
    const source = this.#memberships;
    if (!source || !subject || !granular || !asksForMemberships(granular, this.settings)) return undefined;
    const { kinds } = this.#policy;
    return this.#asking.for(
      'memberships',
      () => source([subject], context),
      (answer) => {
        const only: unknown = Array.isArray(answer) && answer.length === 1 ? (answer[0] ?? {}) : undefined;
        return only && readMembers(only, kinds) ? (only as Memberships) : undefined;
      },
    );
  }

  async #policiesFor(
    input: GrantedOperation,
    effect: Effect,
    context: unknown,
  ): Promise<RequestFacts['policies'] | undefined> {
    const { policies } = this.#sources;
    if (!policies || this.#everyPolicy().size === 0) return undefined;
    const held = new Set(input.grants.policies);
    const asked = [...this.#policiesOf(input, effect)].filter((name) => !held.has(name));
    if (asked.length === 0) return undefined;
    return this.#asking.for(
      'policies',
      () => policies([...asked], input.grants, context),
      (answer) => answersTo(asked, answer),
    );
  }

  /** What shows a mask depends on every policy that there is; everything else on what the operation touches. */
  #policiesOf(input: GrantedOperation, effect: Effect): ReadonlySet<string> {
    if (effect === 'hide') return this.#everyPolicy();
    const plan = this.#planOf(input);
    if (!plan || plan.introspects) return plan ? this.#everyPolicy() : new Set();
    const raw: unknown = input.variables ?? {};
    if (typeof raw !== 'object' || raw === null) return new Set();
    const variables = coerceVariables(this.#policy.schema, plan, raw as Readonly<Record<string, unknown>>);
    return 'raw' in variables ? policiesAsked(this.#policy, plan, variables) : new Set();
  }

  #planOf(input: GrantedOperation): Plan | undefined {
    const read = this.#operations.read(input.document);
    if (!isRead(read) || read.errors.length > 0) return undefined;
    try {
      return this.#operations.plan(read, input.operationName ?? undefined);
    } catch {
      return undefined;
    }
  }

  #everyPolicy(): ReadonlySet<string> {
    this.#names ??= policiesIn(this.#policy.rules.values());
    return this.#names;
  }
}

function answersTo(asked: readonly string[], answer: unknown): Readonly<Record<string, boolean>> | undefined {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined;
  const own = new Map<string, unknown>(Object.entries(answer));
  return Object.fromEntries(asked.map((name) => [name, own.get(name) === true]));
}
