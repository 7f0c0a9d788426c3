import type { Ground } from '../rules/boundarykinds.ts';
import type { Caveat, Grants, GranularGrant } from '../types.ts';
import type { RequestFacts } from './facts.ts';
import { NOWHERE, placed, readMembers } from './memberships.ts';

/** How an engine uses what it is told from outside. */
export interface FactSettings {
  /** `true` and `false` are settled for everybody; `asked` counts only what the facts say. */
  readonly granular: boolean | 'asked';
  /** Whether every granular grant counts only where the subject is a member too. */
  readonly limits: boolean;
}

/** Scopes that make a token a coarse one (M16). */
const COARSE: readonly string[] = ['api', 'read_api'];
/** Whatever begins like a narrow scope is one here: a misspelled one holds nothing, and its token is granular. */
const NARROW = 'api:graphql:';
/** A caveat that says nothing: grants with it hold nothing, not even what is public. */
const SWITCHED_OFF: Caveat = {};

/** Whether grants hold something granular: permissions in boundaries, or a scope of one field. */
export function hasGranularParts({ granular, scopes }: Grants): boolean {
  return (granular?.length ?? 0) > 0 || (scopes?.some((scope) => scope.startsWith(NARROW)) ?? false);
}

/** Whether a token is a granular one: it has granular parts, and no coarse scope (M22). */
export function isGranular(grants: Grants): boolean {
  return hasGranularParts(grants) && !grants.scopes?.some((scope) => COARSE.includes(scope));
}

/** Whether granular tokens are switched off, as far as `facts` tell; where they have to tell and do not, they are. */
export function isOff(facts: RequestFacts, settings: FactSettings): boolean {
  if (settings.granular === 'asked') return facts.granular !== true;
  return settings.granular !== true || (facts.granular !== undefined && facts.granular !== true);
}

/**
 * Grants with what is known from outside put into them, so that whatever decides needs to know of no source. Pure;
 * the same object where nothing changes.
 */
export function effectiveGrants(
  grants: Grants,
  facts: RequestFacts,
  settings: FactSettings,
  ground: Ground,
): Grants {
  const switched = switchedGrants(grants, facts, settings);
  const granular = granularOf(switched, facts, settings, ground);
  const policies = policiesOf(switched, facts);
  if (granular === switched.granular && policies === switched.policies) return switched;
  return { ...switched, ...(granular ? { granular } : {}), ...(policies ? { policies } : {}) };
}

/** Off: a granular token is barred from everything, and of a coarse one only what makes it coarse is left. */
function switchedGrants(grants: Grants, facts: RequestFacts, settings: FactSettings): Grants {
  if (!hasGranularParts(grants) || !isOff(facts, settings)) return grants;
  if (isGranular(grants)) return { ...grants, caveats: [...(grants.caveats ?? []), SWITCHED_OFF] };
  const scopes = grants.scopes?.filter((scope) => !scope.startsWith(NARROW)) ?? [];
  return { ...grants, scopes, granular: [] };
}

function granularOf(
  { granular, subject }: Grants,
  facts: RequestFacts,
  settings: FactSettings,
  ground: Ground,
): readonly GranularGrant[] | undefined {
  if (!granular || !asksForMemberships(granular, settings)) return granular;
  // Without a subject nobody is a member of anything.
  const members = subject ? (readMembers(facts.memberships, ground) ?? NOWHERE) : NOWHERE;
  return granular.flatMap((grant) => placed(grant, members, ground, settings.limits));
}

/** Whether what these grants hold depends on where their subject is a member. */
export function asksForMemberships(granular: readonly GranularGrant[], { limits }: FactSettings): boolean {
  return granular.some(
    ({ boundary }) =>
      boundary === 'all_memberships' || boundary === 'personal' || (limits && typeof boundary !== 'string'),
  );
}

function policiesOf({ policies }: Grants, facts: RequestFacts): readonly string[] | undefined {
  const told: unknown = facts.policies;
  if (typeof told !== 'object' || told === null) return policies;
  const held = Object.entries(told).flatMap(([name, answer]) => (answer === true ? [name] : []));
  return held.length === 0 ? policies : [...(policies ?? []), ...held];
}
